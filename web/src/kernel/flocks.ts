// Marks that would lie on each other stand as one with their count. The gravest gives it shape and place, and what must
// be seen whatever happens never joins.

export type Flocking = {
  readonly id: string
  readonly x: number
  readonly y: number
  /** Only the same kind joins. */
  readonly kind: string
  /** The gravest leads. */
  readonly weight: number
  /** From how many on they join: what finds itself a place beside others may wait longer. */
  readonly least: number
  /** Nearer than this (px, to either side) they would cover each other. */
  readonly reach: readonly [number, number]
  /** Never joins. */
  readonly alone?: boolean
}

const near = (a: Flocking, b: Flocking) =>
  a.kind === b.kind && Math.abs(a.x - b.x) < a.reach[0] && Math.abs(a.y - b.y) < a.reach[1]

/** Who stands with whom, the gravest first in each; the same for the same points, wherever the map is moved to. */
export function flocksOf<Point extends Flocking>(points: readonly Point[]): readonly (readonly Point[])[] {
  const order = (a: Point, b: Point) => b.weight - a.weight || (a.id < b.id ? -1 : 1)
  let free = points.filter((one) => !one.alone).sort(order)
  const found: (readonly Point[])[] = []
  while (free.length) {
    const [first, ...rest] = free as [Point, ...Point[]]
    const joining = rest.filter((one) => near(first, one))
    const joins = joining.length > 0 && joining.length + 1 >= first.least
    found.push(joins ? [first, ...joining] : [first])
    const taken = joins ? new Set(joining) : undefined
    free = taken ? rest.filter((one) => !taken.has(one)) : rest
  }
  return [...found, ...points.filter((one) => one.alone).map((one) => [one])]
}

/** Whether they part when the map is drawn `times` as large; those that stand on one spot never do. */
export function parts(flock: readonly Flocking[], times: number): boolean {
  return flocksOf(flock.map((one) => ({ ...one, x: one.x * times, y: one.y * times }))).length > 1
}
