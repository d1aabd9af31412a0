// How incidents will stand in their list if the node agrees: the rules and projections of src/siaga/slices/dispatch, on
// rows. The cases of tests/field hold both sides to the same rows.
import type { Row } from '../../kernel/contract'
import type { Guess } from '../../kernel/live'
import type { Asked, Command } from '../../kernel/words'
import { written } from '../../kernel/written'
import { AT_SCENE, aboutOf, afterLeaving, COMMITTED, saysNothing, seenAt } from './guess-board'

export type IncidentRow = Row<'dispatch.incidents'> & { readonly pending?: boolean }
/** A unit that was sent; `said`: what it reported after it had left, `heard`: when it last did, which the node keeps elsewhere. */
type Sent = IncidentRow['units'][number] & { readonly said?: string; readonly heard?: string }
type Clocks = IncidentRow['clocks']

const CLOCK_OF: Readonly<Record<string, string>> = {
  returning: 'returned',
  ready: 'ready-again',
  ...Object.fromEntries(AT_SCENE.map((status) => [status, status])),
}
const text = (value: unknown) => (typeof value === 'string' ? value : '')
const list = (value: unknown) => (Array.isArray(value) ? (value as readonly string[]) : [])

export const guessIncidents: Guess<IncidentRow> = (rows, asked) => {
  const { command } = asked
  switch (command.kind) {
    case 'intake.open-incident':
      if (rows.some((row) => row.incident === command.incident)) return rows
      return [opened(command, seenAt(asked)), ...rows]
    case 'dispatch.close-incident':
    case 'intake.cancel-incident':
      return rows.filter((row) => row.incident !== command.incident)
    default:
      return guessOne(rows, asked)
  }
}

/** As the list, but what is over stays: for the view of one incident. */
export const guessOne: Guess<IncidentRow> = (rows, asked) => {
  const { command } = asked
  const at = seenAt(asked)
  const changed = (row: IncidentRow, to: IncidentRow) => (to === row ? row : { ...to, pending: true })
  if (command.kind === 'dispatch.report-status')
    return guessReport(rows, asked, at).map((row, n) => changed(rows[n] ?? row, row))
  return rows.map((row) => {
    if (row.incident === command.incident) return changed(row, guessRow(row, command, at))
    const away = command.kind === 'dispatch.dispatch' ? list(command.units) : [text(command.instead)]
    return changed(row, pulled(row, away, at))
  })
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
      return guessOne(rows, asked)
    default:
      return rows
  }
}

function guessRow(row: IncidentRow, command: Command, at: string): IncidentRow {
  switch (command.kind) {
    case 'intake.classify':
      return { ...row, type: text(command.type) }
    case 'intake.correct-place':
      return { ...row, lon: Number(command.lon), lat: Number(command.lat), place: text(command.place) || row.place }
    case 'intake.mark-exercise':
      return { ...row, exercise: true }
    case 'intake.note-fire-seen':
      if (row.corrected.includes('seen')) return row
      return { ...row, clocks: { ...row.clocks, seen: written(text(command.at)) } }
    case 'intake.reopen-incident':
      return { ...row, state: 'open', ended_at: null, outcome: null }
    case 'dispatch.raise-level':
      return { ...row, level: Number(command.level) }
    case 'dispatch.set-mark':
      return { ...row, clocks: first(row, '', text(command.clock), row.clocks, at) }
    case 'dispatch.correct-time':
      return corrected(row, text(command.clock), command.at ? written(text(command.at)) : null, text(command.unit))
    case 'dispatch.step-other':
      return stepped(row, text(command.other), text(command.step), at, command.note != null)
    case 'dispatch.dispatch':
      return list(command.units).reduce((so, unit) => sent(so, unit, at), row)
    case 'dispatch.cancel-unit':
      return left(row, text(command.unit), 'cancelled', at)
    case 'dispatch.swap-unit': {
      const out = text(command.out)
      if (!isThere(row, out)) return row
      const alone = isThere(row, text(command.instead)) // also when it is the same unit: then it need not go
      const gone = left(row, out, 'cancelled', at)
      return alone ? gone : sent(gone, text(command.instead), at)
    }
    case 'dispatch.close-incident':
      return ended(row, 'closed', text(command.outcome), at)
    case 'intake.cancel-incident':
      return ended(row, 'cancelled', null, at)
    default:
      return row
  }
}

