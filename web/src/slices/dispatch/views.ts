// The node's rows of dispatching, how the desk reads them, and how they will look if the node agrees (guesses).
import { ms } from '../../kernel/clock'
import type { Row } from '../../kernel/contract'
import type { Guess } from '../../kernel/live'
import type { Asked } from '../../kernel/words'
import { shortNumber } from '../intake/call'
import type { StandardsApi } from '../intake/standards'
import type { Incident, Unit } from './rows'

type Guessed = { readonly pending?: boolean }
export type BoardRow = Row<'dispatch.board'> & Guessed
export type PositionRow = Row<'dispatch.positions'>
export type StationRow = Row<'dispatch.stations'>
export type IncidentRow = Row<'dispatch.incidents'> & Guessed
export type JournalRow = Row<'dispatch.journal'>
export type AlarmRow = Row<'dispatch.alarms'> & Guessed

const seenAt = (asked: Asked) => asked.seenAt ?? asked.at
const has = (list: unknown, one: string) => Array.isArray(list) && list.includes(one)

export const guessBoard: Guess<BoardRow> = (rows, asked) => {
  const { command } = asked
  const change = (fits: (row: BoardRow) => boolean, to: Partial<BoardRow>) =>
    rows.map((row) => (fits(row) ? { ...row, ...to, since: seenAt(asked), pending: true } : row))
  switch (command.kind) {
    case 'dispatch.dispatch':
      return change((row) => has(command.units, row.unit) && row.incident !== command.incident, {
        status: 'assigned',
        incident: String(command.incident),
        answered: false,
      })
    case 'dispatch.report-status': {
      const status = String(command.status)
      const free = ['ready', 'standby', 'reserve', 'returning', 'out-of-service'].includes(status)
      return change((row) => row.unit === command.unit, { status, ...(free && { incident: null, number: null }) })
    }
    case 'dispatch.cancel-unit':
      return rows.map((row) =>
        row.unit === command.unit && row.incident === command.incident
          ? {
              ...row,
              status: row.status === 'assigned' ? 'ready' : 'returning',
              incident: null,
              number: null,
              since: seenAt(asked),
              pending: true,
            }
          : row,
      )
    case 'dispatch.swap-unit':
      return rows.map((row) => {
        const since = { since: seenAt(asked), pending: true }
        if (row.unit === command.instead)
          return { ...row, ...since, status: 'assigned', incident: String(command.incident), answered: false }
        if (row.unit !== command.out || row.incident !== command.incident) return row
        return {
          ...row,
          ...since,
          status: row.status === 'assigned' ? 'ready' : 'returning',
          incident: null,
          number: null,
        }
      })
    case 'dispatch.move-unit':
      return change((row) => row.unit === command.unit, { at_station: String(command.station) })
    case 'dispatch.close-incident':
      return change((row) => row.incident === command.incident, { status: 'returning', incident: null, number: null })
    default:
      return rows
  }
}

export const guessIncidents: Guess<IncidentRow> = (rows, asked) => {
  const { command } = asked
  const change = (to: (row: IncidentRow) => Partial<IncidentRow>) =>
    rows.map((row) => (row.incident === command.incident ? { ...row, ...to(row), pending: true } : row))
  const at = seenAt(asked)
  switch (command.kind) {
    case 'intake.open-incident':
      if (rows.some((row) => row.incident === command.incident)) return rows
      return [opened(command, at), ...rows]
    case 'intake.classify':
      return change(() => ({ type: String(command.type) }))
    case 'intake.correct-place':
      return change(() => ({ lon: Number(command.lon), lat: Number(command.lat), place: String(command.place ?? '') }))
    case 'dispatch.raise-level':
      return change(() => ({ level: Number(command.level) }))
    case 'dispatch.set-mark':
      return change((row) => ({ clocks: { ...row.clocks, [String(command.clock)]: at } }))
    case 'dispatch.dispatch':
      return change((row) => ({
        clocks: { ...row.clocks, dispatched: row.clocks.dispatched ?? at },
        units: [
          ...row.units,
          ...(command.units as string[])
            .filter((unit) => !row.units.some((sent) => sent.unit === unit && !sent.ended_at))
            .map((unit) => ({
              unit,
              status: 'assigned',
              sent_at: at,
              answered_at: null,
              ended_at: null,
              how: null,
              clocks: { dispatched: at },
            })),
        ],
      }))
    case 'dispatch.correct-time':
      return change((row) => corrected(row, String(command.clock), command.at, command.unit))
    case 'dispatch.swap-unit':
      return change((row) => ({
        units: row.units.map((sent) =>
          sent.unit === command.out && !sent.ended_at
            ? { ...sent, unit: String(command.instead), status: 'assigned' }
            : sent,
        ),
      }))
    case 'dispatch.cancel-unit':
      return change((row) => ({
        units: row.units.map((sent) =>
          sent.unit === command.unit && !sent.ended_at ? { ...sent, ended_at: at } : sent,
        ),
      }))
    case 'intake.mark-exercise':
      return change(() => ({ exercise: true }))
    case 'intake.note-fire-seen':
      return change((row) => ({ clocks: { ...row.clocks, seen: String(command.at) } }))
    case 'dispatch.close-incident':
    case 'intake.cancel-incident':
      return rows.filter((row) => row.incident !== command.incident)
    default:
      return rows
  }
}

