// Perangkat ini: does it work without network, what is stored on it and how old, what waits to be sent.
import { type ReadonlySignal, useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { ago } from '../../kernel/age'
import { complete, PIECE, piecesOf } from '../../kernel/archive'
import { date, now, shortTime, zoneName } from '../../kernel/clock'
import { type Device, lineOf, useDevice } from '../../kernel/device'
import { clockOffset, nodeVersion } from '../../kernel/doors'
import { language, number, t, word } from '../../kernel/i18n'
import { appVersion, fresh, install, kept, offer, takeOver } from '../../kernel/installed'
import { HOLDS_MS } from '../../kernel/remembered'
import { follow } from '../../kernel/router'
import type { Stored } from '../../kernel/shelf'
import { Glyph, Icon } from '../../look/symbols'

const LOOK_MS = 5000
const MB = 1_000_000

type Facts = {
  readonly app: string | undefined
  readonly node: string | undefined
  readonly used: number
  readonly quota: number
  readonly safe: boolean
  readonly pictures: readonly Stored[]
}

async function look(device: Device): Promise<Facts> {
  const [app, node, space, safe, pictures] = await Promise.all([
    appVersion(),
    nodeVersion().catch(() => undefined),
    navigator.storage?.estimate?.(),
    navigator.storage?.persisted?.(),
    device.stored(),
  ])
  return { app, node, used: space?.usage ?? 0, quota: space?.quota ?? 0, safe: safe ?? false, pictures }
}

/** What is stored, looked at again now and then as long as the page stands. */
function useFacts(device: Device): readonly [ReadonlySignal<Facts | undefined>, () => void] {
  const facts = useSignal<Facts | undefined>(undefined)
  const again = () => void look(device).then((found) => (facts.value = found))
  useEffect(() => {
    again()
    const timer = setInterval(again, LOOK_MS)
    return () => clearInterval(timer)
  }, [])
  return [facts, again]
}

export function ThisDevice() {
  const device = useDevice()
  const [facts, again] = useFacts(device)
  const found = facts.value
  useEffect(() => {
    document.title = `${t('device.title')} · Siaga`
  }, [language.value])
  return (
    <div class="gate own">
      <header class="top">
        <a class="btn bare" href="/" onClick={follow}>
          <Icon name="left" /> {t('do.back')}
        </a>
        <b>{t('device.title')}</b>
        <div class="end">
          <span class="wall">{shortTime(now.value)}</span>
          <span class="faint">{zoneName.value}</span>
        </div>
      </header>
      <main>
        <Answer />
        <dl class="facts">
          <Line device={device} />
          <Who device={device} />
          <Waiting device={device} />
          {found ? (
            <Fact name={t('device.space')}>
              {t('device.space-used', { used: number(found.used / MB, 1), quota: number(found.quota / MB) })}
              <small>{t(found.safe ? 'device.space-safe' : 'device.space-loose')}</small>
            </Fact>
          ) : null}
          <Clock />
          <Fact name={t('device.version')}>{found?.app ?? '–'}</Fact>
          <Fact name={t('device.node')}>
            {location.host}
            <small>{found?.node ?? '–'}</small>
          </Fact>
        </dl>
        <Ground device={device} />
        <Pictures
          pictures={found?.pictures}
          onClear={() => {
            void device.clearPictures().then(again)
          }}
        />
      </main>
    </div>
  )
}

/** The answer of the page, and the one next step. */
function Answer() {
  const state = kept.value
  const offered = offer.value
  return (
    <section class="answer" data-s={state === 'yes' ? '' : 'watch'}>
      <h1>
        {state === 'yes' ? <Glyph name="scene" hue="scene" /> : <Glyph name="watch" hue="watch" />}
        {t(state === 'yes' ? 'device.ready' : state === 'coming' ? 'device.coming' : 'device.unsafe')}
      </h1>
      <p>
        {t(state === 'yes' ? 'device.ready-more' : state === 'coming' ? 'device.coming-more' : 'device.unsafe-more')}
      </p>
      {fresh.value ? (
        <>
          <button type="button" class="btn main touch" onClick={takeOver}>
            {t('device.reload')}
          </button>
          <p class="hint">{t('device.reload-why')}</p>
        </>
      ) : null}
      {offered ? (
        <button type="button" class={fresh.value ? 'btn touch' : 'btn main touch'} onClick={() => void install()}>
          {t('device.install')}
        </button>
      ) : null}
      {state === 'unsafe' ? (
        <a class="btn main touch" href="/pasang">
          {t('device.guide')}
        </a>
      ) : null}
    </section>
  )
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function Line({ device }: { device: Device }) {
  const { line, pictureAt, ageMs } = lineOf(device)
  const up = line === 'connected'
  return (
    <Fact name={t('device.line')}>
      <span class="link" data-s={up ? '' : 'watch'} role="status">
        {up ? <Glyph name="dot" hue="scene" /> : <Icon name="off" />}
        <b>{t(up ? 'line.connected' : 'line.offline')}</b>
      </span>
      {up || !pictureAt ? null : (
        <small>
          {t('line.picture', { at: shortTime(pictureAt) })} ({ago(ageMs)})
        </small>
      )}
    </Fact>
  )
}

function Who({ device }: { device: Device }) {
  const session = device.session.value
  const until = device.confirmedAt.value + HOLDS_MS + clockOffset.value
  return (
    <Fact name={t('device.who')}>
      {session?.name ?? t('device.nobody')}
      {session ? <small>{t('device.holds', { at: `${date(until)} ${shortTime(until)}` })}</small> : null}
    </Fact>
  )
}

function Waiting({ device }: { device: Device }) {
  const { unsent, others, refused, unkept } = device.outbox
  const waiting = unsent.value
  const [oldest] = waiting
  return (
    <Fact name={t('device.waiting')}>
      {oldest ? t('device.waiting-some', { n: waiting.length, at: shortTime(oldest.at) }) : t('device.waiting-none')}
      {others.value.length ? <small>{t('device.waiting-others', { n: others.value.length })}</small> : null}
      {refused.value.length ? <small>{t('device.refused', { n: refused.value.length })}</small> : null}
      {unkept.value ? <small role="alert">{t('line.unkept')}</small> : null}
    </Fact>
  )
}

function Clock() {
  const off = clockOffset.value
  const n = number(Math.abs(off) / 1000)
  return (
    <Fact name={t('device.clock')}>
      {off === 0 ? t('device.clock-same') : t(off > 0 ? 'device.clock-behind' : 'device.clock-ahead', { n })}
    </Fact>
  )
}

/** The base map: how much of it is here, how old, and a way to take all of it along. */
function Ground({ device }: { device: Device }) {
  const { ground } = device
  const file = ground.held.value
  if (!file) return null
  const all = piecesOf(file.bytes)
  const whole = complete(file)
  const busy = ground.loading.value
  const size = number(file.bytes / MB, 1)
  return (
    <section class="pictures">
      <h2>{t('device.map')}</h2>
      <progress max={all} value={file.pieces} aria-label={t('device.map')} />
      <p>
        {whole
          ? t('device.map-whole', { size })
          : t('device.map-part', { part: number(Math.min(file.bytes, file.pieces * PIECE) / MB, 1), size })}{' '}
        <span class="quiet">{t('device.map-checked', { ago: ago(now.value - clockOffset.value - file.at) })}</span>
      </p>
      {whole ? null : (
        <button type="button" class="btn touch" onClick={() => (busy ? ground.pause() : void ground.download())}>
          {t(busy ? 'device.map-pause' : 'device.map-take')}
        </button>
      )}
    </section>
  )
}

/** One line for each sort of picture: one of every incident's journal is not told apart. */
export function grouped(pictures: readonly Stored[]): readonly Stored[] {
  const groups = new Map<string, Stored>()
  for (const { key, at, rows } of pictures) {
    const [name = key] = key.split('?')
    const held = groups.get(name)
    groups.set(name, { key: name, at: Math.min(at, held?.at ?? at), rows: rows + (held?.rows ?? 0) })
  }
  return [...groups.values()]
}

function Pictures({ pictures, onClear }: { pictures: readonly Stored[] | undefined; onClear(): void }) {
  const here = now.value - clockOffset.value
  return (
    <section class="pictures">
      <h2>{t('device.pictures')}</h2>
      {pictures?.length === 0 ? <p class="hint">{t('device.pictures-none')}</p> : null}
      <ul>
        {grouped(pictures ?? []).map(({ key, at, rows }) => (
          <li key={key}>
            <span>{word('picture', key)}</span>
            <span class="quiet">{t('device.rows', { n: rows })}</span>
            <span class="quiet">{ago(here - at)}</span>
          </li>
        ))}
      </ul>
      {pictures?.length ? (
        <>
          <button type="button" class="btn touch" onClick={onClear}>
            {t('device.clear')}
          </button>
          <p class="hint">{t('device.clear-why')}</p>
        </>
      ) : null}
    </section>
  )
}
