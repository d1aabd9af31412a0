// A message to the public as the node shows it, and what holds of it now.
import { ms } from '../../kernel/clock'
import type { Row } from '../../kernel/contract'

export type Message = Row<'warning.of-incident'>

/** Who may warn, change and take back; the node decides in any case. */
export const WARNERS = ['shift-leader', 'administrator']
export const READERS = [
  ...WARNERS,
  'call-taker',
  'dispatcher',
  'crew',
  'commander',
  'reporter',
  'trainer',
  'planner',
  'coordinator',
]

export type Standing = 'holds' | 'replaced' | 'cancelled' | 'over' | 'end'

/** What became of a message: it holds, or why it no longer does; a cancellation only says that something ended. */
export function standingOf(message: Message, now: number): Standing {
  if (message.kind === 'cancel') return 'end'
  if (message.state !== 'current') return message.state
  return ms(message.until) > now ? 'holds' : 'over'
}

/** The message as a file for whoever gives it on. */
export const fileOf = (message: Message) =>
  `/api/exports/incidents/${encodeURIComponent(message.incident)}/cap.xml?warning=${encodeURIComponent(message.warning)}`
