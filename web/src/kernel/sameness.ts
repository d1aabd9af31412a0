// An answer of the node brings every row anew. Rows that say what they said before stay the same objects, so that only
// what changed is made ready and drawn again.

/** Whether two values of JSON say the same. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b || Array.isArray(a) !== Array.isArray(b)) return false
  const [one, other] = [a as Record<string, unknown>, b as Record<string, unknown>]
  const keys = Object.keys(one)
  return keys.length === Object.keys(other).length && keys.every((key) => key in other && equal(one[key], other[key]))
}

/** What a row is about, as far as that can be said without knowing it: its first field. */
const about = (row: unknown) => (typeof row === 'object' && row ? Object.values(row)[0] : row)

/** The fresh rows, with the old object wherever one says the same; the old list itself when nothing changed. */
export function kept<Row>(before: readonly Row[], fresh: readonly Row[]): readonly Row[] {
  if (!before.length) return fresh
  let known: Map<unknown, Row> | undefined
  const rows = fresh.map((row, i) => {
    const here = before[i]
    if (here !== undefined && equal(here, row)) return here
    known ??= new Map(before.map((old) => [about(old), old]))
    const old = known.get(about(row))
    return old !== undefined && equal(old, row) ? old : row
  })
  return rows.length === before.length && rows.every((row, i) => row === before[i]) ? before : rows
}

/** Makes one thing of each row, and makes it anew only when the row or something it rests on is another. */
export function madeOnce<Row extends object, Made>(): (
  row: Row,
  restsOn: readonly unknown[],
  make: () => Made,
) => Made {
  const made = new WeakMap<Row, { readonly restsOn: readonly unknown[]; readonly made: Made }>()
  return (row, restsOn, make) => {
    const before = made.get(row)
    if (before?.restsOn.every((one, i) => one === restsOn[i])) return before.made
    const now = make()
    made.set(row, { restsOn, made: now })
    return now
  }
}
