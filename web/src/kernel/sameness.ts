// An answer of the node brings every row anew. Rows that say what they said before stay the same objects, so that only
// what changed is made ready and drawn again.

/** Whether two values of JSON say the same. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b) return false
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((part, i) => equal(part, (b as unknown[])[i]))
  if (Array.isArray(b)) return false
  const [one, other] = [a as Record<string, unknown>, b as Record<string, unknown>]
  // Every row of a long list is looked at twice a second: no list of its fields is made.
  let fields = 0
  for (const key in one) {
    const there = other[key]
    if (one[key] !== there && !equal(one[key], there)) return false
    if (there === undefined && !(key in other)) return false
    fields++
  }
  for (const _ in other) fields--
  return fields === 0
}

/** Whether two lists, or two maps, hold the very same parts in the same order. */
export function sameParts(
  a: readonly unknown[] | ReadonlyMap<unknown, unknown>,
  b: readonly unknown[] | ReadonlyMap<unknown, unknown>,
): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((part, i) => part === b[i])
  if (!(a instanceof Map && b instanceof Map) || a.size !== b.size) return false
  const others = b.entries()
  for (const [key, value] of a) {
    const other = others.next().value as [unknown, unknown]
    if (key !== other[0] || value !== other[1]) return false
  }
  return true
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
