// Who was called for an incident, by which way, how far it came, who comes and when; and the recall of people off duty.
import { useSignal } from '@preact/signals'
import { shortTime, time } from '../../kernel/clock'
import type { Row } from '../../kernel/contract'
import { useDevice, useView } from '../../kernel/device'
import { t, word } from '../../kernel/i18n'
import { newId } from '../../kernel/ids'
import { Line } from '../../look/pick'
import { Glyph, type GlyphName } from '../../look/symbols'
import '../../look/paging.css'

type AlertRow = Row<'paging.alerts'>

const RECALLS = ['dispatcher', 'shift-leader', 'commander']

/** Nothing is drawn for an incident nobody was called for, unless people may be recalled for it. */
export function AlertsOf({ incident }: { incident: string }) {
  const device = useDevice()
  const view = useView('paging.alerts', { incident }, { later: true })
  const asking = useSignal(false)
  const rows = view.rows.value
  const coming = rows.filter((row) => row.coming).length
  const may = device.may(RECALLS)
  if (!rows.length && !may) return null
  return (
    <section class="alerts-of" aria-labelledby="alerts-head">
      <div class="head">
        <h3 id="alerts-head">{t('alerts.title')}</h3>
        <span>{rows.length ? t('alerts.count', { n: rows.length, coming }) : t('alerts.none')}</span>
        {may && !asking.value ? (
          <button type="button" class="end" onClick={() => (asking.value = true)}>
            {t('alerts.recall')}
          </button>
        ) : null}
      </div>
      {asking.value ? (
        <Line
          label={t('alerts.recall-why')}
          act={t('alerts.recall-do')}
          onBack={() => (asking.value = false)}
          onDone={(reason) => {
            asking.value = false
            void device.ask({ kind: 'paging.recall', recall: newId(), incident, reason })
          }}
        />
      ) : null}
      <ul>
        {rows.map((row) => (
          <Called key={row.alert} row={row} />
        ))}
      </ul>
    </section>
  )
}

const LOOKS: Readonly<Record<string, GlyphName>> = {
  answered: 'scene',
  settled: 'scene',
  over: 'back',
  calling: 'sent',
  unanswered: 'watch',
}

function Called({ row }: { row: AlertRow }) {
  const glyph = row.state === 'answered' && !row.coming ? 'out' : (LOOKS[row.state] ?? 'sent')
  return (
    <li>
      <Glyph name={glyph} />
      <b class="cut">{row.name ?? row.receiver}</b>
      <span class="state-of">{stateOf(row)}</span>
      <span class="trail">{trailOf(row)}</span>
    </li>
  )
}

/** What counts: comes and when, cannot, or how the calling stands. */
export function stateOf(row: AlertRow): string {
  if (row.state === 'answered') {
    if (!row.coming) return t('alerts.cannot')
    if (row.kind === 'station') return t('alerts.taken', { at: shortTime(row.answered_at ?? row.raised_at) })
    return row.coming_at ? t('alerts.coming-at', { at: shortTime(row.coming_at) }) : t('alerts.coming')
  }
  return word('alert-state', row.state)
}

/** Every way with how far it came at last, and how often it was taken: `SMS sampai 21:00:09 (2×)`. */
export function trailOf(row: AlertRow): string {
  const ways = [...new Set(row.tries.map((one) => one.way))]
  const tries = ways.map((way) => {
    const taken = row.tries.filter((one) => one.way === way)
    const best = taken.find((one) => one.delivered_at) ?? taken[taken.length - 1]
    return `${word('way', way)}${best ? saidOf(best) : ''}${taken.length > 1 ? ` (${taken.length}×)` : ''}`
  })
  const seen = row.seen_at ? [t('alerts.seen', { at: time(row.seen_at) })] : []
  const skipped = Object.entries(row.skipped).map(([way, why]) => `${word('way', way)}: ${word('way-why', why)}`)
  return [...tries, ...seen, ...skipped].join(' · ')
}

function saidOf(one: AlertRow['tries'][number]): string {
  if (one.failed_at) return `: ${word('way-why', one.reason ?? '')}`
  if (one.delivered_at) return ` ${t('alerts.delivered', { at: time(one.delivered_at) })}`
  return ` ${one.sent_at ? t('alerts.sent', { at: time(one.sent_at) }) : t('alerts.leaving')}`
}
