// An incident at any moment, from the log alone: its board as it was known then, its units, its tracks.
import { ms } from '../../kernel/clock'
import type { Row } from '../../kernel/contract'
import type { LngLat } from '../../kernel/map'
import type { Command } from '../../kernel/words'
import type { IncidentRow } from '../dispatch/views'
import { assumed, checked, opened, withdrawn } from '../field/commandfold'
import { type Fact, type Rest, step, unknown } from '../field/crewfold'
import { guessScene } from '../field/guess-scene'
import type { Board, Crew, JournalRow } from '../field/rows'

export type FactRow = Row<'field.facts'>
export type Track = Row<'review.tracks'>

export type Told = {
  readonly incident: IncidentRow
  readonly facts: readonly FactRow[]
  readonly scene: readonly JournalRow[]
  readonly rest: Rest
}

/** What the node recorded, as the command that the board's own steps know. */
const ORDERS: Readonly<Record<string, string>> = {
  'field.post-filled': 'field.fill-post',
  'field.post-vacated': 'field.vacate-post',
  'field.channel-set': 'field.set-channel',
  'field.sector-set': 'field.set-sector',
  'field.sector-closed': 'field.close-sector',
  'field.par-called': 'field.call-par',
  'field.task-set': 'field.set-task',
  'field.task-stepped': 'field.step-task',
  'field.mayday-called': 'field.call-mayday',
  'field.mayday-stepped': 'field.step-mayday',
  'field.mayday-ended': 'field.end-mayday',
  'field.evacuation-ordered': 'field.order-evacuation',
  'field.evacuation-acknowledged': 'field.acknowledge-evacuation',
  'field.evacuation-ended': 'field.end-evacuation',
  'field.hazard-marked': 'field.mark-hazard',
  'field.hazard-cleared': 'field.clear-hazard',
  'field.wind-reported': 'field.report-wind',
  'field.resource-requested': 'field.request-resource',
  'field.resource-stepped': 'field.step-resource',
}

const text = (value: unknown) => (typeof value === 'string' ? value : '')

/** The board before anything was seen at the scene. */
export function emptyBoard(row: IncidentRow): Board {
  return {
    incident: row.incident,
    number: row.number,
    type: row.type,
    place: row.place,
    lon: row.lon,
    lat: row.lat,
    level: row.level,
    life_risk: row.life_risk,
    exercise: row.exercise,
    opened_at: row.opened_at,
    answered_at: row.answered_at,
    state: 'open',
    channel: '',
    part: { here: '', node: '', phase: '', to: '', epoch: 0, since: row.opened_at, home: '' },
    commander: null,
    posts: [],
    handover: null,
    sectors: [],
    crews: [],
    pars: [],
    maydays: [],
    evacuations: [],
    tasks: [],
    hazards: [],
    wind: null,
    requests: [],
    late_orders: [],
  }
}

/** Everything seen up to a moment; later words about it are not known yet then. */
export function boardAt(told: Told, at: number): Board {
  const past = told.scene.filter((row) => ms(row.at) <= at)
  return { ...past.reduce(laid, emptyBoard(told.incident)), crews: crewsAt(told, past, at) }
}

/** All names of sectors there ever were, for the words of the journal. */
export function namesOf(told: Told): Board {
  const kept = told.scene.filter((row) => row.kind !== 'field.sector-closed')
  return { ...kept.reduce(laid, emptyBoard(told.incident)), crews: crewsAt(told, told.scene, Number.POSITIVE_INFINITY) }
}

function laid(board: Board, row: JournalRow): Board {
  const { facts } = row
  const said = { at: row.at, account: row.actor }
  const { commander, handover } = board
  const now = { commander, handover }
  switch (row.kind) {
    case 'field.command-assumed':
      return { ...board, ...assumed(now, said, text(facts.holder)) }
    case 'field.handover-opened':
      return { ...board, ...opened(now, said, text(facts.handover), text(facts.taker)) }
    case 'field.handover-withdrawn':
      return { ...board, ...withdrawn(now, text(facts.handover)) }
    case 'field.handover-checked': {
      const tick = { side: text(facts.side), subject: text(facts.subject), by: text(facts.by) }
      return { ...board, ...checked(now, said, text(facts.handover), tick) }
    }
    default: {
      const kind = ORDERS[row.kind]
      return kind ? { ...board, ...guessScene(board, orderOf(kind, row), row.at) } : board
    }
  }
}

/** One told text an event has at most on the board, whatever its field is called. */
const orderOf = (kind: string, { facts, crew, note }: JournalRow): Command => ({
  ...facts,
  kind,
  as: facts.kind,
  crew,
  text: note,
  where: note,
  reason: note,
  note,
})

function crewsAt({ facts, rest }: Told, past: readonly JournalRow[], at: number): readonly Crew[] {
  const gone = leftOut(past)
  const crews = new Map<string, Crew>()
  for (const row of facts) {
    if (ms(row.at) > at || gone.has(row.ask)) continue
    const before = crews.get(row.crew) ?? (unknown(row.crew) as Crew)
    const fact = { ...(row.said as object), fact: row.fact } as Fact
    crews.set(row.crew, step(before, { at: row.at, ask: row.ask, by: row.by }, fact, rest) as Crew)
  }
  return [...crews.values()].sort((a, b) => (a.crew < b.crew ? -1 : 1))
}

