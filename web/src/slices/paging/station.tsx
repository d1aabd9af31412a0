// Pos: the station's alarm page. Quiet when nothing; on an alert it rings, says it, and takes a hand.
import { signal, useComputed, useSignal } from '@preact/signals'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { ms, now, shortTime, span, time, zoneName } from '../../kernel/clock'
import { lineOf, useDevice, useView } from '../../kernel/device'
import { language, t, word } from '../../kernel/i18n'
import { LineMark } from '../../look/line-mark'
import { useSound } from '../../look/sound'
import { Glyph, Icon, Sym } from '../../look/symbols'
import { Menu } from '../access/menu'
import { lookOf } from '../dispatch/rows'
import { Said, useSaid } from '../dispatch/said'
import { shortNumber } from '../intake/number'
import { useStandards, useStandardsView } from '../intake/standards'
import { hush, openBell, ring, sleep, speak } from './bell'
import { guessRinging, inOrder, parts, type RingingRow, rings } from './ringing'
import '../../look/paging.css'

const KEY = 'siaga.pos'
/** Longer than a line that is only made anew. */
const LOST_MS = 20_000
const STALE_MS = 600_000

const chosen = signal<string | undefined>(undefined)

function stationHere(): string | undefined {
  const named = new URLSearchParams(location.search).get('stasiun')
  try {
    if (named) localStorage.setItem(KEY, named)
    return named ?? localStorage.getItem(KEY) ?? undefined
  } catch {
    return named ?? undefined // storage is off: the address says it
  }
}

export function StationPage() {
  const bell = useMemo(openBell, [])
  useStandardsView()
  useEffect(() => {
    chosen.value = stationHere()
    return () => bell.close()
  }, [bell])
  const station = chosen.value
  return station ? <Standing key={station} station={station} bell={bell} /> : <PickStation bell={bell} />
}

type Bell = ReturnType<typeof openBell>

/** The touch that chooses the station also lets the page sound. */
function PickStation({ bell }: { bell: Bell }) {
  const stations = useView('dispatch.stations', {}, { keep: true })
  useEffect(() => {
    document.title = `${t('paging.station')} · Siaga`
  }, [language.value])
  function pick(station: string) {
    void bell.prepare()
    history.replaceState(null, '', `/pos?stasiun=${encodeURIComponent(station)}`)
    chosen.value = stationHere()
  }
  return (
    <div class="pos" data-mode="field">
      <header class="top">
        <Menu />
        <LineMark />
      </header>
      <main class="pick-station">
        <h1>{t('paging.which-station')}</h1>
        <ul>
          {stations.rows.value.map((row) => (
            <li key={row.station}>
              <button type="button" class="btn touch" onClick={() => pick(row.station)}>
                {row.name}
              </button>
            </li>
          ))}
        </ul>
      </main>
    </div>
  )
}

function Standing({ station, bell }: { station: string; bell: Bell }) {
  const device = useDevice()
  const said = useSaid()
  const stations = useView('dispatch.stations', {}, { keep: true })
  const view = useView('paging.station', { station }, { guess: guessRinging, keep: true })
  const rows = useComputed(() => inOrder(view.rows.value)).value
  const name = stations.rows.value.find((row) => row.station === station)?.name ?? station
  useEffect(() => {
    document.title = `${name} · Siaga`
    void bell.prepare() // some devices sound without a touch
  }, [name, language.value])
  useDelivered(rows, view.state.value === 'live')
  const stored = view.state.value === 'stored' // what this device kept: of yesterday, perhaps
  useRinging(
    rows.filter((row) => rings(row) && !(stored && now.peek() - ms(row.raised_at) > STALE_MS)),
    bell,
  )
  useAwake()
  const take = (row: RingingRow) => void said.after(takeAlert(device, row), t('paging.taken'))
  return (
    <div class="pos" data-mode="field" data-at={rows.length ? 'alert' : 'calm'}>
      <Top name={name} />
      <Lost bell={bell} />
      {bell.ready.value ? null : (
        <section class="silent" aria-label={t('paging.unlock')}>
          <button type="button" class="btn unlock" onClick={() => void bell.prepare()}>
            <Icon name="hand" size="l" /> {t('paging.unlock')} <span>{t('paging.unlock-why')}</span>
          </button>
        </section>
      )}
      <main aria-live="assertive">
        {rows.length ? (
          rows.map((row, n) => <Alert key={row.alert} row={row} first={n === 0} onTake={() => take(row)} />)
        ) : (
          <Calm />
        )}
      </main>
      {rows.length ? null : <AtHome station={station} />}
      <Said said={said} skip={undefined} />
    </div>
  )
}

