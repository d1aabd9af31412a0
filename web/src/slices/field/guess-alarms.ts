// Alarms of the scenes as they will stand when the node agrees: what this device called, took or ended sounds, or is
// still, at once. What only the node's timer says (a PAR that is overdue, air that runs low) comes from there.
import { bySeen, type Guess } from '../../kernel/live'
import type { Asked } from '../../kernel/words'
import { seenOf } from './guess-crew'
import type { AlarmRow } from './rows'

const text = (value: unknown) => (typeof value === 'string' ? value : '')

export const guessFieldAlarms: Guess<AlarmRow> = bySeen((rows, asked) => {
  const { command } = asked
  const { at } = seenOf(asked)
  const crew = text(command.crew)
  const without = (...names: readonly string[]) => rows.filter((row) => !names.includes(row.alarm))
  switch (command.kind) {
    case 'field.take-alarm':
      return rows.map((row) =>
        row.alarm === command.alarm && row.at <= at ? { ...row, taken_at: at, taken_by: asked.account } : row,
      )
    case 'field.call-mayday':
      return sounding(rows, `mayday.${command.mayday}`, 'mayday', asked)
    case 'field.end-mayday':
      return without(`mayday.${command.mayday}`)
    case 'field.order-evacuation':
      return sounding(rows, `evacuation.${command.evacuation}`, 'evacuation', asked)
    case 'field.end-evacuation':
      return without(`evacuation.${command.evacuation}`, `evacuation-unanswered.${command.evacuation}`)
    case 'field.report-lost-contact':
      return sounding(rows, `contact-lost.${command.incident}.${crew}`, 'contact-lost', asked)
    case 'field.report-contact':
    case 'field.report-entry':
      return accounted(rows, asked)
    case 'field.report-par':
      return command.result === 'complete' ? accounted(rows, asked) : rows
    case 'field.report-exit':
      return gone(accounted(rows, asked, everybody(asked)), asked)
    case 'field.report-air':
      return command.mark === 'new-cylinder'
        ? without(`air-low.${command.incident}.${crew}.${text(command.person)}`)
        : rows
    default:
      return rows
  }
})

function sounding(rows: readonly AlarmRow[], alarm: string, kind: string, asked: Asked): readonly AlarmRow[] {
  if (rows.some((row) => row.alarm === alarm)) return rows
  const { incident, crew, person } = asked.command
  const fresh = {
    alarm,
    kind,
    incident: text(incident),
    number: rows.find((row) => row.incident === incident)?.number ?? '',
    crew: text(crew),
    person: text(person),
    at: seenOf(asked).at,
    level: '',
    times: 1,
    taken_at: null,
    taken_by: null,
  }
  return [...rows, fresh].sort((a, b) => (a.at === b.at ? (a.alarm < b.alarm ? -1 : 1) : a.at < b.at ? -1 : 1))
}

const everybody = ({ command }: Asked) => !Array.isArray(command.persons) || command.persons.length === 0

/** Somebody heard or saw the crew: nobody need look for it. */
function accounted(rows: readonly AlarmRow[], { command }: Asked, found = true): readonly AlarmRow[] {
  const named = `${command.incident}.${command.crew}`
  return rows.filter((row) => row.alarm !== `par-overdue.${named}` && !(found && row.alarm === `contact-lost.${named}`))
}

/** Who is out breathes the air of the street. */
function gone(rows: readonly AlarmRow[], asked: Asked): readonly AlarmRow[] {
  const { incident, crew, persons } = asked.command
  const out = everybody(asked) ? undefined : (persons as readonly string[])
  return rows.filter(
    (row) =>
      !(
        row.kind === 'air-low' &&
        row.incident === incident &&
        row.crew === crew &&
        (out?.includes(row.person) ?? true)
      ),
  )
}