// ── units ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Whether the unit belongs to this incident now; its status is only known then. */
const here = (one: Sent) => one.status !== null && one.ended_at === null
const isThere = (row: IncidentRow, unit: string) => row.units.some((one) => one.unit === unit && here(one))

const eachOf = (row: IncidentRow, unit: string, to: (one: Sent) => Sent): IncidentRow => ({
  ...row,
  units: row.units.map((one) => (one.unit === unit ? to(one) : one)),
})

function sent(row: IncidentRow, unit: string, at: string): IncidentRow {
  if (isThere(row, unit)) return row
  const before = row.units.find((one) => one.unit === unit)
  const clocks = first(row, unit, 'dispatched', before?.clocks ?? {}, at)
  const fresh: Sent = { unit, status: 'assigned', sent_at: at, answered_at: null, ended_at: null, how: null, clocks }
  const units = [...eachOf(row, unit, (one) => ({ ...one, clocks })).units, fresh]
  units.sort((a, b) => (a.sent_at === b.sent_at ? (a.unit < b.unit ? -1 : 1) : a.sent_at < b.sent_at ? -1 : 1))
  return { ...row, units, clocks: first(row, '', 'dispatched', row.clocks, at) }
}

function left(row: IncidentRow, unit: string, how: string, at: string): IncidentRow {
  if (!isThere(row, unit)) return row
  return eachOf(row, unit, (one) => (one.ended_at ? one : { ...one, status: null, ended_at: at, how }))
}

function pulled(row: IncidentRow, units: readonly string[], at: string): IncidentRow {
  return units.reduce((so, unit) => left(so, unit, 'pulled', at), row)
}

function ended(row: IncidentRow, state: string, outcome: string | null, at: string): IncidentRow {
  if (row.state !== 'open') return row
  const there = row.units.filter(here).map((one) => one.unit)
  return { ...there.reduce((so, unit) => left(so, unit, state, at), row), state, outcome, ended_at: at }
}

// ── what units report ───────────────────────────────────────────────────────────────────────────────────────────────

/** What a unit did last that belongs to no incident of the list now. */
function statusOf({ said, how, clocks }: Sent): string {
  if (said || !how || how === 'pulled') return said ?? 'assigned'
  if (!['cancelled', 'closed'].includes(how)) return how
  return afterLeaving(AT_SCENE.some((status) => clocks[status]) ? 'on-the-way' : 'assigned')
}

/** Where a unit is, or where it was last, and what it does. */
function placeOf(
  rows: readonly IncidentRow[],
  unit: string,
): { row: IncidentRow; one: Sent; there: boolean } | undefined {
  const all = rows.flatMap((row) => row.units.filter((one) => one.unit === unit).map((one: Sent) => ({ row, one })))
  const now = all.find(({ one }) => here(one))
  if (now) return { ...now, there: true }
  const last = all.sort((a, b) => ((a.one.ended_at ?? '') < (b.one.ended_at ?? '') ? 1 : -1))[0]
  return last && { ...last, there: false }
}

function guessReport(
  rows: readonly IncidentRow[],
  { command, seenAt: seen }: Asked,
  at: string,
): readonly IncidentRow[] {
  const unit = text(command.unit)
  const status = text(command.status)
  const place = placeOf(rows, unit)
  const incident = place?.there ? place.row.incident : null
  const before = place && (place.there ? place.one.status : statusOf(place.one))
  const answered = Boolean(place?.one.answered_at)
  if (before && seen === undefined && saysNothing(command, { status: before, incident, answered })) return rows
  // Who is back from a trip says it of the last one; anything else it says of where it was then.
  const last = ['returning', 'ready'].includes(status) ? place?.row.incident : undefined
  const about = aboutOf(command, incident) ?? last
  const counts = status !== 'ready' || ['returning', ...COMMITTED].includes(before ?? '')
  return rows.map((row) => {
    const told = row.incident === about ? clocked(row, unit, status, at, counts) : row
    return row === place?.row && at >= latest(place.one) ? moved(told, command, place.one, at) : told
  })
}

