// What the desk shows of an incident, a unit, a proposal and the log: the node's rows, made ready to be drawn.
import type { LngLat } from '../../kernel/map'
import type { GlyphName, Hue, Kind } from '../../look/symbols'
import type { Status } from './acts'
import type { Clocks } from './strip'

export type Incident = {
  readonly id: string
  readonly number: string
  readonly kind: Kind
  readonly type: string
  readonly typeId: string
  readonly place: string
  readonly at?: LngLat
  readonly level: number
  readonly clocks: Clocks
  /** Forecast arrival of the first unit (ms). */
  readonly eta?: number
  readonly units: readonly string[]
  readonly watched: boolean
  readonly exercise: boolean
  readonly lifeRisk: boolean
  readonly state: string
  /** How it ended, and when (ms); its clock stands still from then on. */
  readonly outcome?: string
  readonly ended?: number
  /** Waits for a unit since (ms). */
  readonly queuedAt?: number
  readonly pending?: boolean
}

export type Unit = {
  readonly id: string
  readonly code: string
  readonly type: string
  readonly status: string
  readonly since: number
  readonly station: string
  /** Ids: its own station, where it stands now, its kind of vehicle. */
  readonly home: string
  readonly standsAt: string
  readonly kind: string
  readonly incident?: string
  readonly crew?: number
  readonly at?: LngLat
  readonly atTime?: number
  readonly reason?: string
  readonly pending?: boolean
}

type Look = { readonly glyph: GlyphName; readonly hue: Hue }

const LOOKS: Readonly<Record<string, Look>> = {
  ready: { glyph: 'ready', hue: '' },
  assigned: { glyph: 'sent', hue: 'move' },
  'on-the-way': { glyph: 'move', hue: 'move' },
  arrived: { glyph: 'scene', hue: 'scene' },
  access: { glyph: 'scene', hue: 'scene' },
  'ready-to-serve': { glyph: 'scene', hue: 'scene' },
  action: { glyph: 'scene', hue: 'scene' },
  returning: { glyph: 'back', hue: '' },
  standby: { glyph: 'ready', hue: '' },
  reserve: { glyph: 'ready', hue: '' },
  'out-of-service': { glyph: 'out', hue: 'off' },
}

/** A status by shape and hue; one that is not known here is drawn as ready and keeps its word. */
export const lookOf = (status: string): Look => LOOKS[status] ?? { glyph: 'ready', hue: '' }

/** Working units first, in the order of what they do; then ready, then out. */
const ORDER = [
  'on-the-way',
  'assigned',
  'arrived',
  'access',
  'ready-to-serve',
  'action',
  'returning',
  'ready',
  'standby',
  'reserve',
  'out-of-service',
]

/** Numbers in codes in their order; made once, since a comparison that makes its own costs fifty times as much. */
const codes = new Intl.Collator('id', { numeric: true })

/** What works comes first. */
export function rankOf(unit: Pick<Unit, 'status' | 'incident'>): number {
  const at = ORDER.indexOf(unit.status)
  return at < 0 ? ORDER.length : unit.incident && at > 6 ? 6 : at
}

export function byWork(a: Unit, b: Unit): number {
  return rankOf(a) - rankOf(b) || codes.compare(a.code, b.code)
}

/** What a unit usually reports next, first; the rest of what it may report. */
export function nextStatuses(unit: Pick<Unit, 'status' | 'incident'>): readonly Status[] {
  const rest: readonly Status[] = ['ready', 'standby', 'reserve', 'out-of-service']
  if (!unit.incident) return rest.filter((status) => status !== unit.status)
  const way: readonly Status[] = ['on-the-way', 'arrived', 'access', 'ready-to-serve', 'action', 'returning', 'ready']
  const here = way.indexOf(unit.status as Status)
  return way.slice(here + 1)
}

/** Life in danger first, then who waits longest for a unit, then the newest. */
export function byNeed(a: Incident, b: Incident): number {
  const alone = (incident: Incident) => (incident.units.length ? 1 : 0)
  const life = (incident: Incident) => (incident.lifeRisk && !incident.units.length ? 0 : 1)
  const start = (incident: Incident) => incident.clocks.answered ?? incident.clocks.opened ?? 0
  if (life(a) !== life(b)) return life(a) - life(b)
  if (alone(a) !== alone(b)) return alone(a) - alone(b)
  return alone(a) ? start(b) - start(a) : start(a) - start(b)
}

/** How grave an incident is beside others: life in danger, then without a unit; what is held, over or an exercise is least. */
export function gravity({ exercise, state, clocks, lifeRisk, units }: Incident): number {
  if (exercise) return 0
  if (state !== 'open') return 1
  return 2 + (clocks['under-control'] === undefined ? 1 : 0) + (units.length ? 0 : 2) + (lifeRisk ? 4 : 0)
}

/** Our own in danger before everything: an incident with a MAYDAY stands first. One that is called in an exercise lifts nothing. */
export function maydayFirst(
  incidents: readonly Incident[],
  scenes: ReadonlyMap<string, { readonly maydays: number }>,
): readonly Incident[] {
  const calls = ({ id, exercise }: Incident) => !exercise && Boolean(scenes.get(id)?.maydays)
  if (!incidents.some(calls)) return incidents
  return [...incidents.filter(calls), ...incidents.filter((one) => !calls(one))]
}
