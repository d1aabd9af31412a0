// A unit's trip as its crew goes through it: which four acts are under the thumb, and what the way says next.
import type { LngLat } from '../../kernel/map'

export const WAY = ['assigned', 'on-the-way', 'arrived', 'ready-to-serve', 'returning', 'ready'] as const
export type Leg = (typeof WAY)[number]

/** The clock the node keeps of each leg. */
export const CLOCK_OF: Readonly<Record<Leg, string>> = {
  assigned: 'answered',
  'on-the-way': 'on-the-way',
  arrived: 'arrived',
  'ready-to-serve': 'ready-to-serve',
  returning: 'returned',
  ready: 'ready-again',
}

const REACHED: Readonly<Record<string, Leg>> = { access: 'arrived', action: 'ready-to-serve' }
const SHOWN = 4

export type Act = {
  readonly leg: Leg
  /** When it was done (ms); it may be said again. */
  readonly done?: number
  /** The next one, where the hand already is. */
  readonly main: boolean
}

export type TripUnit = { readonly status: string; readonly answered: boolean; readonly since: number }

/** How far the unit has come: the place of its leg in `WAY`, -1 before anybody has answered. */
export function reached({ status, answered }: TripUnit): number {
  if (status === 'assigned' && !answered) return -1
  return WAY.indexOf((REACHED[status] ?? status) as Leg)
}

/** Four acts: the one that was done last, the next one, and those after it. */
export function actsNow(unit: TripUnit, clocks: Readonly<Record<string, string | null>>): readonly Act[] {
  const here = reached(unit)
  const first = Math.min(Math.max(here, 0), WAY.length - SHOWN)
  return WAY.slice(first, first + SHOWN).map((leg, n) => {
    const place = first + n
    const told = clocks[CLOCK_OF[leg]]
    const at = told ? Date.parse(told) : place === here ? unit.since : undefined
    return { leg, main: place === here + 1, ...(place <= here && at !== undefined && { done: at }) }
  })
}

const METRES_A_DEGREE = 111_195
const BEND = 35
/** A bend is looked for over this much road (m), so that a kink in the drawing is none. */
const OVER = 15

type Flat = readonly [number, number]
const flat = (at: LngLat, about: LngLat): Flat => [
  (at[0] - about[0]) * METRES_A_DEGREE * Math.cos((about[1] * Math.PI) / 180),
  (at[1] - about[1]) * METRES_A_DEGREE,
]
const between = (a: Flat, b: Flat) => Math.hypot(b[0] - a[0], b[1] - a[1])
const heading = (a: Flat, b: Flat) => (Math.atan2(b[0] - a[0], b[1] - a[1]) * 180) / Math.PI

export const metresBetween = (a: LngLat, b: LngLat) => between([0, 0], flat(b, a))

export type Turn = { readonly metres: number; readonly side: 'left' | 'right' | 'straight' }

/** Where on the line it is nearest to a point: the part, and the place on that part. */
function nearest(line: readonly Flat[]): { part: number; at: Flat } {
  let best = { part: 0, at: line[0] ?? ([0, 0] as Flat), away: Number.POSITIVE_INFINITY }
  for (let n = 0; n + 1 < line.length; n++) {
    const [a, b] = [line[n] as Flat, line[n + 1] as Flat]
    const long = between(a, b) || 1
    const along = Math.min(Math.max(-(a[0] * (b[0] - a[0]) + a[1] * (b[1] - a[1])) / long ** 2, 0), 1)
    const at: Flat = [a[0] + along * (b[0] - a[0]), a[1] + along * (b[1] - a[1])]
    const away = between([0, 0], at)
    if (away < best.away) best = { part: n, at, away }
  }
  return best
}

/** The point this far on from a bend, or where the line ends. */
function onward(line: readonly Flat[], from: number, step: 1 | -1): Flat {
  let here = line[from] as Flat
  for (let n = from + step; n >= 0 && n < line.length; n += step) {
    here = line[n] as Flat
    if (between(line[from] as Flat, here) >= OVER) break
  }
  return here
}

/** The next bend of the way as seen from `here`; straight on to its end when there is none. */
export function nextTurn(points: readonly LngLat[], here: LngLat): Turn | undefined {
  if (points.length < 2) return undefined
  const line = points.map((point) => flat(point, here))
  const start = nearest(line)
  let metres = between(start.at, line[start.part + 1] as Flat)
  for (let n = start.part + 1; n + 1 < line.length; n++) {
    const [before, at, after] = [onward(line, n, -1), line[n] as Flat, onward(line, n, 1)]
    const bend = ((heading(at, after) - heading(before, at) + 540) % 360) - 180
    if (Math.abs(bend) >= BEND) return { metres, side: bend < 0 ? 'left' : 'right' }
    metres += between(at, line[n + 1] as Flat)
  }
  return { metres, side: 'straight' }
}

/** As people say it on the way: tens of metres, hundreds beyond a kilometre. */
export function roundMetres(metres: number): number {
  const step = metres < 1000 ? 10 : 100
  return Math.round(metres / step) * step
}

type Near = { readonly lon: number; readonly lat: number }

/** The nearest few of something, with how far they are (m). */
export function nearestOf<One extends Near>(all: readonly One[], at: LngLat, n: number, within: number) {
  return all
    .map((one) => ({ ...one, metres: metresBetween(at, [one.lon, one.lat]) }))
    .filter((one) => one.metres <= within)
    .sort((a, b) => a.metres - b.metres)
    .slice(0, n)
}
