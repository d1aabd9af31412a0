// The quarters of a year: what must be sent when, and a quarter that was not sent stays marked until it is.
import { useSignal } from '@preact/signals'
import { date, ms, now } from '../../kernel/clock'
import type { Row } from '../../kernel/contract'
import { useDevice, useView } from '../../kernel/device'
import { number, t, word } from '../../kernel/i18n'
import { Glyph, Icon } from '../../look/symbols'
import { OneOf, Words } from './fields'
import type { Period } from './period'
import { HEADS, WRITERS } from './roles'
import type { Sent } from './sent'
import { periodWords } from './spm-words'

type Quarter = Row<'report.calendar'>
const DAY_MS = 86_400_000
const PLACES = ['e-spm', 'sipadam', 'lppd'] as const

type Props = { period: Period; sent: Sent; onPick(period: Period): void }

export function Quarters({ period, sent, onPick }: Props) {
  // A day is as exact as a calendar is, and asks for the same picture all day long.
  const day = Math.floor(now.value / DAY_MS)
  const at = new Date(day * DAY_MS).toISOString().replace('Z', '+00:00')
  const view = useView('report.calendar', { year: String(period.year), at }, { keep: true })
  const open = useSignal<number | undefined>(undefined)
  return (
    <section>
      <h2>{t('spm.quarters')}</h2>
      <ol class="quarters">
        {view.rows.value.map((row) => (
          <li
            key={row.quarter}
            data-s={row.state}
            {...((period.quarter ?? 0) === row.quarter && !period.month && { 'aria-current': 'true' as const })}
          >
            <button
              type="button"
              class="quarter"
              onClick={() => onPick(row.quarter ? { year: row.year, quarter: row.quarter } : { year: row.year })}
            >
              <b>{periodWords(row.quarter ? { year: row.year, quarter: row.quarter } : { year: row.year })}</b>
              <State row={row} day={day} />
            </button>
            <small>
              {[
                t('spm.items-stated', { n: row.items_stated }),
                total(row)
                  ? t('spm.reports-final', { n: number(row.reports.final ?? 0), of: number(total(row)) })
                  : t('spm.no-records'),
                ...(row.reports.history ? [t('spm.reports-history', { n: number(row.reports.history) })] : []),
              ].join('; ')}
            </small>
            {row.reminded_at && row.state !== 'sent' ? (
              <small>{t('spm.reminded', { n: row.reminded, at: date(ms(row.reminded_at)) })}</small>
            ) : null}
            {row.sent.map((one) => (
              <small key={`${one.to} ${one.sent_at}`}>
                <Icon name="check" />{' '}
                {t('spm.sent-to', {
                  to: word('spm-to', one.to),
                  at: date(ms(one.sent_at)),
                  receipt: one.receipt ?? t('reports.erased'),
                })}
              </small>
            ))}
            {row.state !== 'running' ? (
              open.value === row.quarter ? (
                <Sending row={row} sent={sent} onDone={() => (open.value = undefined)} />
              ) : (
                <MayRecord again={row.state === 'sent'} onOpen={() => (open.value = row.quarter)} />
              )
            ) : null}
          </li>
        ))}
      </ol>
    </section>
  )
}

/** Reports somebody stands for or must: what was copied from an archive is told apart. */
const total = (row: Quarter) =>
  Object.entries(row.reports).reduce((sum, [state, n]) => sum + (state === 'history' ? 0 : n), 0)

function State({ row, day }: { row: Quarter; day: number }) {
  const days = Math.round(Date.parse(`${row.due}T00:00:00Z`) / DAY_MS) - day
  if (row.state === 'late')
    return (
      <span class="chip" data-s="danger">
        <Glyph name="watch" plain /> {t('spm.unsent-late', { n: -days })}
      </span>
    )
  if (row.state === 'due')
    return (
      <span class="chip" data-s="watch">
        <Glyph name="watch" /> {t('spm.due-in', { n: days, at: date(ms(`${row.due}T00:00:00Z`)) })}
      </span>
    )
  if (row.state === 'sent')
    return (
      <span class="chip line">
        <Icon name="check" /> {t('spm.sent')}
      </span>
    )
  return <span class="chip line">{t('spm.running', { at: date(ms(`${row.due}T00:00:00Z`)) })}</span>
}

function MayRecord({ again, onOpen }: { again: boolean; onOpen(): void }) {
  return useDevice().may([...WRITERS, ...HEADS, 'planner']) ? (
    <button type="button" class={again ? 'btn bare' : 'btn'} onClick={onOpen}>
      {t(again ? 'spm.record-more' : 'spm.record')}
    </button>
  ) : null
}

function Sending({ row, sent, onDone }: { row: Quarter; sent: Sent; onDone(): void }) {
  const to = useSignal<(typeof PLACES)[number]>(row.required as (typeof PLACES)[number])
  const receipt = useSignal('')
  const day = useSignal(new Date(now.peek()).toISOString().slice(0, 10))
  async function save(event: Event) {
    event.preventDefault()
    const at = new Date(Math.min(Date.parse(`${day.value}T04:00:00Z`), now.peek())).toISOString().replace('Z', '+00:00')
    const wish = {
      kind: 'report.record-sending',
      year: row.year,
      quarter: row.quarter,
      to: to.value,
      sent_at: at,
      receipt: receipt.value.trim(),
    } as const
    if (await sent.ask(wish, t('spm.sending'))) onDone()
  }
  return (
    <form onSubmit={save}>
      <OneOf
        label={t('spm.to')}
        of={PLACES.map((one) => [one, word('spm-to', one)])}
        value={to.value}
        onPick={(one) => (to.value = one as (typeof PLACES)[number])}
      />
      <label class="field">
        <span>{t('spm.sent-on')}</span>
        <input
          class="input"
          type="date"
          required
          value={day.value}
          max={new Date(now.value).toISOString().slice(0, 10)}
          onInput={(event) => (day.value = event.currentTarget.value)}
        />
      </label>
      <Words label={t('spm.receipt')} must value={receipt.value} onText={(text) => (receipt.value = text)} />
      <div class="acts">
        <button type="submit" class="btn main">
          {t('spm.record-now')}
        </button>
        <button type="button" class="btn bare" onClick={onDone}>
          {t('reports.leave')}
        </button>
      </div>
    </form>
  )
}