/** The unit itself, where it is or was last. */
function moved(row: IncidentRow, command: Command, { sent_at }: Sent, at: string): IncidentRow {
  const unit = text(command.unit)
  const status = text(command.status)
  const left_ = COMMITTED.includes(status) ? row : left(row, unit, status, at)
  const away = Boolean(command.incident) && command.incident !== row.incident
  return eachOf(left_, unit, (one) => {
    if (here(one)) return { ...one, status: away ? null : status, heard: at }
    return one.sent_at === sent_at ? { ...one, said: status, heard: at } : one
  })
}

/** The last time a unit is known to have said anything. */
const latest = (one: Sent) =>
  [one.sent_at, one.heard, ...Object.values(one.clocks)].reduce<string>((last, at) => (at && at > last ? at : last), '')

function clocked(row: IncidentRow, unit: string, status: string, at: string, counts: boolean): IncidentRow {
  const clock = counts ? CLOCK_OF[status] : undefined
  const told = eachOf(row, unit, (one) => ({
    ...one,
    clocks: clock ? first(row, unit, clock, one.clocks, at) : one.clocks,
    answered_at: COMMITTED.includes(status) ? (one.answered_at ?? at) : one.answered_at,
  }))
  return clock && AT_SCENE.includes(status) ? { ...told, clocks: first(row, '', clock, row.clocks, at) } : told
}

// ── clocks ──────────────────────────────────────────────────────────────────────────────────────────────────────────

const nameOf = (unit: string, clock: string) => (unit ? `${unit}:${clock}` : clock)

/** The first time stands, also when an earlier one comes later; what a person corrected stands over both. */
function first(row: IncidentRow, unit: string, clock: string, clocks: Clocks, at: string): Clocks {
  const known = clocks[clock]
  if (row.corrected.includes(nameOf(unit, clock)) || (known && known <= at)) return clocks
  return { ...clocks, [clock]: at }
}

/** A time set by hand, on the incident or on one of its units. */
function corrected(row: IncidentRow, clock: string, at: string | null, unit: string): IncidentRow {
  const of = unit ? row.units.find((one) => one.unit === unit)?.clocks : row.clocks
  if ((of?.[clock] ?? null) === at) return row
  const names = [...new Set([...row.corrected, nameOf(unit, clock)])].sort()
  if (!unit) return { ...row, clocks: { ...row.clocks, [clock]: at }, corrected: names }
  const fixed = eachOf(row, unit, (one) => ({ ...one, clocks: { ...one.clocks, [clock]: at } }))
  return { ...fixed, corrected: names, clocks: firstOfUnits(fixed, clock) }
}

/** The incident's own clock is the first of its units', unless a person set it. */
function firstOfUnits(row: IncidentRow, clock: string): Clocks {
  const own = clock === 'dispatched' || AT_SCENE.includes(clock)
  if (!own || !(clock in row.clocks) || row.corrected.includes(clock)) return row.clocks
  const times = row.units.flatMap((one) => one.clocks[clock] ?? [])
  return { ...row.clocks, [clock]: times.length ? times.reduce((a, b) => (b < a ? b : a)) : null }
}

function stepped(row: IncidentRow, other: string, step: string, at: string, noted: boolean): IncidentRow {
  const { [step]: before, ...steps } = row.others[other] ?? {}
  const last = Object.keys(row.others[other] ?? {}).at(-1)
  if (last === step && before && !noted) return row
  const { [other]: _, ...others } = row.others
  return { ...row, others: { ...others, [other]: { ...steps, [step]: at } } }
}

function opened(command: Command, at: string): IncidentRow {
  return {
    incident: text(command.incident),
    number: '',
    agency: '',
    type: text(command.type) || null,
    life_risk: false,
    exercise: false,
    lon: Number(command.lon),
    lat: Number(command.lat),
    area: text(command.area) || null,
    place: text(command.place) || null,
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
