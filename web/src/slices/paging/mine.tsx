// Saya: what calls me, my answer with its minutes, whether I am on duty, and whether this browser rings for me.
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useMemo } from 'preact/hooks'
import { date, ms, now, shortTime, span } from '../../kernel/clock'
import { useDevice, useView } from '../../kernel/device'
import { language, t } from '../../kernel/i18n'
import type { Guess, ViewState } from '../../kernel/live'
import { page } from '../../kernel/router'
import { NoCopy } from '../../look/copy'
import { LineMark } from '../../look/line-mark'
import { Glyph, Icon } from '../../look/symbols'
import { Menu } from '../access/menu'
import { Said, useSaid } from '../dispatch/said'
import { shortNumber } from '../intake/number'
import { openPush } from './browser-push'
import { answerTo, type Link, linkOf, lookAt, type MyAlert } from './link'
import { guessMine, type MineRow } from './my-alerts'
import '../../look/paging.css'

export const MINUTES = [5, 10, 15, 30] as const
const AGAIN_MS = 5000

const guess: Guess<MineRow> = guessMine

export function MyCalls() {
  const device = useDevice()
  const said = useSaid()
  const view = useView<'paging.mine', MineRow>('paging.mine', {}, { guess, keep: true })
  const row = view.rows.value[0]
  const link = linkOf(page.value)
  const open = row?.alerts.filter((one) => one.open) ?? []
  const over = row?.alerts.filter((one) => !one.open) ?? []
  const elsewhere = link && !row?.alerts.some((one) => one.alert === link.alert) ? link : undefined
  useTitle()
  useSeen(open)
  const answer = (alert: string, coming: boolean, minutes?: number) =>
    void said.after(
      device.ask({ kind: 'paging.answer-alert', alert, coming, ...(minutes !== undefined && { minutes }) }),
      t(coming ? 'mine.said-coming' : 'mine.said-not'),
    )
  return (
    <div class="mine" data-mode="field">
      <header class="top">
        <Menu />
        <LineMark />
      </header>
      <main>
        {elsewhere ? <Linked link={elsewhere} /> : null}
        {open.map((one) => (
          <Called key={one.alert} alert={one} onAnswer={(coming, minutes) => answer(one.alert, coming, minutes)} />
        ))}
        {open.length || elsewhere ? null : <Nothing state={view.state.value} row={row} />}
        {row ? <Duty row={row} /> : null}
        {row ? <Browser row={row} /> : null}
        {over.length ? <Past alerts={over} /> : null}
      </main>
      <Said said={said} skip={undefined} />
    </div>
  )
}

/** The page of a link for who is signed in nowhere: one alert and its answer. */
export function ByLink() {
  const link = linkOf(page.value)
  useTitle()
  return (
    <div class="mine" data-mode="field">
      <header class="top">
        <b>Siaga</b>
        <span class="wall">{shortTime(now.value)}</span>
      </header>
      <main>{link ? <Linked link={link} /> : null}</main>
    </div>
  )
}

const useTitle = () =>
  useEffect(() => {
    document.title = `${t('paging.mine')} · Siaga`
  }, [language.value])

/** An alert that was on the screen was seen. */
function useSeen(open: readonly MyAlert[]) {
  const device = useDevice()
  const unseen = open.filter((one) => one.seen_at === null).map((one) => one.alert)
  useEffect(() => {
    if (document.visibilityState !== 'visible') return
    for (const alert of unseen) void device.ask({ kind: 'paging.see-alert', alert })
  }, [unseen.join(' ')])
}

function Nothing({ state, row }: { state: ViewState; row: MineRow | undefined }) {
  if (state === 'loading' || state === 'failed') return <NoCopy state={state} />
  return (
    <section class="answer">
      <h1>{t(row ? 'mine.none' : 'mine.no-receiver')}</h1>
      <p class="quiet">{t(row ? 'mine.none-more' : 'mine.no-receiver-more')}</p>
    </section>
  )
}

type CalledProps = { alert: MyAlert; onAnswer(coming: boolean, minutes?: number): void; children?: ComponentChildren }

function Called({ alert, onAnswer, children }: CalledProps) {
  const answered = alert.answered_at !== null
  return (
    <article class="called" data-first data-rings={answered ? undefined : true}>
      <header>
        {answered ? <Icon name="check" size="l" /> : <span class="beat" aria-hidden="true" />}
        <b>{t(alert.cause === 'recall' ? 'mine.recall' : alert.cause === 'test' ? 'paging.trial' : 'paging.call')}</b>
        {alert.exercise ? <span class="chip plan drill">{t('incident.exercise')}</span> : null}
        <span class="clock m" aria-live="off">
          {span(now.value - ms(alert.raised_at))}
        </span>
      </header>
      <h1 class="said-big">{alert.spoken[language.value]}</h1>
      {answered ? <Answered alert={alert} /> : null}
      <fieldset class="answers">
        <legend class="label">{t(answered ? 'mine.change' : 'mine.ask')}</legend>
        {MINUTES.map((minutes, n) => (
          <button
            type="button"
            key={minutes}
            class={n === 0 && !answered ? 'btn main touch' : 'btn touch'}
            onClick={() => onAnswer(true, minutes)}
          >
            {t('mine.coming')} <span>{t('mine.minutes', { n: minutes })}</span>
          </button>
        ))}
        <button type="button" class="btn touch cannot" onClick={() => onAnswer(false)}>
          {t('mine.cannot')}
        </button>
      </fieldset>
      {children}
    </article>
  )
}

