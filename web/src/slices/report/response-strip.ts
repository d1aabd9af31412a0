// The response of a closed incident on one axis against the limit; where a time between is missing it is said, not guessed.

export type PieceKind = 'wait' | 'out' | 'go' | 'on' | 'gap' | 'over'
export type Piece = { readonly kind: PieceKind; readonly from: number; readonly to: number }
export type Drawn = { readonly pieces: readonly Piece[]; readonly max: number; readonly limit: number }

/** The clocks in their order, and what the time up to each was spent with. */
const MARKS = [
  ['answered', 'wait'],
  ['opened', 'wait'],
  ['dispatched', 'wait'],
  ['on-the-way', 'out'],
  ['arrived', 'go'],
  ['ready-to-serve', 'on'],
] as const satisfies readonly (readonly [string, PieceKind])[]

/** Opened stands between two parts of the same kind: without it nothing is unclear. */
const QUIET = new Set(['opened'])

/** The axis runs beyond the limit, and beyond a late response, so that neither is its edge. */
const BEYOND = 1.2

export function responseStrip(clocks: Readonly<Record<string, string>>, limitS = 900): Drawn {
  const limit = limitS / 60
  const zero = Date.parse(clocks.answered ?? clocks.opened ?? '')
  const pieces: Piece[] = []
  let last = 0
  let unclear = false
  for (const [clock, kind] of MARKS) {
    const at = clocks[clock] === undefined ? undefined : (Date.parse(clocks[clock]) - zero) / 60_000
    if (at === undefined || Number.isNaN(at)) {
      unclear ||= !QUIET.has(clock)
      continue
    }
    if (at > last) pieces.push({ kind: unclear ? 'gap' : kind, from: last, to: at })
    last = Math.max(last, at)
    unclear = false
  }
  if (last > limit) pieces.push({ kind: 'over', from: limit, to: last })
  return { pieces, limit, max: Math.max(limit, last) * BEYOND }
}
