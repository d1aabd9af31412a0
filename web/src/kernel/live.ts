// Live views: what the node confirmed, with this device's unanswered asks laid over it as guesses.
import { batch, computed, type ReadonlySignal, signal } from '@preact/signals'
import { idle } from './idle'
import type { Outbox } from './outbox'
import { kept } from './sameness'
import type { Asked } from './words'
import { written } from './written'

/** A view as the node answers it; rows are absent when nothing changed (304). */
export type Shown<Row> = { readonly position: number; readonly rows?: readonly Row[]; readonly etag?: string }

export type ViewOptions<Row> = {
  readonly guess?: Guess<Row>
  /** Its picture survives a closed page. */
  readonly keep?: boolean
  /** It is not what a person waits for: it is asked for when the page stands. */
  readonly later?: boolean
}

export type Fetch = (
  name: string,
  params: Readonly<Record<string, string>>,
  etag: string | undefined,
) => Promise<Shown<unknown>>

/** Pictures of views that survive a closed page, to show something true, with its age, when the node is away. */
export type Pictures = {
  load(key: string): Promise<{ at: number; position: number; rows: readonly unknown[] } | undefined>
  save(key: string, at: number, position: number, rows: readonly unknown[]): Promise<void>
}

/** How rows will look if the node agrees to an ask. */
export type Guess<Row> = {
  (rows: readonly Row[], asked: Asked): readonly Row[]
  /** The node orders what happened by when it was seen, not by when it was told. */
  readonly bySeen?: boolean
}

/** A guess whose asks are laid in the order they were seen. */
export const bySeen = <Row>(guess: (rows: readonly Row[], asked: Asked) => readonly Row[]): Guess<Row> =>
  Object.assign((rows: readonly Row[], asked: Asked) => guess(rows, asked), { bySeen: true })

/** Asks in the order a guess wants them. */
export function laid(guess: { readonly bySeen?: boolean }, asks: readonly Asked[]): readonly Asked[] {
  if (!guess.bySeen) return asks
  const seen = asks.map((asked) => [written(asked.seenAt ?? asked.at), asked] as const)
  return seen
    .sort(([a, one], [b, other]) => (a === b ? (one.id < other.id ? -1 : 1) : a < b ? -1 : 1))
    .map(([, one]) => one)
}

export type ViewState = 'loading' | 'stored' | 'live' | 'failed'

export type LiveView<Row> = {
  readonly name: string
  readonly key: string
  readonly rows: ReadonlySignal<readonly Row[]>
  readonly confirmed: ReadonlySignal<readonly Row[]>
  readonly position: ReadonlySignal<number>
  /** When the node last confirmed this picture (device time, ms). */
  readonly at: ReadonlySignal<number>
  readonly state: ReadonlySignal<ViewState>
  refresh(): Promise<void>
  close(): void
}

type Open = {
  readonly name: string
  /** Has been asked for; before, the first look is still to come. */
  begun(): boolean
  refresh(): Promise<void>
  /** The feed said that everything up to `position` left this view as it is. */
  unchanged(position: number): void
  /** Writes the picture that waits to be written, or lets it be. */
  keepNow(): void
  dropPicture(): void
  readonly position: ReadonlySignal<number>
}

export type Means = {
  fetch: Fetch
  outbox: Pick<Outbox, 'waiting' | 'seen'>
  pictures?: Pictures
  now?(): number
}

/** How often a view is asked for again while its rows change without end, and how many rows are a long list. */
const OFTEN_MS = 150
const LONG_MS = 600
const LONG = 100
/** So many changes in a row are shown at once before a view keeps to that pace. */
const AT_ONCE = 4
/** A picture is for a page that is closed: writing it costs as much as drawing it, so not at every change. */
const PICTURE_MS = 3000
/** The first one is written when what it shows stands on the screen. */
const FIRST_PICTURE_MS = 500

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** A view that parts of a page look at together. */
type Together<Row> = { readonly view: LiveView<Row>; readonly options: ViewOptions<Row>; lookers: number }