/** The asks that a person, up to then, said not to hold: a conflict is named kind/first ask/second ask/person. */
function leftOut(past: readonly JournalRow[]): ReadonlySet<string> {
  const gone = new Set<string>()
  for (const { kind, facts } of past) {
    if (kind !== 'field.conflict-resolved') continue
    const [, first = '', second = ''] = text(facts.conflict).split('/')
    if (facts.holds === 'second' || facts.holds === 'neither') gone.add(first)
    if (facts.holds === 'first' || facts.holds === 'neither') gone.add(second)
  }
  gone.delete('')
  return gone
}

// ── units ────────────────────────────────────────────────────────────────────────────────────────────────────────────

type Sent = IncidentRow['units'][number]
const STEPS = ['on-the-way', 'arrived', 'access', 'ready-to-serve', 'action'] as const

/** What a unit was doing; undefined before it was sent, `left` after its trip here was over. */
export function statusAt(sent: Sent, at: number): string | undefined {
  if (ms(sent.sent_at) > at) return undefined
  if (sent.ended_at && ms(sent.ended_at) <= at) return 'left'
  return STEPS.filter((clock) => reached(sent, clock, at)).at(-1) ?? 'assigned'
}

const reached = ({ clocks }: Sent, clock: string, at: number) => {
  const time = clocks[clock]
  return Boolean(time && ms(time) <= at)
}

/** So long a position still says where a vehicle is (ms): tracks are kept every half minute. */
const STILL = 90_000

/** Where the track has the unit: between two points on the line from one to the next. */
export function placeAt(points: Track['points'], at: number): LngLat | undefined {
  const next = points.findIndex((one) => ms(one.at) > at)
  const before = next < 0 ? points.at(-1) : points[next - 1]
  const after = next < 0 ? undefined : points[next]
  if (!before) return undefined
  if (!after || ms(after.at) - ms(before.at) > STILL)
    return at - ms(before.at) <= STILL ? [before.lon, before.lat] : undefined
  const share = (at - ms(before.at)) / (ms(after.at) - ms(before.at))
  return [before.lon + (after.lon - before.lon) * share, before.lat + (after.lat - before.lat) * share]
}

// ── the time line ────────────────────────────────────────────────────────────────────────────────────────────────────

export type Line = { readonly start: number; readonly end: number }

const LEAST = 60_000

/** From the call until the last thing that was said of it; corrections that came days later are not part of it. */
export function lineOf(row: IncidentRow, moments: readonly number[]): Line {
  const start = ms(row.answered_at)
  const over = row.ended_at ? ms(row.ended_at) : Number.POSITIVE_INFINITY
  const clocks = row.units.flatMap((unit) => Object.values(unit.clocks).flatMap((at) => (at ? [ms(at)] : [])))
  const within = [...moments, ...clocks].filter((at) => at <= over)
  return { start, end: Math.max(start + LEAST, row.ended_at ? over : 0, ...within) }
}

export type Part = { readonly kind: 'wait' | 'out' | 'go' | 'on'; readonly from: number; readonly to: number }

const parts = (marks: readonly (readonly [Part['kind'], number | undefined, number | undefined])[]) =>
  marks.flatMap(([kind, from, to]) => (from !== undefined && to !== undefined && to > from ? [{ kind, from, to }] : []))

const optional = (at: string | null | undefined) => (at ? ms(at) : undefined)

/** The stretches of the incident itself, by its first clocks. */
export function partsOf({ clocks, answered_at }: IncidentRow, { end }: Line): readonly Part[] {
  const start = ms(answered_at)
  const [sent, rolling, arrived] = (['dispatched', 'on-the-way', 'arrived'] as const).map((c) => optional(clocks[c]))
  const over = Math.min(end, optional(clocks.out) ?? end)
  return parts([
    ['wait', start, sent ?? rolling ?? arrived ?? over],
    ['out', sent, rolling ?? arrived ?? over],
    ['go', rolling, arrived ?? over],
    ['on', arrived, over],
  ])
}

/** The stretches of one unit's trip. */
export function partsOfUnit(sent: Sent, { end }: Line): readonly Part[] {
  const over = optional(sent.ended_at) ?? end
  const [rolling, arrived] = [optional(sent.clocks['on-the-way']), optional(sent.clocks.arrived)]
  return parts([
    ['out', ms(sent.sent_at), rolling ?? arrived ?? over],
    ['go', rolling, arrived ?? over],
    ['on', arrived, over],
  ])
}

/** The next (or last) of some moments from one of them. */
export function stepFrom(moments: readonly number[], at: number, by: 1 | -1): number | undefined {
  return by > 0 ? moments.find((one) => one > at) : [...moments].reverse().find((one) => one < at)
}
