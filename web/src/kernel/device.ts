// This device and its node: who is signed in, what is asked, what is shown, and whether the line stands.
import { computed, effect, signal } from '@preact/signals'
import { createContext } from 'preact'
import { useContext, useEffect, useMemo } from 'preact/hooks'
import { openArchive } from './archive'
import { now } from './clock'
import type { Row, ViewName, Wish } from './contract'
import * as doors from './doors'
import { openFeed } from './feed'
import { newId } from './ids'
import { kept } from './installed'
import { type LiveView, openViews, type ViewOptions } from './live'
import { openOutbox } from './outbox'
import { openMemory } from './remembered'
import type { Cupboard } from './shelf'
import { browserWindows } from './windows'
import type { Command, Outcome } from './words'

export type SignedIn = doors.Session
export type Standing =
  | { readonly is: 'unknown' }
  /** The node could not be asked who is signed in. */
  | { readonly is: 'away' }
  | { readonly is: 'out'; readonly ended: boolean }
  | { readonly is: 'in'; readonly session: SignedIn }

const RETRY_MS = 2000
/** By how much the ticking clock may be behind what was heard since its last tick. */
const TREMBLE_MS = 2000
/** How long an application that has pictures waits for its node before it opens with them. */
const OPEN_WITHIN_MS = 1500
const LOOK_MS = 30_000
/** A line that stands may still lose a request: what waits is not left until the next thing happens. */
const RESEND_MS = 5000
const GROUND_AFTER_MS = 6000
/** A larger map is fetched when a person says so: it may be a tablet's whole month of data. */
const TAKEN_ALONG = 64_000_000

/** What the kernel cannot know of the commands: which of them stay in order, which can be made smaller (see outbox.ts). */
export type Ways = {
  readonly lane?: (command: Command) => string | undefined
  readonly smaller?: (command: Command) => Promise<Command | undefined>
}