function Answered({ alert }: { alert: MyAlert }) {
  const { coming, coming_at: at, answered_at: said } = alert
  const words = !coming ? t('mine.is-not') : at ? t('mine.is-coming-at', { at: shortTime(at) }) : t('mine.is-coming')
  return (
    <p class="state" data-s={coming ? 'scene' : 'off'} role="status">
      <Glyph name={coming ? 'scene' : 'out'} /> {words}
      {said ? <span class="quiet">{t('mine.said-at', { at: shortTime(said) })}</span> : null}
    </p>
  )
}

/** Looked at by its proof; an answer that does not arrive says so and can be given again. */
function Linked({ link }: { link: Link }) {
  const alert = useSignal<MyAlert | undefined>(undefined)
  const state = useSignal<'looking' | 'here' | 'over' | 'away' | 'sending' | 'not-sent'>('looking')
  async function look() {
    const found = await lookAt(link)
    if (found.is === 'ok') alert.value = found.value
    if (state.value !== 'sending') state.value = found.is === 'ok' ? 'here' : found.is
  }
  useEffect(() => {
    void look()
    const timer = setInterval(() => void (state.peek() === 'away' && look()), AGAIN_MS)
    return () => clearInterval(timer)
  }, [link.alert, link.proof])
  async function answer(coming: boolean, minutes?: number) {
    state.value = 'sending'
    const sent = await answerTo(link, coming, minutes)
    state.value = sent.is === 'ok' ? 'here' : sent.is === 'over' ? 'over' : 'not-sent'
    if (sent.is === 'ok') await look()
  }
  if (state.value === 'over')
    return (
      <section class="answer">
        <h1>{t('mine.link-over')}</h1>
        <p class="quiet">{t('mine.link-over-more')}</p>
      </section>
    )
  if (!alert.value) return <p class="quiet">{t(state.value === 'away' ? 'mine.link-away' : 'desk.loading')}</p>
  return (
    <Called alert={alert.value} onAnswer={(coming, minutes) => void answer(coming, minutes)}>
      {state.value === 'sending' ? <p class="quiet">{t('mine.sending')}</p> : null}
      {state.value === 'not-sent' ? (
        <p class="note" data-s="watch" role="alert">
          <Icon name="off" /> <span>{t('mine.not-sent')}</span>
        </p>
      ) : null}
    </Called>
  )
}

function Duty({ row }: { row: MineRow }) {
  const device = useDevice()
  const set = () => void device.ask({ kind: 'paging.set-duty', receiver: row.receiver, on: !row.on_duty })
  return (
    <section aria-label={t('mine.duty')}>
      <button type="button" role="switch" aria-checked={row.on_duty} class="btn touch switch" onClick={set}>
        <span class={row.on_duty ? 'check is-on' : 'check'}>{row.on_duty ? <Icon name="check" /> : null}</span>
        <span>
          {t(row.on_duty ? 'mine.on-duty' : 'mine.off-duty')}
          <small>{t(row.on_duty ? 'mine.on-duty-more' : 'mine.off-duty-more')}</small>
        </span>
      </button>
    </section>
  )
}

/** Whether this browser rings; the step that is missing is named. */
function Browser({ row }: { row: MineRow }) {
  const device = useDevice()
  const push = useMemo(() => openPush(device), [device])
  const wanted = row.ways.includes('web-push')
  const key = row.push_key
  useEffect(() => {
    if (wanted && key) void push.look(row.subscriptions)
  }, [wanted, key, row.subscriptions.join(' ')])
  if (!wanted) return null
  const state = key ? push.state.value : 'not-set-up'
  const words = {
    looking: 'push.looking',
    working: 'push.looking',
    missing: 'push.missing',
    refused: 'push.refused',
    failed: 'push.failed',
    off: 'push.off',
    on: 'push.on',
    'not-set-up': 'push.not-set-up',
  } as const
  return (
    <section class="push" aria-label={t('push.title')}>
      <p class="state" data-s={state === 'on' ? 'scene' : state === 'looking' || state === 'working' ? '' : 'watch'}>
        <Glyph name={state === 'on' ? 'scene' : 'watch'} /> {t(words[state])}
      </p>
      {key && (state === 'off' || state === 'failed') ? (
        <button type="button" class="btn touch" onClick={() => void push.begin(key)}>
          {t('push.begin')}
        </button>
      ) : null}
      {state === 'on' ? (
        <button type="button" class="btn touch bare" onClick={() => void push.end()}>
          {t('push.end')}
        </button>
      ) : null}
    </section>
  )
}

function Past({ alerts }: { alerts: readonly MyAlert[] }) {
  return (
    <section aria-labelledby="mine-past">
      <h2 id="mine-past">{t('mine.past')}</h2>
      <ul class="past-calls">
        {alerts.map((one) => (
          <li key={one.alert}>
            <span class="faint">
              {date(one.raised_at).slice(0, 5)} {shortTime(one.raised_at)}
            </span>
            <span class="cut">
              {[one.number ? shortNumber(one.number) : t('paging.trial'), one.place].filter(Boolean).join(' · ')}
            </span>
            <span class="quiet">
              {one.answered_at === null ? t('mine.was-silent') : t(one.coming ? 'mine.was-coming' : 'mine.was-not')}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
