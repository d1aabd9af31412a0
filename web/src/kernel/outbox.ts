// The outbox: what this device asked and has not yet seen answered. Oldest first, one at a time, resent with the same id.
//
// What it holds lies in the shelf too, through which several windows of one browser share it. The shelf is believed in what
// it says, never in its silence: it may be full, or cleared away under an open page, and an ask is sent rather twice than
// never. Refused asks stay there until their author has read them; asks of another account until that account is back.
import { batch, computed, signal } from '@preact/signals'
import type { Answer, Asked, Command, Outcome, Refused } from './words'

/** Sends one ask; rejects when there is no network, with a TimeoutError when it was too slow. */
export type Send = (asked: Asked, stop: AbortSignal) => Promise<Answer>

/** Where asks survive a closed page: IndexedDB in the application, a map in tests. */
export type Shelf = {
  load(): Promise<Asked[]>
  get(id: string): Promise<Asked | undefined>
  put(asked: Asked): Promise<void>
  drop(id: string): Promise<void>
  /** What lies here is gone when the page is closed. */
  readonly forgets?: boolean
}

/** The other windows of this browser: one of them sends at a time, and all hear which asks have changed or are done with. */
export type Windows = {
  /** `withinMs`: how long the turn of another window may last, if longer than usual. */
  alone(line: string, run: () => Promise<void>, withinMs?: number): Promise<void>
  changed(id: string): void
  settled(id: string): void
  onChanged(heard: (id: string, settled: boolean) => void): void
}

export type Means = {
  send: Send
  shelf: Shelf
  newId(at: number): string
  now(): string
  account(): string | undefined
  device?(): string | undefined
  /** Asks of one lane stay in order while the node lets the first of them wait; all others overtake. */
  lane?(command: Command): string | undefined
  /** A large ask (a photo) that ran out of time, made smaller; nothing when it cannot be. */
  smaller?(command: Command): Promise<Command | undefined>
  windows?: Windows
  onSignedOut?(): void
  later?(run: () => void, afterMs: number): void
}

/** An ask that broke the node this often is set aside, shown to its author, and the queue goes on. */
const BREAKS = 3
const RETRY_MS = 2000
/** Larger asks (a photo) have a line of their own, so that a slow upload holds up nobody. */
const BULKY_CHARS = 32_000
/** One that sends a photo over a thin line has not fallen asleep. */
const BULKY_TURN_MS = 600_000
/** How long a photo leaves the line to others that did not get through beside it. */
const GIVE_WAY_MS = 30_000
/** A store that does not answer is like one that is full: nobody waits for it. */
const STORE_MS = 3000
/** What the node says of an id it knows with other content. */
const REUSED = 'ask-id-reused'
/** How often a long queue that drains is shown anew. */
const SHOWN_EVERY_MS = 100

const waits = (asked: Asked) => asked.acceptedAt === undefined && !asked.refused
/** The node does not have it, or its author has not read the refusal: it would be missed. */
const open = (asked: Asked | undefined) => asked !== undefined && asked.acceptedAt === undefined
const ranOut = (failed: unknown) => (failed as Error | undefined)?.name === 'TimeoutError'
const inOrder = (a: Asked, b: Asked) => (a.at === b.at ? (a.id < b.id ? -1 : 1) : a.at < b.at ? -1 : 1)

function inTime<Found>(asked: Promise<Found>): Promise<Found> {
  let timer: ReturnType<typeof setTimeout>
  const late = new Promise<never>((_, no) => {
    timer = setTimeout(() => no(new Error('the store is silent')), STORE_MS)
  })
  return Promise.race([asked, late]).finally(() => clearTimeout(timer))
}

