// How units will stand on the board if the node agrees: the rules and projections of src/siaga/slices/dispatch, on rows.
import type { Row } from '../../kernel/contract'
import type { Guess } from '../../kernel/live'
import type { Asked, Command } from '../../kernel/words'
import { written } from '../../kernel/written'

export type BoardRow = Row<'dispatch.board'> & { readonly pending?: boolean }

const RESTING = ['ready', 'standby']
export const AT_SCENE = ['on-the-way', 'arrived', 'access', 'ready-to-serve', 'action']
export const COMMITTED = ['assigned', ...AT_SCENE]

const text = (value: unknown) => (typeof value === 'string' ? value : '')
const list = (value: unknown) => (Array.isArray(value) ? (value as readonly string[]) : [])
export const seenAt = (asked: Asked) => written(asked.seenAt ?? asked.at)

/** Which incident a report of a status is about, as the rule decides it. */
export const aboutOf = (command: Command, at: string | null) =>
  text(command.incident) || (['ready', 'reserve'].includes(text(command.status)) ? null : at)

/** Whether a report says nothing new: said now, nothing is recorded then; what was seen at a time always is. */
export function saysNothing(
  command: Command,
  now: { status: string | null; incident: string | null; answered: boolean },
) {
  const acknowledges = command.status === 'assigned' && !now.answered && now.incident !== null
  const same = now.status === command.status && (text(command.incident) || now.incident) === now.incident
  return same && command.reason == null && !acknowledges
}

/** The state of a unit that need not go, or not stay. */
export const afterLeaving = (status: string | null) => (status === 'assigned' ? 'ready' : 'returning')

export const guessBoard: Guess<BoardRow> = (rows, asked) => {
  const { command } = asked
  const at = seenAt(asked)
  const change = (fits: (row: BoardRow) => boolean, to: (row: BoardRow) => Partial<BoardRow>) =>
    rows.map((row) => (fits(row) ? { ...row, ...to(row), pending: true } : row))
  const at_incident = (row: BoardRow) => row.incident === command.incident
  const numberOf = (incident: string | null) =>
    incident ? (rows.find((row) => row.incident === incident)?.number ?? null) : null
  const sent = (incident: string) => ({
    status: 'assigned',
    since: at,
    incident,
    number: numberOf(incident),
    sent_at: at,
    answered: false,
    odd: null,
  })
  const leaves = (row: BoardRow) => ({
    status: afterLeaving(row.status),
    since: at,
    incident: null,
    number: null,
    sent_at: null,
    odd: null,
  })
  switch (command.kind) {
    case 'dispatch.dispatch':
      return change(
        (row) => list(command.units).includes(row.unit) && !at_incident(row),
        () => sent(text(command.incident)),
      )
    case 'dispatch.report-status':
      return change(
        (row) =>
          row.unit === command.unit && at >= row.since && !(asked.seenAt === undefined && saysNothing(command, row)),
        (row) => reported(row, command, at, numberOf),
      )
    case 'dispatch.cancel-unit':
      return change((row) => row.unit === command.unit && at_incident(row), leaves)
    case 'dispatch.swap-unit': {
      const out = rows.find((row) => row.unit === command.out && at_incident(row))
      if (!out) return rows
      return change(
        (row) => row === out || (row.unit === command.instead && !at_incident(row)),
        (row) => (row === out ? leaves(row) : sent(text(command.incident))),
      )
    }
    case 'dispatch.move-unit':
      return change(
        (row) => row.unit === command.unit && row.at_station !== command.station,
        (row) => ({
          at_station: text(command.station),
          status: standing(row, text(command.station)),
          since: RESTING.includes(row.status) ? at : row.since,
        }),
      )
    case 'dispatch.set-crew':
      return change(
        (row) => row.unit === command.unit,
        () => ({
          people: Number(command.people),
          competences: (command.competences ?? {}) as BoardRow['competences'],
        }),
      )
    case 'dispatch.close-incident':
    case 'intake.cancel-incident':
      return change(at_incident, leaves)
    default:
      return rows
  }
}

function reported(row: BoardRow, command: Command, at: string, numberOf: (incident: string | null) => string | null) {
  const status = text(command.status)
  const about = aboutOf(command, row.incident)
  const incident = COMMITTED.includes(status) ? (about ?? row.incident) : null
  return {
    status,
    since: at,
    answered: true,
    odd: AT_SCENE.includes(status) ? oddOf(about, row.incident) : null,
    incident,
    number: incident === row.incident ? row.number : numberOf(incident),
    sent_at: incident !== null && incident === row.incident ? row.sent_at : null,
  }
}

function oddOf(about: string | null, at: string | null) {
  if (about === null) return 'no-incident'
  return about === at ? null : 'not-sent-there'
}

/** A free unit at another station stands by there; its own station brings it home. */
function standing(row: BoardRow, station: string): string {
  if (station !== row.station) return RESTING.includes(row.status) ? 'standby' : row.status
  return row.status === 'standby' ? 'ready' : row.status
}
