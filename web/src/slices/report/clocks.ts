// The clocks of an incident in the order they are read, and how far one is from the call.
import { ms, span } from '../../kernel/clock'

export const CLOCKS = [
  'seen',
  'answered',
  'opened',
  'dispatched',
  'on-the-way',
  'arrived',
  'access',
  'ready-to-serve',
  'action',
  'under-control',
  'out',
  'returned',
  'ready-again',
] as const

export type ClockId = (typeof CLOCKS)[number]

/** `+05:36`; what was before the call `−02:00`. */
export function sinceCall(at: string, call: string | undefined): string {
  if (call === undefined || at === call) return ''
  const after = ms(at) - ms(call)
  return after < 0 ? `−${span(-after)}` : `+${span(after)}`
}