/** The station has heard, and so have its units that had not answered by themselves. */
function takeAlert(device: ReturnType<typeof useDevice>, row: RingingRow) {
  const { incident } = row
  if (incident)
    for (const { unit, state } of row.units)
      if (state === 'sent') void device.ask({ kind: 'dispatch.report-status', unit, status: 'assigned', incident })
  return device.ask({ kind: 'paging.answer-alert', alert: row.alert, coming: true })
}

/** Says once for each turn that the page has it. */
function useDelivered(rows: readonly RingingRow[], live: boolean) {
  const device = useDevice()
  const told = useRef(new Set<string>())
  useEffect(() => {
    if (!live) return
    for (const { alert, turn, delivered } of rows) {
      const key = `${alert}/${turn}`
      if (delivered || told.current.has(key)) continue
      told.current.add(key)
      void device.ask({ kind: 'paging.report-delivered', alert, turn })
    }
  }, [rows, live])
}

/** Rings as long as something waits for a hand; what came last is read out. */
function useRinging(waiting: readonly RingingRow[], bell: Bell) {
  const newest = waiting[0]
  const text = useRef('')
  text.current = newest?.spoken[language.value] ?? ''
  useEffect(() => {
    if (!newest) return
    const stop = ring({ tone: bell.tone, say: () => speak(text.current, language.peek()), rest: sleep })
    return () => {
      stop()
      hush()
    }
  }, [newest?.alert, bell])
}

/** The screen stays on, where the browser can do that. */
function useAwake() {
  useEffect(() => {
    let held: WakeLockSentinel | undefined
    const hold = () => {
      if (document.visibilityState === 'visible')
        navigator.wakeLock?.request('screen').then(
          (lock) => {
            held = lock
          },
          () => {}, // the battery is low: the system decides
        )
    }
    hold()
    document.addEventListener('visibilitychange', hold)
    return () => {
      document.removeEventListener('visibilitychange', hold)
      void held?.release()
    }
  }, [])
}

function Top({ name }: { name: string }) {
  return (
    <header class="top">
      <Menu />
      <b class="cut">{name}</b>
      <button
        type="button"
        class="btn bare other"
        aria-label={t('paging.other-station')}
        onClick={() => {
          try {
            localStorage.removeItem(KEY)
          } catch {
            // Storage is off: nothing was kept.
          }
          history.replaceState(null, '', '/pos')
          chosen.value = undefined
        }}
      >
        <Icon name="swap" /> <span>{t('paging.other-station')}</span>
      </button>
      <LineMark />
      <span class="wall">
        {shortTime(now.value)} <small>{zoneName.value}</small>
      </span>
    </header>
  )
}

/** Without the node no alert comes here. `since`: when it was last heard, 0 before it ever was. */
function useLost() {
  const { line, ageMs, pictureAt } = lineOf(useDevice())
  const lost = line !== 'connected' && ageMs > LOST_MS
  return { lost, since: lost ? pictureAt : 0 }
}

/** That sounds until somebody knows it. */
function Lost({ bell }: { bell: Bell }) {
  const known = useSignal(0)
  const { lost, since } = useLost()
  useEffect(() => {
    if (!lost) known.value = 0
  }, [lost])
  const sounds = lost && bell.ready.value && known.value === 0
  useSound(sounds ? 'watch' : undefined, sounds ? 'lost' : undefined)
  if (!lost) return null
  return (
    <div class="alarm" data-s="watch" role="alert">
      <Icon name="off" size="l" />
      <span>
        {since ? t('paging.lost', { at: shortTime(since) }) : t('paging.lost-never')}
        <small>{t('paging.lost-more')}</small>
      </span>
      {known.value ? null : (
        <button type="button" class="btn" onClick={() => (known.value = now.peek())}>
          {t('paging.lost-known')}
        </button>
      )}
    </div>
  )
}

