// The session an application without network opens with: who was signed in here, as the node last confirmed it.
import { effect, type Signal } from '@preact/signals'
import type { Session } from './doors'
import type { Notes, Remembered } from './shelf'

/**
 * How long a device goes by its memory. Longer than any shift, so that nobody is shut out of the picture in the middle
 * of a long night without network; the node itself decides about everything that is asked (docs/decisions/0014).
 */
export const HOLDS_MS = 24 * 3600_000
const AGAIN_MS = 60_000
const SESSION = 'session'
const LEAVING = 'leaving'
const CLOCK = 'clock'

/** A clock that was set back counts like one that runs ahead. */
export const holds = (who: Remembered, at: number) => Math.abs(at - who.confirmedAt) < HOLDS_MS

export function openMemory(notes: Notes, now: () => number = Date.now) {
  let here: Remembered | undefined
  return {
    /** Who may go on without the node; nobody when that is too long ago. */
    async recall(): Promise<Remembered | undefined> {
      const found = await notes.get<Remembered>(SESSION)
      here = found && holds(found, now()) ? found : undefined
      if (found && !here) await notes.drop(SESSION)
      return here
    },
    /** The node holds this session: nothing secret of it is kept. */
    async keep({ account, name, roles, agency, device }: Session) {
      here = { account, name, roles, agency, ...(device && { device }), confirmedAt: now() }
      await notes.put(SESSION, here)
    },
    /** The node was heard at that time, so it still holds the session; written at most once a minute. */
    heard(at: number) {
      if (!here || Math.abs(at - here.confirmedAt) < AGAIN_MS) return
      here = { ...here, confirmedAt: at }
      void notes.put(SESSION, here)
    },
    expired: () => here !== undefined && !holds(here, now()),
    async forget() {
      here = undefined
      await notes.drop(SESSION)
    },
    /** How far this device's clock was off when it was last measured: it starts without network with that. */
    async clock(offset: Signal<number>) {
      const last = await notes.get<number>(CLOCK)
      if (last !== undefined && !offset.peek()) offset.value = last
      effect(() => void notes.put(CLOCK, offset.value))
    },
    /** Somebody signed out while the node was away: it still has to be told. */
    owe: () => notes.put(LEAVING, true),
    owes: async () => (await notes.get<boolean>(LEAVING)) === true,
    settled: () => notes.drop(LEAVING),
  }
}
