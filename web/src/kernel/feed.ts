// The feed: the node's notices of stale views over server-sent events, with resume, back-off and the state of the line.
import { computed, signal } from '@preact/signals'

export type Notice = { readonly position: number; readonly views: readonly string[] }

/** Opens the stream; the answer's body is read as it comes. */
export type Connect = (lastId: string | undefined, stop: AbortSignal) => Promise<Response>

export type Line = 'connecting' | 'connected' | 'lost' | 'signed-out'

export type Means = {
  connect: Connect
  onNotice(notice: Notice): void
  /** The line is up again (or for the first time). */
  /** With `again`: it stood before. */
  onConnected?(again: boolean): void
  now?(): number
  wait?(ms: number, stop: AbortSignal): Promise<void>
  /** Asks the node for a sign of life when the stream is quiet; rejects when there is none. */
  ping?(stop: AbortSignal): Promise<unknown>
  /** Quiet after which the node is asked for a sign of life; the same again, and the line counts as lost. */
  quietMs?: number
}

export type Frame = { readonly event: string; readonly data: string; readonly id?: string }

/** Splits what has come so far into whole frames and the rest. Comments (heartbeats) are frames without data. */
export function frames(text: string): { readonly whole: readonly Frame[]; readonly rest: string } {
  const parts = text.replace(/\r\n?/g, '\n').split('\n\n')
  const rest = parts.pop() ?? ''
  const whole = parts.map((part) => {
    let event = 'message'
    let id: string | undefined
    const data: string[] = []
    for (const line of part.split('\n')) {
      const at = line.indexOf(':')
      const field = at < 0 ? line : line.slice(0, at)
      const value = at < 0 ? '' : line.slice(at + 1).replace(/^ /, '')
      if (field === 'event') event = value
      if (field === 'data') data.push(value)
      if (field === 'id') id = value
    }
    return { event, data: data.join('\n'), ...(id !== undefined && { id }) }
  })
  return { whole, rest }
}

const sleep = (ms: number, stop: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms)
    stop.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        resolve()
      },
      { once: true },
    )
  })

/** Waits between attempts: short at first, since most losses are short; never long, since a desk must know. */
export const backOff = (attempt: number) => Math.min(400 * 2 ** attempt, 4000)

export function openFeed(means: Means) {
  const now = means.now ?? Date.now
  const wait = means.wait ?? sleep
  // A desk has to say within three seconds that its node is gone, also when no connection is torn down.
  const quiet = means.quietMs ?? 1300
  const line = signal<Line>('connecting')
  const position = signal(0)
  const heardAt = signal(0)
  const since = signal(now())
  let lastId: string | undefined
  let stop = new AbortController()
  let nudge = new AbortController()

  function be(next: Line) {
    if (line.value === next) return
    line.value = next
    since.value = now()
  }

  function heard(frame?: Frame) {
    heardAt.value = now()
    if (frame?.id) lastId = frame.id
    if (frame?.event !== 'stale' || !frame.data) return
    const notice = JSON.parse(frame.data) as Notice
    position.value = Math.max(position.value, notice.position)
    means.onNotice(notice)
  }

  /** Watches over a quiet stream: a stream that neither speaks nor answers a ping is cut. */
  function watch(over: AbortController) {
    let pinged = 0
    const timer = setInterval(() => {
      const still = Math.abs(now() - heardAt.value) // the clock may have been set back
      if (still < quiet) return
      if (pinged && Math.abs(now() - pinged) >= quiet) return over.abort()
      if (pinged) return
      pinged = now()
      means
        .ping?.(over.signal)
        .then(() => {
          pinged = 0
          heard()
        })
        .catch(() => over.abort()) // no network, or no node behind it
    }, quiet / 4)
    return () => clearInterval(timer)
  }

  async function read(answer: Response, over: AbortController) {
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
    if (!reader) return
    const cut = new Promise<never>((_, reject) =>
      over.signal.addEventListener('abort', () => reject(new Error('silent')), { once: true }),
    )
    const unwatch = watch(over)
    let text = ''
    try {
      for (;;) {
        const { value, done } = await Promise.race([reader.read(), cut])
        if (done) return
        const found = frames(text + value)
        text = found.rest
        heard()
        for (const frame of found.whole) heard(frame)
      }
    } finally {
      unwatch()
    }
  }

  async function once(): Promise<boolean> {
    const over = new AbortController()
    const end = () => over.abort()
    stop.signal.addEventListener('abort', end, { once: true })
    try {
      const answer = await means.connect(lastId, over.signal)
      if (answer.status === 401) {
        be('signed-out')
        stop.abort()
        return false
      }
      if (!answer.ok) return false
      be('connected')
      heard()
      means.onConnected?.(lastId !== undefined)
      await read(answer, over)
      return true
    } catch {
      return line.value === 'connected'
    } finally {
      over.abort()
      stop.signal.removeEventListener('abort', end)
    }
  }

  async function run() {
    for (let attempt = 0; !stop.signal.aborted; attempt++) {
      if (await once()) attempt = 0
      if (stop.signal.aborted) return
      be('lost')
      nudge = new AbortController()
      const both = AbortSignal.any([stop.signal, nudge.signal])
      await wait(backOff(attempt), both)
    }
  }

  return {
    line: computed(() => line.value),
    position: computed(() => position.value),
    /** When the node was last heard (ms). */
    heardAt: computed(() => heardAt.value),
    /** When the line took its present state (ms). */
    since: computed(() => since.value),
    start() {
      stop = new AbortController()
      be('connecting')
      return run()
    },
    /** The device says that the network is back: try at once. */
    nudge: () => nudge.abort(),
    stop: () => stop.abort(),
  }
}

export type Feed = ReturnType<typeof openFeed>
