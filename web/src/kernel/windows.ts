// Several windows of one browser share one outbox: one sends at a time, the others hear what became of an ask.
import type { Windows } from './outbox'

/** A window that holds the turn this long has fallen asleep; sending twice is harmless, not sending is not. */
const TURN_MS = 30_000

type Locks = Pick<LockManager, 'request'>
type Channel = Pick<BroadcastChannel, 'postMessage' | 'onmessage'>

export function openWindows(locks: Locks, channel: Channel, turnMs = TURN_MS): Windows {
  return {
    async alone(line, run) {
      let began = false
      const turn = () => {
        began = true
        return run()
      }
      try {
        await locks.request(`siaga.${line}`, { signal: AbortSignal.timeout(turnMs) }, turn)
      } catch (failed) {
        if (began) throw failed
        await run()
      }
    },
    changed: (id) => channel.postMessage(id),
    onChanged(heard) {
      channel.onmessage = ({ data }: MessageEvent<string>) => heard(data)
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
