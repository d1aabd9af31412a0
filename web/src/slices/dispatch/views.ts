// The node's rows of dispatching, how the desk reads them, and how they will look if the node agrees (guesses).
import { ms } from '../../kernel/clock'
import type { Row } from '../../kernel/contract'
import type { Guess } from '../../kernel/live'
import { written } from '../../kernel/written'
import { shortNumber } from '../intake/number'
import type { StandardsApi } from '../intake/standards'
import type { BoardRow } from './guess-board'
import type { IncidentRow } from './guess-incidents'
import type { Incident, Unit } from './rows'

export { type BoardRow, guessBoard } from './guess-board'
export { guessFinished, guessIncidents, guessOne, type IncidentRow } from './guess-incidents'
export type PositionRow = Row<'dispatch.positions'>
export type StationRow = Row<'dispatch.stations'>
export type JournalRow = Row<'dispatch.journal'>
export type AlarmRow = Row<'dispatch.alarms'> & { readonly pending?: boolean }

export const guessAlarms: Guess<AlarmRow> = (rows, { command, at, account }) =>
  command.kind === 'dispatch.take-alarm'
    ? rows.map((row) =>
        row.alarm === command.alarm && !row.taken_at
          ? { ...row, taken_at: written(at), taken_by: account, pending: true }
          : row,
      )
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

/** Units whose tracker spoke lately, by name: it is another text only when one falls silent or speaks again. */
export const freshAmong = (rows: readonly PositionRow[], now: number) =>
  rows
    .filter((row) => now - ms(row.at) < FRESH_MS)
    .map((row) => row.unit)
    .join(' ')

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
    home: row.station,
    standsAt: row.at_station,
    kind: row.vehicle_type,
    ...(row.people > 0 && { crew: row.people }),
    ...(row.incident && { incident: row.incident }),
    ...(at && { at: [at.lon, at.lat] as const }),
    ...(position && { atTime: ms(position.at) }),
    ...(row.pending && { pending: true }),
  }
}
