// The period figures are of: a year, one of its quarters or months, as `2026`, `2026-Q3`, `2026-07`: as papers call it.

export type Period = { readonly year: number; readonly quarter?: number; readonly month?: number }

export function periodOf(text: string): Period | undefined {
  const found = /^(20\d\d)(?:-Q([1-4])|-(0[1-9]|1[0-2]))?$/.exec(text)
  if (!found) return undefined
  const [, year, quarter, month] = found
  return { year: Number(year), ...(quarter && { quarter: Number(quarter) }), ...(month && { month: Number(month) }) }
}

export const nameOfPeriod = ({ year, quarter, month }: Period) =>
  quarter ? `${year}-Q${quarter}` : month ? `${year}-${String(month).padStart(2, '0')}` : String(year)

/** As the views are asked. */
export const asked = ({ year, quarter, month }: Period): Readonly<Record<string, string>> => ({
  year: String(year),
  ...(quarter && { quarter: String(quarter) }),
  ...(month && { month: String(month) }),
})

/** The quarter a day of the agency (`2026-11-26`) lies in. */
export function quarterAt(day: string): Period {
  const [year, month] = day.split('-').map(Number)
  return { year: year ?? 0, quarter: Math.ceil((month ?? 1) / 3) }
}

/** One further on or back, of the same length. */
export function step({ year, quarter, month }: Period, by: 1 | -1): Period {
  const [at, of] = quarter ? [quarter, 4] : month ? [month, 12] : [1, 1]
  const next = at + by
  const over = next < 1 ? -1 : next > of ? 1 : 0
  const within = over < 0 ? of : over > 0 ? 1 : next
  return { year: year + over, ...(quarter && { quarter: within }), ...(month && { month: within }) }
}
