// This device and its node: who is signed in, what is asked, what is shown, and whether the line stands.
import { computed, signal } from '@preact/signals'
import { createContext } from 'preact'
import { useContext, useEffect, useMemo } from 'preact/hooks'
import { now } from './clock'
import type { Row, ViewName, Wish } from './contract'
import * as doors from './doors'
import { openFeed } from './feed'
import { newId } from './ids'
import { type Guess, type LiveView, openViews } from './live'
import { openOutbox } from './outbox'
import type { Cupboard } from './shelf'
import type { Outcome } from './words'

export type SignedIn = doors.Session
export type Standing =
  | { readonly is: 'unknown' }
  /** The node could not be asked who is signed in. */
  | { readonly is: 'away' }
  | { readonly is: 'out'; readonly ended: boolean }
  | { readonly is: 'in'; readonly session: SignedIn }

const RETRY_MS = 2000

export function openDevice(cupboard: Cupboard) {
  const standing = signal<Standing>({ is: 'unknown' })
  const session = computed(() => (standing.value.is === 'in' ? standing.value.session : undefined))

  const outbox = openOutbox({
    send: doors.send,
    shelf: cupboard.shelf,
    newId,
    now: () => new Date(Date.now() + doors.clockOffset.peek()).toISOString(),
    account: () => session.peek()?.account,
    onSignedOut: ended,
  })
  const views = openViews({ fetch: doors.show, outbox, pictures: cupboard.pictures })
  const feed = openFeed({
    connect: doors.listen,
    ping: doors.ping,
    onNotice: (notice) => views.stale(notice.position, notice.views),
    onConnected() {
      void outbox.flush().then(() => views.refreshAll())
    },
  })

  function ended() {
    feed.stop()
    if (standing.peek().is !== 'in') return
    standing.value = { is: 'out', ended: true }
    void cupboard.clearPictures() // the next person sees nothing of the last one
  }

  function begin(session: SignedIn) {
    standing.value = { is: 'in', session }
    void outbox.restore()
    void feed.start().then(() => {
      if (feed.line.peek() === 'signed-out') ended()
    })
  }

  return {
    standing: computed(() => standing.value),
    session,
    outbox,
    views,
    feed,

    /** Finds out who is signed in here; tries again as long as the node is away. */
    async start() {
      addEventListener('online', feed.nudge)
      for (;;) {
        try {
          const found = await doors.whoAmI()
          if (found) return begin(found)
          standing.value = { is: 'out', ended: false }
          void cupboard.clearPictures() // it ended while nobody was here
          return
        } catch {
          standing.value = { is: 'away' }
          await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
        }
      }
    },

    async signIn(name: string, password: string) {
      const answer = await doors.signIn(name, password)
      if ('session' in answer) begin(answer.session)
      return answer
    },

    async signOut() {
      feed.stop()
      await doors.signOut().catch(() => {})
      await cupboard.clearPictures()
      standing.value = { is: 'out', ended: false }
    },

    ask: (command: Wish, options?: { override?: string; seenAt?: string }): Promise<Outcome> =>
      outbox.ask(command, options),
    /** Whether who is signed in holds one of these roles; the node decides in any case. */
    may: (roles: readonly string[]) => roles.some((role) => session.value?.roles.includes(role)),
  }
}

export type Device = ReturnType<typeof openDevice>

export const DeviceContext = createContext<Device | undefined>(undefined)

export function useDevice(): Device {
  const device = useContext(DeviceContext)
  if (!device) throw new Error('no device around this component')
  return device
}

/** A live view as long as the component stands; another one when its parameters change. */
export function useView<Name extends ViewName, Shown extends Row<Name> = Row<Name>>(
  name: Name,
  params: Readonly<Record<string, string>> = {},
  options: { guess?: Guess<Shown>; keep?: boolean } = {},
): LiveView<Shown> {
  const { views } = useDevice()
  const key = JSON.stringify(params)
  const view = useMemo(() => views.view<Shown>(name, params, options), [views, name, key])
  useEffect(() => () => view.close(), [view])
  return view
}

/** The line to the node as every screen shows it: state, age, what waits. */
export function lineOf(device: Device) {
  const { feed, outbox } = device
  const waiting = outbox.unsent.value.length
  const ageMs = Math.max(0, now.value - doors.clockOffset.value - feed.heardAt.value)
  const lostMs = Math.max(0, now.value - doors.clockOffset.value - feed.since.value)
  return { line: feed.line.value, position: feed.position.value, ageMs, lostMs, waiting }
}
