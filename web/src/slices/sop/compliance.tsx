// How the cards were followed over a time: what was skipped asks whether the card is wrong. No person is named here.
import { useSignal } from '@preact/signals'
import { date, now } from '../../kernel/clock'
import type { Row } from '../../kernel/contract'
import { useView } from '../../kernel/device'
import { number, t, word } from '../../kernel/i18n'
import { follow } from '../../kernel/router'
import { Choices } from '../../look/choices'
import { Icon } from '../../look/symbols'
import { textOf, titleOf } from './words'

type Figures = Row<'sop.compliance'>
const DAY_MS = 86_400_000
const COUNTS = ['due', 'done', 'late', 'silent'] as const
const PERIODS = [30, 90, 365] as const

export function Compliance() {
  const days = useSignal<number>(PERIODS[1])
  const until = useSignal(Math.ceil(now.peek() / DAY_MS) * DAY_MS)
  const since = until.value - days.value * DAY_MS
  const iso = (at: number) => new Date(at).toISOString().replace('Z', '+00:00')
  const view = useView('sop.compliance', { since: iso(since), until: iso(until.value) })
  const rows = view.rows.value
  const cards = [...new Set(rows.map((row) => row.card))]
  const used = cards.filter((card) => rows.some((row) => row.card === card && row.due))
  return (
    <div class="doc wide-doc">
      <a class="back-to" href="/sop" onClick={follow}>
        <Icon name="left" /> {t('sop.cards')}
      </a>
      <h1>{t('sop.compliance-title')}</h1>
      <p class="sub">{t('sop.compliance-how', { since: date(since), until: date(until.value) })}</p>
      <Choices
        label={t('sop.period')}
        value={String(days.value)}
        of={PERIODS.map((n) => [String(n), t('sop.days', { n })] as const)}
        onPick={(n) => (days.value = Number(n))}
      />
      {used.map((card) => (
        <Followed key={card} rows={rows.filter((row) => row.card === card && row.due > 0)} />
      ))}
      {used.length ? null : (
        <p class="hint">
          {t(
            view.state.value === 'live'
              ? 'sop.not-used'
              : view.state.value === 'failed'
                ? 'sop.not-reached'
                : 'desk.loading',
          )}
        </p>
      )}
    </div>
  )
}

function Followed({ rows }: { rows: readonly Figures[] }) {
  const title = rows[0] ? titleOf(rows[0]) : ''
  return (
    <section>
      <h2>{title}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys */}
      <div class="scrolls" tabIndex={0} role="region" aria-label={title}>
        <table class="followed">
          <thead>
            <tr>
              <th scope="col">{t('sop.step')}</th>
              {[...COUNTS, 'skipped'].map((head) => (
                <th scope="col" key={head}>
                  {word('sop-count', head)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <StepFigures key={row.step} row={row} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function StepFigures({ row }: { row: Figures }) {
  const reasons = Object.entries(row.skipped)
  const skipped = reasons.reduce((sum, [, n]) => sum + n, 0)
  return (
    <tr data-asks={skipped ? 'yes' : undefined}>
      <th scope="row">
        {textOf(row)}
        {skipped ? <b class="asks">{t('sop.was-it-wrong')}</b> : null}
        {row.notes?.map((note) => (
          <small key={note}>“{note}”</small>
        ))}
      </th>
      {COUNTS.map((count) => (
        <td key={count} data-of={word('sop-count', count)}>
          {number(row[count])}
        </td>
      ))}
      <td data-of={word('sop-count', 'skipped')}>
        {number(skipped)}
        {reasons.map(([why, n]) => (
          <small key={why}>
            {word('sop-skip', why)} {number(n)}
          </small>
        ))}
      </td>
    </tr>
  )
}
