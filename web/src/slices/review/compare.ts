// An incident beside the standard and beside others of its kind: spans, their range, and what few of them can tell.
import { ms } from '../../kernel/clock'
import type { Clocks } from '../dispatch/strip'

export const SPANS = ['handling', 'turnout', 'travel', 'ready'] as const
export type Span = (typeof SPANS)[number]

/** From which clock to which; the last is the national standard's pair. */
const PAIRS: Readonly<Record<Span, readonly [string, string]>> = {
  handling: ['answered', 'dispatched'],
  turnout: ['dispatched', 'on-the-way'],
  travel: ['on-the-way', 'arrived'],
  ready: ['answered', 'ready-to-serve'],
}

/** Seconds of a span; undefined where a clock is missing or they contradict each other. */
export function spanOf(clocks: Clocks, span: Span): number | undefined {
  const [from, to] = PAIRS[span].map((clock) => clocks[clock])
  return from === undefined || to === undefined || to < from ? undefined : (to - from) / 1000
}

export const clocksOf = (answered: string, clocks: Readonly<Record<string, string | null | undefined>>): Clocks =>
  Object.fromEntries(
    Object.entries({ answered, ...clocks }).flatMap(([clock, at]) => (at ? [[clock, ms(at)] as const] : [])),
  )

/** With fewer than this many others a middle value says nothing: only the range is shown. */
export const ENOUGH = 5

export type Spread = {
  readonly n: number
  readonly low: number
  readonly high: number
  readonly middle?: number
}

export function spread(values: readonly number[]): Spread | undefined {
  const sorted = [...values].sort((a, b) => a - b)
  const [low, high] = [sorted[0], sorted.at(-1)]
  if (low === undefined || high === undefined) return undefined
  return { n: sorted.length, low, high, ...(sorted.length >= ENOUGH && { middle: middleOf(sorted) }) }
}

function middleOf(sorted: readonly number[]): number {
  const half = sorted.length / 2
  const [a = 0, b = 0] = [sorted[Math.ceil(half) - 1], sorted[Math.floor(half)]]
  return (a + b) / 2
}
