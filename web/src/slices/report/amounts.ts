// Figures as people write them: dots or commas between thousands, a comma or a dot before decimals; empty is not known.

/** What a figure box holds: a number, nothing yet, or something that is none. */
export type Typed = number | null | undefined

/** A whole number of things: every separator is one between thousands. */
export function whole(text: string): Typed {
  const bare = text.replace(/[\s.,]/g, '').replace(/^rp/i, '')
  if (!bare) return null
  return /^\d{1,15}$/.test(bare) ? Number(bare) : undefined
}

/** A measure: one separator with one or two digits after it is the decimal one, also of a keyboard in another language. */
export function measure(text: string): Typed {
  const bare = text.replace(/\s/g, '')
  if (!bare) return null
  const parts = /^(\d[\d.,]*?)(?:[.,](\d{1,2}))?$/.exec(bare)
  if (!parts) return undefined
  const [, units = '', decimals = ''] = parts
  const thousands = units.replace(/[.,]/g, '')
  return /^\d{1,12}$/.test(thousands) ? Number(decimals ? `${thousands}.${decimals}` : thousands) : undefined
}

/** How a known figure stands in its box to be changed. */
export const typed = (value: number | null | undefined, decimal = ','): string =>
  value === null || value === undefined ? '' : String(value).replace('.', decimal)

export type LossLine = {
  readonly count: number | null
  readonly price_rp: number | null
  readonly amount_rp: number | null
}

/** What a line of loss comes to: what was said, else count times price, else not known. */
export function lineAmount({ count, price_rp, amount_rp }: LossLine): number | null {
  if (amount_rp !== null) return amount_rp
  return count === null || price_rp === null ? null : Math.round(count * price_rp)
}

/** The running sum, and how many lines it does not know. */
export function lossSum(lines: readonly LossLine[]): { readonly sum: number; readonly open: number } {
  const amounts = lines.map(lineAmount)
  return {
    sum: amounts.reduce<number>((sum, one) => sum + (one ?? 0), 0),
    open: amounts.filter((one) => one === null).length,
  }
}
