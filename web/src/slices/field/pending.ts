// What this device said and the node has not yet confirmed: every thing such an ask names is drawn dashed.
import type { Asked } from '../../kernel/words'

/** Fields of asks that name a thing of the board. */
const NAMES = ['crew', 'sector', 'task', 'hazard', 'request', 'mayday', 'evacuation', 'par', 'post', 'handover']

export function pendingIds(waiting: readonly Asked[], incident: string): ReadonlySet<string> {
  return new Set(
    waiting
      .filter(({ command }) => command.incident === incident)
      .flatMap(({ command }) => NAMES.flatMap((name) => (typeof command[name] === 'string' ? [command[name]] : []))),
  )
}
