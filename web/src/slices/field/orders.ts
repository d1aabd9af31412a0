// Which commands of the scene are orders, which were seen, and which only the node can answer.
import type { Command } from '../../kernel/words'

/** What only the node can do, since it needs more than a board shows: a screen asks for it when the line stands. */
export const NEEDS_NETWORK: readonly string[] = [
  'field.resolve-conflict',
  'field.offer-field',
  'field.take-field',
  'field.recall-field',
  'field.settle-late-order',
]

/** What is recorded whenever it arrives. Everything else of the scene is an order: one node decides about it. */
export const OBSERVATIONS: readonly string[] = [
  'field.report-entry',
  'field.report-exit',
  'field.report-air',
  'field.report-par',
  'field.report-lost-contact',
  'field.report-contact',
  'field.call-mayday',
  'field.step-mayday',
  'field.order-evacuation',
  'field.acknowledge-evacuation',
  'field.take-alarm',
  'field.check-handover',
  'field.mark-hazard',
  'field.report-wind',
  'field.attach-media',
]

/** They end the wait of other orders, so they must not wait behind them. */
const ENDS_THE_WAIT: readonly string[] = ['field.take-field', 'field.recall-field']

/** Orders of one scene stay in their order while nobody decides about it; what was seen overtakes them. */
export const laneOf = ({ kind, incident }: Command): string | undefined =>
  kind.startsWith('field.') && !OBSERVATIONS.includes(kind) && !ENDS_THE_WAIT.includes(kind)
    ? `field ${incident}`
    : undefined
