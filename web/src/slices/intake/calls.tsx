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
    case 'intake.unlink-call':
      return change({ incident: null })
    case 'intake.hold-call':
      return change({ holder: asked.account })
    case 'intake.want-call-back':
      return change({ callback: true })
    case 'intake.call-back':
      return change({ callback: command.reached === false })
    case 'intake.link-recording':
      return change({ recording: String(command.recording) })
    case 'intake.suspect-prank':
      return change({ prank: String(command.note) })
    case 'intake.note-unclear-place':
      return change({ unclear: String(command.text), unclear_reason: String(command.reason) })
    default:
      return rows
  }
}

export function UnfinishedCalls({ current, onResume }: { current: string | undefined; onResume(draft: Draft): void }) {
  const calls = useView('intake.calls', {}, { guess: guessCalls, keep: true })
  const open = calls.rows.value.filter((row) => (!row.incident || row.callback) && !row.outcome && row.call !== current)
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
                  exercise: row.exercise,
                  ...(row.incident && { incident: row.incident }),
                })
              }
            >
              <Icon name="phone" />
              <span class="code">{time(row.answered_at)}</span>
              <span class="st cut">
                {[
                  row.exercise ? t('incident.exercise') : '',
                  row.callback ? t('call.back-wanted') : '',
                  word('channel', row.channel),
                  row.unclear,
                ]
                  .filter(Boolean)
                  .join(' · ')}
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
  const view = useView('intake.incident', { incident: incident ?? '-' }, { guess: guessAnswers, keep: true })
  return view.rows.value[0]
}
