// The strip: an incident's times laid on one axis against the 15-minute standard (received → ready to give service).

/** Clock ids as the node names them; times as instants (ms). */
export type Clocks = Readonly<Partial<Record<string, number>>>

export type PartKind = 'wait' | 'out' | 'go' | 'on' | 'over'
export type Part = { readonly kind: PartKind; readonly from: number; readonly to: number }

export type Strip = {
  readonly parts: readonly Part[]
  readonly now?: number
  readonly eta?: number
  readonly limit: number
}

/** The axis runs beyond the limit, so that the limit is never its edge (minutes). */
export const AXIS = 18
export const LIMIT = 15
/** With this little left and nobody ready, the clock wants eyes (minutes). */
export const NEAR = 4

const minutes = (from: number, to: number) => (to - from) / 60_000
const within = (m: number) => Math.min(Math.max(m, 0), AXIS)

/** When help stood ready, or the incident ended without need of it. */
export const metAt = (clocks: Clocks) => clocks['ready-to-serve'] ?? clocks.action

export function strip(clocks: Clocks, now: number, eta?: number): Strip {
  const zero = clocks.answered ?? clocks.opened ?? now
  const at = (clock: string) => (clocks[clock] === undefined ? undefined : minutes(zero, clocks[clock]))
  const here = minutes(zero, now)
  const dispatched = at('dispatched')
  const rolling = at('on-the-way')
  const arrived = at('arrived')
  const met = metAt(clocks)
  const marks: [PartKind, number, number][] = [
    ['wait', 0, dispatched ?? rolling ?? arrived ?? here],
    ['out', dispatched ?? here, rolling ?? arrived ?? here],
    ['go', rolling ?? here, arrived ?? here],
    ['on', arrived ?? here, here],
  ]
  const parts = marks
    .map(([kind, from, to]) => ({ kind, from: within(from), to: within(to) }))
    .filter((part) => part.to > part.from)
  const late = met === undefined ? here : minutes(zero, met)
  if (late > LIMIT) parts.push({ kind: 'over', from: LIMIT, to: within(late) })
  return {
    parts,
    limit: LIMIT,
    ...(here < AXIS && { now: within(here) }),
    ...(arrived === undefined && eta !== undefined && { eta: within(minutes(zero, eta)) }),
  }
}

export type ClockState = '' | 'watch' | 'late' | 'done'

/** What the headline clock says by its look: running, wants eyes, over the limit, or met. */
export function clockState(clocks: Clocks, now: number, eta?: number): ClockState {
  const zero = clocks.answered ?? clocks.opened ?? now
  if (metAt(clocks) !== undefined) return 'done'
  const here = minutes(zero, now)
  // On scene but not yet reported ready: a question for the crew leader, not an alarm.
  if (clocks.arrived !== undefined) return here > LIMIT ? 'watch' : 'done'
  if (here >= LIMIT) return 'late'
  if (LIMIT - here <= NEAR) return 'watch'
  return eta !== undefined && minutes(zero, eta) > LIMIT ? 'watch' : ''
}