export function openDevice(cupboard: Cupboard, ways: Ways = {}) {
  const standing = signal<Standing>({ is: 'unknown' })
  const session = computed(() => (standing.value.is === 'in' ? standing.value.session : undefined))
  const memory = openMemory(cupboard.notes)
  /** When the node last confirmed what is on this screen (device time, ms), also before this page was opened. */
  const confirmedAt = signal(0)
  let fromMemory = false

  const windows = browserWindows()
  const outbox = openOutbox({
    send: doors.send,
    shelf: cupboard.shelf,
    newId,
    now: () => new Date(Date.now() + doors.clockOffset.peek()).toISOString(),
    account: () => session.value?.account,
    device: () => session.peek()?.device ?? undefined,
    ...ways,
    ...(windows && { windows }),
    onSignedOut: ended,
  })
  /** The line stands for the first time, and has not said yet where the node is. */
  let fresh = false
  const views = openViews({ fetch: doors.show, outbox, pictures: cupboard.pictures })
  const feed = openFeed({
    connect: doors.listen,
    ping: doors.ping,
    onNotice(notice) {
      if (!fresh) return views.stale(notice.position, notice.views)
      fresh = false
      void views.reached(notice.position)
    },
    onConnected(again) {
      fresh = !again
      void stands(again)
    },
  })
  const ground = openArchive({
    name: 'map',
    pieces: cupboard.pieces,
    notes: cupboard.notes,
    about: doors.mapAbout,
    fetch: doors.mapPiece,
  })
  effect(() => {
    const at = feed.heardAt.value
    if (!at || at === confirmedAt.peek()) return // another, not a later one: the clock may have been set back
    confirmedAt.value = at
    memory.heard(at)
  })
  // A picture is never of the future: with a clock set back while the line is gone its age is counted from there.
  effect(() => {
    const here = now.value - doors.clockOffset.value
    if (confirmedAt.peek() - here > TREMBLE_MS) confirmedAt.value = here
  })
  setInterval(() => {
    if (standing.peek().is === 'in' && memory.expired()) ended()
  }, LOOK_MS)
  setInterval(() => {
    void outbox.keep()
    if (feed.line.peek() === 'connected' && outbox.unsent.peek().length) void outbox.flush()
  }, RESEND_MS)

  async function stands(again: boolean) {
    await confirm()
    await outbox.flush()
    if (again) await views.refreshAll()
    await keepGround()
  }

  /** An application that lives on the device takes the map along, after everything a person waits for. */
  async function keepGround() {
    await ground.refresh()
    const file = ground.held.peek()
    if (kept.peek() !== 'yes' || !file || file.bytes > TAKEN_ALONG) return
    await new Promise((resolve) => setTimeout(resolve, GROUND_AFTER_MS))
    if (feed.line.peek() === 'connected') await ground.download()
  }

  /** After a start without network: the node says who is signed in here, and with which roles. */
  async function confirm() {
    if (!fromMemory) return
    const found = await doors.whoAmI().catch(() => null)
    if (found === null) return
    if (found?.account !== session.peek()?.account) return ended()
    if (found) hold(found)
  }

  function hold(found: SignedIn) {
    fromMemory = false
    confirmedAt.value = Date.now()
    standing.value = { is: 'in', session: found }
    void memory.keep(found)
  }

  function ended() {
    feed.stop()
    if (standing.peek().is !== 'in') return
    leave(true)
  }

  /** The next person sees nothing of the last one; what was asked stays, and is sent when its author is back. */
  function leave(ended: boolean) {
    standing.value = { is: 'out', ended }
    void memory.forget()
    views.dropPictures()
    return cupboard.clearPictures()
  }

  function begin() {
    void navigator.storage?.persist?.()
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
    /** The base map, as far as it is on this device. */
    ground,

    confirmedAt: computed(() => confirmedAt.value),

    /** Finds out who is signed in here; without the node, who was, as long as that holds. `asked`: the node already is. */
    async start(asked: Promise<doors.Session | undefined> = doors.whoAmI()) {
      asked.catch(() => {}) // heard below, if it still matters then
      addEventListener('online', feed.nudge)
      addEventListener('pagehide', views.keepNow)
      void ground.restore()
      const [owes, found] = await Promise.all([memory.owes(), memory.recall(), memory.clock(doors.clockOffset)])
      const held = owes ? undefined : found
      for (let first = !owes; ; first = false) {
        try {
          if (await memory.owes()) {
            if (await doors.whoAmI()) await doors.signOut()
            await memory.settled()
          }
          const within = held && OPEN_WITHIN_MS
          const found = await (first ? inTime(asked, within) : doors.whoAmI(within))
          if (!found) return void leave(false) // it ended while nobody was here
          hold(found)
          return begin()
        } catch {
          if (held) {
            fromMemory = true
            confirmedAt.value = held.confirmedAt
            standing.value = { is: 'in', session: { ...held, csrf: '' } }
            return begin()
          }
          standing.value = { is: 'away' }
          await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
        }
      }
    },

    async signIn(name: string, password: string) {
      const answer = await doors.signIn(name, password)
      if ('session' in answer) {
        hold(answer.session)
        await memory.settled().catch(() => {}) // a store that is full or gone shuts nobody out
        begin()
      }
      return answer
    },

    async signOut() {
      feed.stop()
      await doors.signOut().catch(() => memory.owe())
      await leave(false)
    },

    stored: () => cupboard.stored(),
    /** What the node showed; what was asked of it and is not yet sent stays. */
    clearPictures: () => cupboard.clearPictures(),

    ask: (command: Wish, options?: { override?: string; seenAt?: string }): Promise<Outcome> =>
      outbox.ask(command, options),
    /** Whether who is signed in holds one of these roles; the node decides in any case. */
    may: (roles: readonly string[]) => roles.some((role) => session.value?.roles.includes(role)),
  }
}

/** What was asked before, if it is answered in that time from now on. */
function inTime<Found>(asked: Promise<Found>, withinMs: number | undefined): Promise<Found> {
  if (withinMs === undefined) return asked
  const late = new Promise<never>((_, reject) => setTimeout(() => reject(new doors.Away()), withinMs))
  return Promise.race([asked, late])
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
  options: ViewOptions<Shown> = {},
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
  const heardAt = device.confirmedAt.value
  const ageMs = Math.max(0, now.value - doors.clockOffset.value - heardAt)
  /** When the node last confirmed what is shown, in its own time; 0 before it ever has. */
  const pictureAt = heardAt && heardAt + doors.clockOffset.value
  /** This page has heard its node: a line that is gone was lost, else it was never there. */
  const met = feed.heardAt.value > 0
  return { line: feed.line.value, position: feed.position.value, ageMs, waiting, pictureAt, met }
}