/** A time set by hand, on the incident or on one of its units. */
function corrected(row: IncidentRow, clock: string, at: unknown, unit: unknown): Partial<IncidentRow> {
  const told = typeof at === 'string' ? at : null
  if (!unit) return { clocks: { ...row.clocks, [clock]: told }, corrected: [...row.corrected, clock] }
  const units = row.units.map((sent) =>
    sent.unit === unit ? { ...sent, clocks: { ...sent.clocks, [clock]: told } } : sent,
  )
  return { units, corrected: [...row.corrected, `${unit}:${clock}`] }
}

/** What is over changes as any incident does; opened again, it stays in its list until the node agrees. */
export const guessFinished: Guess<IncidentRow> = (rows, asked) => {
  const { command } = asked
  switch (command.kind) {
    case 'intake.reopen-incident':
      return rows.map((row) => (row.incident === command.incident ? { ...row, pending: true } : row))
    case 'dispatch.correct-time':
    case 'intake.mark-exercise':
    case 'intake.note-fire-seen':
    case 'intake.classify':
    case 'intake.correct-place':
      return guessIncidents(rows, asked)
    default:
      return rows
  }
}

function opened(command: Asked['command'], at: string): IncidentRow {
  return {
    incident: String(command.incident),
    number: '',
    agency: '',
    type: command.type ? String(command.type) : null,
    life_risk: false,
    exercise: false,
    lon: Number(command.lon),
    lat: Number(command.lat),
    area: command.area ? String(command.area) : null,
    place: command.place ? String(command.place) : null,
    place_id: null,
    state: 'open',
    level: 1,
    outcome: null,
    opened_at: at,
    answered_at: at,
    ended_at: null,
    corrected: [],
    clocks: { answered: at, opened: at },
    units: [],
    others: {},
    others_proposed: [],
    pending: true,
  }
}

export const guessAlarms: Guess<AlarmRow> = (rows, { command, at }) =>
  command.kind === 'dispatch.take-alarm'
    ? rows.map((row) => (row.alarm === command.alarm ? { ...row, taken_at: at, pending: true } : row))
    : rows

function clocksOf(row: IncidentRow): Record<string, number> {
  const known = Object.entries({ answered: row.answered_at, opened: row.opened_at, ...row.clocks })
  return Object.fromEntries(known.flatMap(([clock, at]) => (at ? [[clock, ms(at)]] : [])))
}

export function incidentOf(
  row: IncidentRow,
  standards: StandardsApi,
  words: { untyped: string; fresh: string; areaName(id: string): string },
  eta?: number,
): Incident {
  const area = row.area ? words.areaName(row.area) : ''
  const place = row.place ?? ''
  return {
    id: row.incident,
    number: row.number ? shortNumber(row.number) : words.fresh,
    kind: standards.letterOf(row.type),
    type: row.type ? standards.nameOf(row.type) : words.untyped,
    typeId: row.type ?? '',
    place: place.includes(area) ? place : [place, area].filter(Boolean).join(', '),
    at: [row.lon, row.lat],
    level: row.level,
    clocks: clocksOf(row),
    units: row.units.filter((sent) => !sent.ended_at).map((sent) => sent.unit),
    watched: standards.watched(row.type),
    exercise: row.exercise,
    lifeRisk: row.life_risk,
    state: row.state,
    ...(row.outcome && { outcome: row.outcome }),
    ...(row.ended_at && row.state !== 'open' && { ended: ms(row.ended_at) }),
    ...(eta !== undefined && { eta }),
    ...(row.pending && { pending: true }),
  }
}

/** A place is where its tracker says, as long as that is fresh; else a unit at rest is at its station. */
export const FRESH_MS = 300_000

export function unitOf(
  row: BoardRow,
  standards: StandardsApi,
  stations: ReadonlyMap<string, StationRow>,
  position: PositionRow | undefined,
  now: number,
): Unit {
  const station = stations.get(row.at_station)
  const fresh = position && now - ms(position.at) < FRESH_MS
  const resting = !row.incident && row.status !== 'returning'
  const at = fresh ? position : resting || row.status === 'assigned' ? station : position
  return {
    id: row.unit,
    code: row.unit,
    type: standards.vehicle(row.vehicle_type),
    status: row.status,
    since: ms(row.since),
    station: (station?.name ?? row.at_station).replace(/^Pos /, ''),
    ...(row.people > 0 && { crew: row.people }),
    ...(row.incident && { incident: row.incident }),
    ...(at && { at: [at.lon, at.lat] as const }),
    ...(position && { atTime: ms(position.at) }),
    ...(row.pending && { pending: true }),
  }
}