export function openViews(means: Means) {
  const open = new Set<Open>()
  const together = new Map<string, Together<unknown>[]>()
  const now = means.now ?? Date.now

  /** An ask leaves the outbox when every open view is past it. */
  function settle() {
    if (open.size) means.outbox.seen(Math.min(...[...open].map((view) => view.position.value)))
  }

  /** A view of the node; parts of a page that look at the same in the same way share it, so that it is asked for once. */
  function view<Row>(
    name: string,
    params: Readonly<Record<string, string>> = {},
    options: ViewOptions<Row> = {},
  ): LiveView<Row> {
    const key = `${name}?${new URLSearchParams(params)}`
    const there = (together.get(key) ?? []) as Together<Row>[]
    const alike = there.find(
      (one) =>
        one.options.guess === options.guess &&
        one.options.keep === options.keep &&
        (one.options.later === options.later || one.view.state.peek() !== 'loading'),
    )
    const shared = alike ?? { view: opened(name, key, params, options), options, lookers: 0 }
    shared.lookers++
    if (alike?.view.state.peek() === 'failed') void alike.view.refresh()
    if (!alike) together.set(key, [...there, shared] as Together<unknown>[])
    let looks = true
    return {
      ...shared.view,
      close() {
        if (!looks) return
        looks = false
        if (--shared.lookers) return
        const left = together.get(key)?.filter((one) => one !== (shared as Together<unknown>)) ?? []
        if (left.length) together.set(key, left)
        else together.delete(key)
        shared.view.close()
      },
    }
  }

  function opened<Row>(
    name: string,
    key: string,
    params: Readonly<Record<string, string>>,
    options: ViewOptions<Row>,
  ): LiveView<Row> {
    const confirmed = signal<readonly Row[]>([])
    const position = signal(-1)
    const at = signal(0)
    const state = signal<ViewState>('loading')
    let etag: string | undefined
    let running: Promise<void> | undefined
    let again = false
    let closed = false
    let begun = !options.later

    const rows = computed(() => {
      const { guess } = options
      if (!guess) return confirmed.value
      const asks = means.outbox.waiting.value.filter(
        (asked) => asked.acceptedAt === undefined || asked.acceptedAt > position.value,
      )
      return laid(guess, asks).reduce((rows, asked) => guess(rows, asked), confirmed.value)
    })

    let looked: Promise<void> | undefined
    async function load() {
      try {
        const shown = (await means.fetch(name, params, etag)) as Shown<Row>
        if (closed) return
        if (shown.position < position.value && state.value !== 'stored') return
        batch(() => {
          if (shown.rows) confirmed.value = kept(confirmed.value, shown.rows)
          position.value = shown.position
          etag = shown.etag ?? etag
          at.value = now()
          state.value = 'live'
          settle()
        })
        if (options.keep && shown.rows) picture()
      } catch {
        await looked // what this device kept comes before the word that there is nothing
        if (state.value === 'loading') state.value = 'failed'
      }
    }

    /** Keeps what is shown now: at once if that is long ago, else when it is. */
    let savedAt = Number.NEGATIVE_INFINITY
    let saving: ReturnType<typeof setTimeout> | undefined
    function save() {
      clearTimeout(saving)
      saving = undefined
      savedAt = now()
      void means.pictures?.save(key, at.value, position.value, confirmed.value)
    }
    function picture() {
      const wait = Math.min(savedAt + PICTURE_MS - now(), PICTURE_MS) // a clock may be set back
      saving ??= setTimeout(save, Math.max(wait, FIRST_PICTURE_MS))
    }

    /** A single change is shown at once; of a flood, the pace is what a list of that length allows. */
    let paid = 0
    function breath(): Promise<void> | undefined {
      const step = confirmed.value.length > LONG ? LONG_MS : OFTEN_MS
      const begins = now()
      paid = Math.min(Math.max(paid + step, begins), begins + (AT_ONCE + 1) * step) // a clock may be set back
      const wait = paid - begins - AT_ONCE * step
      return wait > 0 ? sleep(wait) : undefined
    }

    function refresh(): Promise<void> {
      if (running) {
        again = true
        return running
      }
      running = (async () => {
        do {
          const pause = breath()
          if (pause) await pause
          again = false
          if (!closed) await load()
        } while (again && !closed)
      })().finally(() => {
        running = undefined
      })
      return running
    }

    const self: Open = {
      name,
      position,
      begun: () => begun,
      refresh,
      keepNow() {
        if (saving) save()
      },
      dropPicture() {
        clearTimeout(saving)
        saving = undefined
      },
      unchanged(to) {
        if (running || state.value !== 'live' || to <= position.value) return
        position.value = to
        at.value = now()
      },
    }
    open.add(self)

    if (options.keep)
      looked = means.pictures?.load(key).then(
        (picture) => {
          if (!picture || closed || state.value === 'live') return
          batch(() => {
            confirmed.value = picture.rows as readonly Row[]
            position.value = picture.position
            at.value = picture.at
            state.value = 'stored'
          })
        },
        () => {}, // it cannot be read: as if there were none
      )
    if (options.later)
      void idle().then(() => {
        begun = true
        if (!closed) void refresh()
      })
    else void refresh()

    return {
      name,
      key,
      rows,
      confirmed,
      position,
      at,
      state,
      refresh,
      close() {
        closed = true
        if (saving) save()
        open.delete(self)
        settle()
      },
    }
  }

  return {
    view,
    /** A notice of the feed: these views are stale, all others are as they were up to `position`. */
    stale(position: number, names: readonly string[]) {
      for (const one of open) {
        if (names.includes(one.name)) void one.refresh()
        else one.unchanged(position)
      }
      settle()
    },
    /**
     * The first word of a line that has just come to stand: what is older than it is asked for at once. The rest was read
     * moments ago; what changes without moving the log may have changed since, so it is looked at too, after all else.
     */
    async reached(position: number) {
      const all = [...open].filter((one) => one.begun())
      const behind = all.filter((one) => one.position.peek() < position)
      await Promise.all(behind.map((one) => one.refresh()))
      for (const one of all) {
        if (behind.includes(one) || !open.has(one)) continue
        await idle()
        await one.refresh()
      }
    },
    /** The page is being left: pictures that wait to be written are written now. */
    keepNow() {
      for (const one of open) one.keepNow()
    },
    /** Who was signed in has left: what waits to be written is not. */
    dropPictures() {
      for (const one of open) one.dropPicture()
    },
    /** After a lost connection nothing is taken for granted. */
    refreshAll() {
      return Promise.all([...open].map((one) => one.refresh()))
    },
  }
}

export type Views = ReturnType<typeof openViews>
