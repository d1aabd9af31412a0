// Calls that nobody has finished: kept, shown, and taken up again with one press.
import { time } from '../../kernel/clock'
import type { Row } from '../../kernel/contract'
import { useView } from '../../kernel/device'
import { t, word } from '../../kernel/i18n'
import type { Guess } from '../../kernel/live'
import { Icon } from '../../look/symbols'
import type { Draft } from './call'

type CallRow = Row<'intake.calls'>

export const guessCalls: Guess<CallRow> = (rows, asked) => {
  const { command } = asked
  const change = (to: Partial<CallRow>) => rows.map((row) => (row.call === command.call ? { ...row, ...to } : row))
  switch (command.kind) {
    case 'intake.take-call':
      if (rows.some((row) => row.call === command.call)) return rows
      return [
        {
          call: String(command.call),
          channel: String(command.channel),
          line: null,
          answered_at: asked.seenAt ?? asked.at,
          holder: asked.account,
          outcome: null,
          incident: null,
          exercise: command.exercise === true,
          callback: false,
          recording: null,
          advised: [],
          person: null,
          prank: null,
          unclear: null,
          unclear_reason: null,
        },
        ...rows,
      ]
    case 'intake.open-incident':
    case 'intake.link-call':
      return change({ incident: String(command.incident) })
    case 'intake.settle-call':
      return change({ outcome: String(command.outcome) })
    default:
      return rows
  }
}

export function UnfinishedCalls({ current, onResume }: { current: string | undefined; onResume(draft: Draft): void }) {
  const calls = useView('intake.calls', {}, { guess: guessCalls })
  const open = calls.rows.value.filter((row) => !row.incident && !row.outcome && row.call !== current)
  if (!open.length) return null
  return (
    <section class="panel rule" aria-labelledby="calls-head">
      <div class="head">
        <h2 id="calls-head">{t('desk.calls')}</h2>
        <span>{open.length}</span>
      </div>
      <ul>
        {open.map((row) => (
          <li key={row.call}>
            <button
              type="button"
              class="unit call-row"
              onClick={() =>
                onResume({
                  call: row.call,
                  at: Date.parse(row.answered_at),
                  channel: row.channel as Draft['channel'],
                  taken: true,
                })
              }
            >
              <Icon name="phone" />
              <span class="code">{time(row.answered_at)}</span>
              <span class="st cut">
                {word('channel', row.channel)}
                {row.unclear ? ` · ${row.unclear}` : ''}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

export type IntakeRow = Row<'intake.incident'>

export const guessAnswers: Guess<IntakeRow> = (rows, { command }) =>
  command.kind === 'intake.answer-question'
    ? rows.map((row) =>
        row.incident === command.incident
          ? { ...row, answers: { ...row.answers, [String(command.question)]: String(command.answer) } }
          : row,
      )
    : rows

/** What intake knows of one incident beyond what dispatching shows: its calls and answers. */
export function useCallIncident(incident: string | undefined): IntakeRow | undefined {
  const view = useView('intake.incident', { incident: incident ?? '-' }, { guess: guessAnswers })
  return view.rows.value[0]
}
