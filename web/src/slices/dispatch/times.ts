// Which times may be corrected, and what a filled form of them asks. Pure.
import { date, instantNear, ms, time } from '../../kernel/clock'
import type { Clock } from './acts'
import type { Incident } from './rows'
import type { IncidentRow } from './views'

/** In the order they happen. */
export const INCIDENT_CLOCKS: readonly Clock[] = [
  'seen',
  'answered',
  'opened',
  'dispatched',
  'on-the-way',
  'arrived',
  'access',
  'ready-to-serve',
  'action',
  'under-control',
  'out',
  'returned',
  'ready-again',
]
export const UNIT_CLOCKS: readonly Clock[] = [
  'dispatched',
  'on-the-way',
  'arrived',
  'access',
  'ready-to-serve',
  'action',
  'returned',
  'ready-again',
]

export type TimeRow = {
  readonly clock: Clock
  /** As it stands (ms); absent when it is not known. */
  readonly at: number | undefined
  /** A person set it by hand. */
  readonly corrected: boolean
}

/** The times of an incident, or of one of its units. */
export function timesOf(row: IncidentRow, incident: Incident, unit?: string): readonly TimeRow[] {
  const sent = row.units.findLast((one) => one.unit === unit)
  return (unit ? UNIT_CLOCKS : INCIDENT_CLOCKS).map((clock) => {
    const told = sent?.clocks[clock]
    return {
      clock,
      at: unit ? (told ? Date.parse(told) : undefined) : incident.clocks[clock],
      corrected: row.corrected.includes(unit ? `${unit}:${clock}` : clock),
    }
  })
}

/** An hour as it is said now: one of another day says its day. */
export const saidTime = (at: string | number, now: number) =>
  date(ms(at)) === date(now) ? time(at) : `${date(at)} ${time(at)}`

export const shownTime = (row: TimeRow) => (row.at === undefined ? '' : time(row.at))

export type Filled = {
  readonly changes: readonly { readonly clock: Clock; readonly at: string | null }[]
  /** What was typed there is no time. */
  readonly bad: readonly Clock[]
}

/** What was changed in the form: a new time, or null where it was emptied. Days are those nearest to what stood, or to the start. */
export function filled(rows: readonly TimeRow[], typed: Readonly<Record<string, string>>, start: number): Filled {
  const changes: { clock: Clock; at: string | null }[] = []
  const bad: Clock[] = []
  for (const row of rows) {
    const text = typed[row.clock]?.trim()
    if (text === undefined || text === shownTime(row)) continue
    const at = text ? instantNear(text, row.at ?? start) : null
    if (at === undefined) bad.push(row.clock)
    else changes.push({ clock: row.clock, at })
  }
  return { changes, bad }
}
