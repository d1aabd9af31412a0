// Serah jaga: one shift tells the next what is open, line by line; both say so, and the node keeps that they did.
import { useComputed, useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { date, ms, now, shortTime, time } from '../../kernel/clock'
import { useDevice, useView } from '../../kernel/device'
import { language, t, word } from '../../kernel/i18n'
import { newId } from '../../kernel/ids'
import { useKeys } from '../../kernel/keys'
import { nextTheme } from '../../kernel/theme'
import { CopyAge, NoCopy } from '../../look/copy'
import { LineMark } from '../../look/line-mark'
import { Glyph, Icon, Sym } from '../../look/symbols'
import { Menu } from '../access/menu'
import { shortNumber } from '../intake/number'
import { useStandardsView } from '../intake/standards'
import { lookOfIncident } from './incident-panel'
import { Said, type SaidStore, useSaid } from './said'
import { type Handover, type ShiftLine, type ShiftRow, type Told, toldNow, toTick } from './shift-lines'
import { type Picture, usePicture } from './use-picture'
import '../../look/shift.css'

/** Who hands over; the node decides in any case. */
const DESK = ['call-taker', 'dispatcher', 'shift-leader']

export function ShiftHandover() {
  useStandardsView()
  const picture = usePicture()
  const said = useSaid()
  const view = useView('dispatch.shift-handover', {}, { keep: true })
  const row = view.rows.value[0]
  const mine = useDevice().may(DESK)
  useKeys({ t: nextTheme })
  useEffect(() => {
    document.title = `${t('screen.shift')} · Siaga`
  }, [language.value])
  return (
    <div class="shift">
      <header class="top">
        <Menu />
        <CopyAge of={view} />
        <LineMark />
        <span class="wall">{time(now.value)}</span>
      </header>
      {row ? (
        <Sheet key={row.underway?.handover ?? 'draft'} row={row} picture={picture} said={said} />
      ) : (
        <main>
          <h1 class="sr">{t('screen.shift')}</h1>
          {mine ? <NoCopy state={view.state.value} /> : <p class="quiet">{t('shift.not-yours')}</p>}
        </main>
      )}
      <Said said={said} skip={undefined} />
    </div>
  )
}

type SheetProps = { row: ShiftRow; picture: Picture; said: SaidStore }

function Sheet({ row, picture, said }: SheetProps) {
  const going = row.underway
  const ticked = useTicks(going?.handover)
  const told = toldNow(row, now.value)
  const must = toTick(told)
  const left = must.filter((id) => !ticked.value.has(id)).length
  const fresh = told.filter((one) => one.state === 'fresh').length
  const tick = (id: string) => {
    const next = new Set(ticked.value)
    if (!next.delete(id)) next.add(id)
    ticked.value = next
  }
  return (
    <main>
      <section class="lines" aria-labelledby="shift-title">
        <h1 id="shift-title">{t(going ? 'shift.going' : 'shift.draft')}</h1>
        <p class="quiet">
          {going ? t('shift.opened', { at: time(ms(going.opened_at)) }) : t('shift.how', { n: told.length })}
        </p>
        {told.length ? null : <p class="none">{t('shift.nothing')}</p>}
        <ul>
          {told.map((one) => (
            <Line
              key={one.id}
              told={one}
              picture={picture}
              on={ticked.value.has(one.id)}
              {...(going && one.state !== 'fresh' && { onTick: () => tick(one.id) })}
            />
          ))}
        </ul>
      </section>
      <aside aria-label={t('shift.sides')}>
        {going ? (
          <Sides going={going} left={left} fresh={fresh} lines={must} said={said} />
        ) : (
          <Begin said={said} last={row.last} />
        )}
      </aside>
    </main>
  )
}

/** Ticks belong to this device until a side confirms; a page that is closed and opened again keeps them. */
function useTicks(handover: string | undefined) {
  const key = `siaga.shift.${handover ?? ''}`
  const ticks = useSignal<ReadonlySet<string>>(new Set(read(key)))
  useEffect(() => {
    if (!handover) return
    try {
      sessionStorage.setItem(key, JSON.stringify([...ticks.value]))
    } catch {
      // Storage is off: the ticks last as long as the page.
    }
  }, [ticks.value])
  return ticks
}

function read(key: string): readonly string[] {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? '[]') as readonly string[]
  } catch {
    return []
  }
}

function Line({ told, picture, on, onTick }: { told: Told; picture: Picture; on: boolean; onTick?: () => void }) {
  const { line, state } = told
  const { mark, what, more } = wordsOf(line, picture)
  const body = (
    <>
      {mark}
      <span class="what">
        <b>{what}</b>
        <small>{more}</small>
      </span>
      {state === 'listed' ? null : <span class="chip line">{t(state === 'fresh' ? 'shift.fresh' : 'shift.over')}</span>}
    </>
  )
  if (!onTick)
    return (
      <li class="line-of-shift" data-state={state}>
        <span />
        {body}
      </li>
    )
  return (
    <li>
      <label class="line-of-shift" data-state={state}>
        <input type="checkbox" checked={on} onChange={onTick} />
        {body}
      </label>
    </li>
  )
}

/** Of today the hour is enough; what is older says its day too. */
const hourOrDay = (at: number) => (date(at) === date(now.value) ? shortTime(at) : `${date(at)} ${shortTime(at)}`)

type Words = { readonly mark: ComponentChildren; readonly what: string; readonly more: string }

