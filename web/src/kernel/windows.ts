// Several windows of one browser share one outbox: one sends at a time, the others hear what became of an ask.
import type { Windows } from './outbox'

/** A window that holds the turn this long has fallen asleep; sending twice is harmless, not sending is not. */
const TURN_MS = 30_000

type Locks = Pick<LockManager, 'request'>
/** An ask has changed, or is done with; a window of an older page reads the first only, which is harmless. */
type Message = string | { readonly settled: string }
type Channel = Pick<BroadcastChannel, 'postMessage' | 'onmessage'>

export function openWindows(locks: Locks, channel: Channel, turnMs = TURN_MS): Windows {
  return {
    async alone(line, run, withinMs = turnMs) {
      let began = false
      const turn = () => {
        began = true
        return run()
      }
      try {
        await locks.request(`siaga.${line}`, { signal: AbortSignal.timeout(withinMs) }, turn)
      } catch (failed) {
        if (began) throw failed
        await run()
      }
    },
    changed: (id) => channel.postMessage(id),
    settled: (id) => channel.postMessage({ settled: id }),
    onChanged(heard) {
      channel.onmessage = ({ data }: MessageEvent<Message>) =>
        typeof data === 'string' ? heard(data, false) : heard(data.settled, true)
    },
  }
}

/** The windows of this browser, where it tells them apart. */
export function browserWindows(): Windows | undefined {
  const { locks } = navigator
  return locks && typeof BroadcastChannel === 'function'
    ? openWindows(locks, new BroadcastChannel('siaga.outbox'))
    : undefined
}