export function openOutbox(means: Means) {
  const asks = new Map<string, Asked>()
  const all = signal<readonly Asked[]>([])
  /** Open asks that the shelf would not take as they are now: what it says of them is older, or nothing. */
  const unwritten = new Set<string>()
  const lacking = signal(false)
  const heard = new Map<string, (outcome: Outcome) => void>()
  const laneRests = new Map<string, number>()
  const later = means.later ?? ((run, afterMs) => void setTimeout(run, afterMs))
  let lastAt = 0
  let hidden = false
  let shownAt = 0

  const mine = (asked: Asked) => asked.account === means.account()

  function show() {
    hidden = false
    shownAt = Date.now()
    all.value = [...asks.values()]
  }

  /** Shows what changed; of a long queue that drains while nobody waits for it, now and then. */
  function changed(id: string) {
    hidden = true
    if (heard.has(id) || Date.now() - shownAt >= SHOWN_EVERY_MS) show()
  }

  function written(id: string, there: boolean) {
    if (there) unwritten.delete(id)
    else unwritten.add(id)
    lacking.value = unwritten.size > 0
  }

  /** Into the shelf, as it is now; an open ask that finds no room there is still sent from here. */
  async function write(asked: Asked) {
    try {
      await inTime(means.shelf.put(asked))
      written(asked.id, true)
      means.windows?.changed(asked.id)
    } catch {
      written(asked.id, !open(asks.get(asked.id)))
    }
  }

  async function put(asked: Asked) {
    asks.set(asked.id, asked)
    changed(asked.id)
    if (!open(asked)) written(asked.id, true)
    await write(asked)
  }

  async function drop(id: string) {
    asks.delete(id)
    changed(id)
    written(id, true)
    means.windows?.settled(id)
    await inTime(means.shelf.drop(id)).catch(() => {}) // sent once more after the page was closed: harmless
  }

  function tell(id: string, outcome: Outcome) {
    heard.get(id)?.(outcome)
    heard.delete(id)
  }

  async function refuse(asked: Asked, refusal: Refused['refusal']) {
    await put({ ...asked, refused: refusal })
    tell(asked.id, { is: 'refused', refusal })
  }

  /** Takes one answer in; how long the line has to rest (ms), if it has to. */
  async function take(asked: Asked, answer: Answer): Promise<number | undefined> {
    switch (answer.is) {
      case 'accepted':
        await put({ ...asked, acceptedAt: answer.position })
        tell(asked.id, answer)
        return undefined
      case 'kept':
        await drop(asked.id)
        tell(asked.id, answer)
        return undefined
      case 'refused':
        // The node has it as it was before: the answer had only come too late.
        if (asked.lighter && answer.refusal.code === REUSED)
          return take(asked, { is: 'accepted', position: Number(answer.refusal.facts.position) })
        await refuse(asked, answer.refusal)
        return undefined
      case 'broken': {
        const broke = (asked.broke ?? 0) + 1
        if (broke >= BREAKS) {
          await refuse(asked, { code: 'broken', reason: '', overridable: false, facts: {} })
          return undefined
        }
        await put({ ...asked, broke })
        return RETRY_MS
      }
      case 'waits': {
        const lane = means.lane?.(asked.command)
        if (lane === undefined) return answer.afterMs
        laneRests.set(lane, Date.now() + answer.afterMs)
        later(() => {
          laneRests.delete(lane)
          void flush()
        }, answer.afterMs)
        return undefined
      }
      case 'later':
        return answer.afterMs
      case 'signed-out':
        means.onSignedOut?.()
        return 0
    }
  }

  /** What another window made of an ask meanwhile: true when there is nothing left to do here. */
  async function doneElsewhere(asked: Asked): Promise<boolean> {
    if (!means.windows) return false
    const kept = await inTime(means.shelf.get(asked.id)).catch(() => asked)
    if (kept && !waits(kept)) merge(asked.id, kept)
    else if (!kept && !unwritten.has(asked.id)) void write(asked) // cleared away under this page
    const here = asks.get(asked.id)
    return !here || !waits(here)
  }

  /** Takes over what the shelf says of an ask, unless more is known here. */
  function merge(id: string, kept: Asked) {
    const here = asks.get(id)
    if (waits(kept) && here && (!open(here) || unwritten.has(id))) return
    const last = [...asks.values()].at(-1)
    asks.set(id, kept)
    if (!open(kept)) written(id, true)
    if (!here && last && inOrder(kept, last) < 0) sort()
    if (kept.refused) tell(id, { is: 'refused', refusal: kept.refused })
    else if (kept.acceptedAt !== undefined) tell(id, { is: 'accepted', position: kept.acceptedAt })
    show()
  }

  /** Another window is done with it. */
  function settled(id: string) {
    if (!open(asks.get(id))) return // accepted ones leave by `seen`: the views of this window may not be past them yet
    asks.delete(id)
    written(id, true)
    tell(id, { is: 'accepted', position: 0 })
    show()
  }

  function sort() {
    const sorted = [...asks.values()].sort(inOrder)
    asks.clear()
    for (const asked of sorted) asks.set(asked.id, asked)
  }

  /** One line of asks, sent one after another. */
  function openLine(name: string, bulky: boolean) {
    let flushing: Promise<void> | undefined
    let restTill = 0
    let again = false
    let sending: AbortController | undefined
    const resting = () => Date.now() < restTill

    function next(): Asked | undefined {
      for (const asked of asks.values()) {
        if (!waits(asked) || (asked.bulky ?? false) !== bulky || !mine(asked)) continue
        const lane = means.lane?.(asked.command)
        if (lane === undefined || (laneRests.get(lane) ?? 0) <= Date.now()) return asked
      }
      return undefined
    }

    /** Whoever waits for an answer hears that there is none to be had now. */
    function leave() {
      for (const id of [...heard.keys()]) {
        const asked = asks.get(id)
        if (asked && waits(asked) && (asked.bulky ?? false) === bulky) tell(id, { is: 'waiting' })
      }
    }

    async function drain() {
      for (let asked = next(); asked; asked = next()) {
        if (await doneElsewhere(asked)) continue
        const restMs = await take(asked, await sent(asked))
        if (restMs === undefined) continue
        if (restMs > 0) rest(restMs)
        break
      }
      leave()
    }

    async function sent(asked: Asked): Promise<Answer> {
      sending = new AbortController()
      try {
        return await means.send(asked, sending.signal)
      } catch (failed) {
        if (ranOut(failed) && bulky) await lighten(asked.id)
        else if (ranOut(failed) && bulk.giveWay()) again = true
        throw failed
      } finally {
        sending = undefined
      }
    }

    /** What is under way is broken off and begins anew later; whether there was something. */
    function giveWay(): boolean {
      if (!sending) return false
      rest(GIVE_WAY_MS)
      sending.abort()
      return true
    }

    function rest(afterMs: number) {
      restTill = Date.now() + afterMs
      later(() => {
        restTill = 0
        void flush()
      }, afterMs)
    }

    async function run() {
      try {
        if (!next()) leave()
        else await (means.windows ? means.windows.alone(name, drain, bulky ? BULKY_TURN_MS : undefined) : drain())
      } catch {
        leave() // No network: everything stays until the next flush.
      } finally {
        if (hidden) show()
      }
    }

    async function runs() {
      do {
        again = false
        await run()
      } while (again && !resting())
      flushing = undefined // in the same breath as the last look, so that nobody is missed
    }

    function flush(): Promise<void> {
      if (resting()) return flushing ?? Promise.resolve()
      again = true
      flushing ??= runs()
      return flushing
    }

    return { flush, resting, giveWay }
  }

  async function lighten(id: string) {
    const asked = asks.get(id)
    const command = asked && (await means.smaller?.(asked.command).catch(() => undefined))
    if (asked && command && asks.get(id) === asked) await put({ ...asked, command, lighter: true })
  }

  const line = openLine('asks', false)
  const bulk = openLine('bulk', true)
  const flush = async () => void (await Promise.all([line.flush(), bulk.flush()]))

  means.windows?.onChanged((id, done) => {
    if (done) return settled(id)
    void means.shelf.get(id).then(
      (kept) => kept && merge(id, kept),
      () => {},
    )
  })

  function stamp(): number {
    // A clock that was set back must not bring what this device did out of order.
    lastAt = Math.max(Date.parse(means.now()), lastAt + 1)
    return lastAt
  }

  async function add(asked: Asked): Promise<Outcome> {
    const outcome = new Promise<Outcome>((resolve) => heard.set(asked.id, resolve))
    await put(asked)
    const { flush: send, resting } = asked.bulky ? bulk : line
    if (resting()) tell(asked.id, { is: 'waiting' })
    void send()
    return outcome
  }

  return {
    /** What the account signed in here asked and the views may not hold yet: guesses are made of it. */
    waiting: computed(() => all.value.filter((asked) => !asked.refused && mine(asked))),
    /** What the node would not have, until its author has read it. */
    refused: computed(() =>
      all.value.flatMap((asked): Refused[] =>
        asked.refused && mine(asked) ? [{ asked, refusal: asked.refused }] : [],
      ),
    ),
    /** What still has to go out for who is signed in; when nobody is, for everybody. */
    unsent: computed(() => all.value.filter((asked) => waits(asked) && (means.account() === undefined || mine(asked)))),
    /** What waits for somebody else to sign in here again. */
    others: computed(() => all.value.filter((asked) => waits(asked) && means.account() !== undefined && !mine(asked))),
    /** Something that waits is not written down: it would be lost with the page. */
    unkept: computed(() => lacking.value || (means.shelf.forgets === true && all.value.some(waits))),
    flush,

    /** Writes down what found no room before, and what was cleared away under this page. */
    async keep() {
      const ids = [...asks.values()].filter(open).map((asked) => asked.id)
      const [oldest] = ids.filter((id) => !unwritten.has(id))
      const cleared = oldest !== undefined && !(await inTime(means.shelf.get(oldest)).catch(() => true))
      for (const id of ids) {
        const asked = asks.get(id)
        if (asked && open(asked) && (cleared || unwritten.has(id))) await write(asked)
      }
    },

    /** Brings back what was asked before the page was closed. */
    async restore() {
      for (const kept of await means.shelf.load().catch(() => [])) if (!asks.has(kept.id)) asks.set(kept.id, kept)
      sort()
      for (const asked of asks.values()) lastAt = Math.max(lastAt, Date.parse(asked.at))
      show()
      await flush()
    },

    /** Asks; resolves with what became of it, or `waiting` when there is no answer to be had now. */
    ask(command: Command, options: { override?: string; seenAt?: string } = {}): Promise<Outcome> {
      const at = stamp()
      const device = means.device?.()
      return add({
        id: means.newId(at),
        at: new Date(at).toISOString(),
        account: means.account() ?? '',
        command,
        ...(device && { device }),
        ...(options.override && { override: options.override }),
        ...(options.seenAt && { seenAt: options.seenAt }),
        ...(JSON.stringify(command).length > BULKY_CHARS && { bulky: true }),
      })
    },

    /** Sends what was refused or set aside once more, as it was asked, perhaps with a reason. */
    again(id: string, override?: string): Promise<Outcome | undefined> {
      const found = asks.get(id)
      if (!found?.refused) return Promise.resolve(undefined)
      const { refused, broke, ...asked } = found
      return add({ ...asked, ...(override && { override }) })
    },

    /** Every open view has come past `position`: guesses about it are no longer needed. */
    seen(position: number) {
      batch(() => {
        for (const { id, acceptedAt } of [...asks.values()])
          if (acceptedAt !== undefined && acceptedAt <= position) void drop(id)
        if (hidden) show()
      })
    },

    /** The person has read a refusal. */
    dismiss(id: string) {
      if (!asks.get(id)?.refused) return
      void drop(id)
      show()
    },
  }
}

export type Outbox = ReturnType<typeof openOutbox>