/** Quiet, or not known to be: a page without its line must not say that nobody calls. */
function Calm() {
  const { lost } = useLost()
  return (
    <div class="calm-pos">
      <div class="clock xl" aria-live="off">
        {time(now.value)}
      </div>
      <h1>{t(lost ? 'paging.not-known' : 'paging.calm')}</h1>
    </div>
  )
}

/** The station's units, so that an empty page still says something true. */
function AtHome({ station }: { station: string }) {
  const board = useView('dispatch.board', { station }, { keep: true })
  const units = board.rows.value
    .filter((row) => row.status !== 'reserve')
    .sort((a, b) => a.unit.localeCompare(b.unit, 'id', { numeric: true }))
  return (
    <section class="home-units" aria-label={t('paging.units')}>
      <ul>
        {units.map((unit) => {
          const { glyph, hue } = lookOf(unit.status)
          return (
            <li key={unit.unit} data-s={hue}>
              <Glyph name={glyph} hue={hue} /> <b>{unit.unit}</b> <span>{word('status', unit.status)}</span>
            </li>
          )
        })}
      </ul>
    </section>
  )
}

type AlertProps = { row: RingingRow; first: boolean; onTake(): void }

function Alert({ row, first, onTake }: AlertProps) {
  const standards = useStandards()
  const button = useRef<HTMLButtonElement>(null)
  const ringing = rings(row)
  useEffect(() => {
    if (first && ringing) button.current?.focus()
  }, [first, ringing])
  const Head = first ? 'h1' : 'h2'
  const kind = row.type ? standards.nameOf(row.type) : row.cause === 'test' ? t('paging.trial') : t('incident.untyped')
  return (
    <article class="called" data-first={first || undefined} data-rings={ringing || undefined}>
      <header>
        {ringing ? <span class="beat" aria-hidden="true" /> : <Icon name="check" size="l" />}
        <b>{ringing ? t('paging.call') : t('paging.taken')}</b>
        {row.exercise ? <span class="chip plan drill">{t('incident.exercise')}</span> : null}
        {row.pending ? <span class="chip pending">{t('said.waiting')}</span> : null}
        <span class="clock m" aria-live="off">
          {span(now.value - ms(row.raised_at))}
        </span>
      </header>
      <Head class="units">{row.units.map((unit) => unit.unit).join('  ') || kind}</Head>
      <p class="what" hidden={!row.units.length}>
        {row.cause === 'test' ? null : (
          <Sym kind={standards.letterOf(row.type)} size="xl" {...(row.exercise && { look: 'drill' as const })} />
        )}
        <span>{kind}</span>
        {row.number ? <span class="faint">{shortNumber(row.number)}</span> : null}
      </p>
      {row.cause === 'test' ? null : <p class="place">{row.place ?? t('paging.no-place')}</p>}
      {row.life_risk ? (
        <p>
          <span class="chip fill" data-s="danger">
            <Glyph name="danger" plain /> {t('paging.life')}
          </span>
        </p>
      ) : null}
      <p class="spoken">{row.spoken[language.value]}</p>
      <Acts row={row} first={first} ringing={ringing} button={button} onTake={onTake} />
    </article>
  )
}

type ActsProps = {
  row: RingingRow
  first: boolean
  ringing: boolean
  button: { readonly current: HTMLButtonElement | null }
  onTake(): void
}

/** One primary act: to take it; then each unit says that it is on the way. */
function Acts({ row, first, ringing, button, onTake }: ActsProps) {
  const device = useDevice()
  const { here, away } = parts(row)
  const { incident } = row
  const leave = (unit: string) =>
    incident && void device.ask({ kind: 'dispatch.report-status', unit, status: 'on-the-way', incident })
  return (
    <footer>
      {ringing ? (
        <button type="button" class={first ? 'btn main touch' : 'btn touch'} ref={button} onClick={onTake}>
          {t('paging.take')}
        </button>
      ) : null}
      {here.map(({ unit }) => (
        <button
          type="button"
          key={unit}
          class={ringing || !first ? 'btn touch' : 'btn main touch'}
          onClick={() => leave(unit)}
        >
          {t('paging.leave', { unit })}
        </button>
      ))}
      {away.map(({ unit }) => (
        <span key={unit} class="gone" data-s="move">
          <Glyph name="move" /> {t('paging.left', { unit })}
        </span>
      ))}
    </footer>
  )
}
