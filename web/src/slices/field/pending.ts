// What this device said and the node has not yet confirmed: the thing such an ask is about is drawn dashed.
import type { Asked } from '../../kernel/words'

/** What an ask is about: the first of these that it names. */
const ABOUT = ['mayday', 'evacuation', 'task', 'hazard', 'request', 'handover', 'post', 'crew', 'par', 'sector']

export function pendingIds(waiting: readonly Asked[], incident: string): ReadonlySet<string> {
  return new Set(
    waiting
      .filter(({ command }) => command.incident === incident)
      .flatMap(({ command }) => {
        const about = ABOUT.find((name) => typeof command[name] === 'string')
        return about ? [command[about] as string] : []
      }),
  )
}