function wordsOf(line: ShiftLine, picture: Picture): Words {
  const since = line.at ? t('trip.since', { at: hourOrDay(ms(line.at)) }) : ''
  switch (line.kind) {
    case 'incident': {
      const incident = picture.incidents.value.find((one) => one.id === line.subject)
      const units = line.units ? t('incident.units', { n: line.units }) : t('incident.no-unit')
      return {
        mark: incident ? <Sym kind={incident.kind} {...lookOfIncident(incident)} /> : <Glyph name="none" />,
        what: [shortNumber(line.code ?? ''), incident?.type].filter(Boolean).join(' '),
        more: [incident?.place, units, since].filter(Boolean).join(' · '),
      }
    }
    case 'alarm':
      return { mark: <Glyph name="watch" />, what: t('shift.alarm', { unit: line.code ?? '' }), more: since }
    case 'out-of-service':
      return {
        mark: <Glyph name="out" />,
        what: line.code ?? '',
        more: [word('status', 'out-of-service'), since].join(' · '),
      }
    case 'moved':
      return { mark: <Glyph name="ready" />, what: line.code ?? '', more: t('shift.moved', { station: line.to ?? '' }) }
    case 'closure': {
      const closure = picture.closures.rows.value.find((one) => one.closure === line.subject)
      const until = line.until ? t('map.closed-until', { at: shortTime(ms(line.until)) }) : ''
      return {
        mark: <Icon name="warn" />,
        what: t('shift.closure'),
        more: [closure?.note, until, since].filter(Boolean).join(' · '),
      }
    }
  }
}

function Begin({ said, last }: { said: SaidStore; last: Handover | null }) {
  const device = useDevice()
  const note = useSignal('')
  const begin = () =>
    void said.after(
      device.ask({
        kind: 'dispatch.open-shift-handover',
        handover: newId(),
        ...(note.value.trim() && { note: note.value.trim() }),
      }),
      t('shift.said-opened'),
    )
  return (
    <>
      <label class="field">
        <span>{t('shift.note')}</span>
        <textarea
          class="input"
          rows={5}
          value={note.value}
          maxLength={4000}
          onInput={(event) => (note.value = event.currentTarget.value)}
        />
      </label>
      <button type="button" class="btn main" onClick={begin}>
        {t('shift.begin')}
      </button>
      {last ? <Done of={last} /> : null}
    </>
  )
}

function Done({ of }: { of: Handover }) {
  const names = useNames()
  return (
    <p class="quiet">
      {t('shift.last', {
        giver: names(of.giver),
        taker: names(of.taker),
        at: of.taker_at ? shortTime(Math.max(ms(of.taker_at), ms(of.giver_at ?? of.taker_at))) : '',
      })}
      {of.note ? <span class="said-note">{of.note}</span> : null}
    </p>
  )
}

function useNames() {
  const view = useView('access.names', {}, { keep: true })
  const names = useComputed(() => new Map(view.rows.value.map((row) => [row.actor, row.name])))
  return (actor: string | null) => names.value.get(actor ?? '') ?? actor ?? ''
}

type SidesProps = { going: Handover; left: number; fresh: number; lines: readonly string[]; said: SaidStore }

function Sides({ going, left, fresh, lines, said }: SidesProps) {
  const device = useDevice()
  const names = useNames()
  const confirm = (side: 'giver' | 'taker') =>
    void said.after(
      device.ask({ kind: 'dispatch.confirm-shift-handover', handover: going.handover, side, lines: [...lines] }),
      t(side === 'giver' ? 'shift.said-given' : 'shift.said-taken'),
    )
  const anew = () => void device.ask({ kind: 'dispatch.open-shift-handover', handover: going.handover })
  const withdraw = () => void device.ask({ kind: 'dispatch.withdraw-shift-handover', handover: going.handover })
  const sides = [
    { side: 'giver' as const, who: going.giver, at: going.giver_at },
    { side: 'taker' as const, who: going.taker, at: going.taker_at },
  ]
  return (
    <>
      {going.note ? (
        <div class="note">
          <Icon name="edit" />
          <span class="said-note">{going.note}</span>
        </div>
      ) : null}
      {fresh ? (
        <div class="note" data-s="watch" role="status">
          <Icon name="warn" />
          <span>{t('shift.changed', { n: fresh })}</span>
          <button type="button" class="btn" onClick={anew}>
            {t('shift.anew')}
          </button>
        </div>
      ) : (
        <p class="left-of" role="status">
          {left ? t('shift.left', { n: left }) : t('shift.all-ticked')}
        </p>
      )}
      <ul class="sides">
        {sides.map(({ side, who, at }) => (
          <li key={side} data-s={who ? 'scene' : ''}>
            <span>{t(side === 'giver' ? 'shift.giver' : 'shift.taker')}</span>
            {who && at ? (
              <b>
                <Glyph name="scene" /> {names(who)} {time(ms(at))}
              </b>
            ) : (
              <button
                type="button"
                class={left || fresh ? 'btn' : 'btn main'}
                disabled={left > 0 || fresh > 0}
                onClick={() => confirm(side)}
              >
                {t(side === 'giver' ? 'shift.give' : 'shift.take')}
              </button>
            )}
          </li>
        ))}
      </ul>
      <button type="button" class="btn bare" onClick={withdraw}>
        {t('shift.withdraw')}
      </button>
    </>
  )
}
