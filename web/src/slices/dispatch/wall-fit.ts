// What fits on a wall: how many incidents stand large, how many folded, and what each station still has.
import type { Incident, Unit } from './rows'
import { metAt } from './strip'

/** Heights in parts of the wall's own unit (1/1080 of a wall of 16:9). */
export const LARGE = 196
export const FOLDED = 128
const MORE = 56

export type Fitted = {
  readonly large: readonly Incident[]
  readonly folded: readonly Incident[]
  readonly more: number
}

/** Danger to our own comes first, then clocks that still run: these stand large. What is met folds, the rest is counted. */
export function fitted(incidents: readonly Incident[], room: number, danger: ReadonlySet<string> = new Set()): Fitted {
  const rank = ({ id, watched, clocks }: Incident) =>
    danger.has(id) ? 2 : watched && metAt(clocks) === undefined ? 1 : 0
  const sorted = [...incidents].sort((a, b) => rank(b) - rank(a))
  const all = sorted.length
  const holds = (space: number) => Math.min(all, Math.max(0, Math.floor(space / FOLDED)))
  const shown = holds(room) < all ? holds(room - MORE) : all
  // Each large one takes the room of a folded one and a part more; at least one is large where that fits.
  const spare = room - (shown < all ? MORE : 0) - shown * FOLDED
  const wanted = Math.max(sorted.slice(0, shown).filter(rank).length, 1)
  const large = Math.max(0, Math.min(shown, wanted, Math.floor(spare / (LARGE - FOLDED))))
  return { large: sorted.slice(0, large), folded: sorted.slice(large, shown), more: all - shown }
}

const READY = new Set(['ready', 'standby'])

export type Post = {
  readonly station: string
  readonly name: string
  readonly ready: readonly Unit[]
  /** What it should have and has not: nothing at all, or no pump. */
  readonly lacks: '' | 'unit' | 'pump'
}

/** What stands ready at each station that has units of its own; reserves without a crew do not count. */
export function readiness(
  units: readonly Unit[],
  stations: readonly { readonly id: string; readonly name: string }[],
  pumps: ReadonlySet<string>,
): { readonly ready: number; readonly all: number; readonly posts: readonly Post[] } {
  const manned = units.filter((unit) => unit.status !== 'reserve')
  const posts = stations.flatMap(({ id, name }) => {
    const own = manned.filter((unit) => unit.home === id || unit.standsAt === id)
    if (!own.length) return []
    const ready = own.filter((unit) => unit.standsAt === id && READY.has(unit.status))
    const lacks = !ready.length ? 'unit' : ready.some((unit) => pumps.has(unit.kind)) ? '' : 'pump'
    const expects = own.some((unit) => unit.home === id && pumps.has(unit.kind))
    return [
      { station: id, name, ready, lacks: lacks === 'pump' && !expects ? ('' as const) : (lacks as Post['lacks']) },
    ]
  })
  return { ready: manned.filter((unit) => READY.has(unit.status)).length, all: manned.length, posts }
}
