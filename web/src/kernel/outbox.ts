// The outbox: what this device asked and has not yet seen answered. Oldest first, one at a time, resent with the same id.
import { computed, signal } from '@preact/signals'
import type { Answer, Asked, Command, Outcome, Refused } from './words'

/** Sends one ask; rejects when there is no network. */
export type Send = (asked: Asked) => Promise<Answer>

/** Where asks survive a closed page: IndexedDB in the application, a map in tests. */
export type Shelf = {
  load(): Promise<Asked[]>
  put(asked: Asked): Promise<void>
  drop(id: string): Promise<void>
}

export type Means = {
  send: Send
  shelf: Shelf
  newId(): string
  now(): string
  account(): string | undefined
  onSignedOut?(): void
  later?(run: () => void, afterMs: number): void
}

/** An ask that broke the node this often is set aside, shown to its author, and the queue goes on. */
const BREAKS = 3
const RETRY_MS = 2000

export function openOutbox(means: Means) {
  const waiting = signal<readonly Asked[]>([])
  const refused = signal<readonly Refused[]>([])
  const heard = new Map<string, (outcome: Outcome) => void>()
  const later = means.later ?? ((run, afterMs) => void setTimeout(run, afterMs))
  let flushing: Promise<void> | undefined
  let restTill = 0

  const mine = (asked: Asked) => asked.account === means.account()
  const unsent = () => waiting.value.find((asked) => asked.acceptedAt === undefined && mine(asked))

  function replace(next: Asked) {
    waiting.value = waiting.value.map((asked) => (asked.id === next.id ? next : asked))
    return means.shelf.put(next)
  }

  function forget(id: string) {
    waiting.value = waiting.value.filter((asked) => asked.id !== id)
    return means.shelf.drop(id)
  }

  function tell(id: string, outcome: Outcome) {
    heard.get(id)?.(outcome)
    heard.delete(id)
  }

  function set(asked: Asked, refusal: Refused['refusal']) {
    refused.value = [...refused.value, { asked, refusal }]
    tell(asked.id, { is: 'refused', refusal })
    return forget(asked.id)
  }

  /** Takes one answer in; false when the queue has to rest. */
  async function take(asked: Asked, answer: Answer): Promise<boolean> {
    switch (answer.is) {
      case 'accepted':
        await replace({ ...asked, acceptedAt: answer.position })
        tell(asked.id, answer)
        return true
      case 'kept':
        tell(asked.id, answer)
        await forget(asked.id)
        return true
      case 'refused':
        await set(asked, answer.refusal)
        return true
      case 'broken': {
        const broke = (asked.broke ?? 0) + 1
        if (broke >= BREAKS) {
          await set(asked, { code: 'broken', reason: '', overridable: false, facts: {} })
          return true
        }
        await replace({ ...asked, broke })
        rest(RETRY_MS)
        return false
      }
      case 'later':
        rest(answer.afterMs)
        return false
      case 'signed-out':
        means.onSignedOut?.()
        return false
    }
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
      for (let next = unsent(); next; next = unsent()) {
        if (!(await take(next, await means.send(next)))) break
      }
    } catch {
      // No network: everything stays until the next flush.
    } finally {
      for (const asked of waiting.value) if (asked.acceptedAt === undefined) tell(asked.id, { is: 'waiting' })
    }
  }

  function flush(): Promise<void> {
    if (Date.now() < restTill) return flushing ?? Promise.resolve()
    flushing ??= run().finally(() => {
      flushing = undefined
    })
    return flushing
  }

  return {
    waiting: computed(() => waiting.value),
    refused: computed(() => refused.value),
    unsent: computed(() => waiting.value.filter((asked) => asked.acceptedAt === undefined)),
    flush,

    /** Brings back what was asked before the page was closed. */
    async restore() {
      const kept = await means.shelf.load()
      const known = new Set(waiting.value.map((asked) => asked.id))
      waiting.value = [...kept.filter((asked) => !known.has(asked.id)), ...waiting.value].sort((a, b) =>
        a.id < b.id ? -1 : 1,
      )
      await flush()
    },

    /** Asks; resolves with what became of it, or `waiting` when there is no answer to be had now. */
    async ask(command: Command, options: { override?: string; seenAt?: string } = {}): Promise<Outcome> {
      const asked: Asked = {
        id: means.newId(),
        at: means.now(),
        account: means.account() ?? '',
        command,
        ...(options.override && { override: options.override }),
        ...(options.seenAt && { seenAt: options.seenAt }),
      }
      const outcome = new Promise<Outcome>((resolve) => heard.set(asked.id, resolve))
      waiting.value = [...waiting.value, asked]
      await means.shelf.put(asked)
      if (Date.now() < restTill) tell(asked.id, { is: 'waiting' })
      // A flush that was about to end may have missed this ask, hence the second one.
      void flush().then(() => (heard.has(asked.id) ? flush() : undefined))
      return outcome
    },

    /** Every open view has come past `position`: guesses about it are no longer needed. */
    seen(position: number) {
      for (const asked of waiting.value)
        if (asked.acceptedAt !== undefined && asked.acceptedAt <= position) void forget(asked.id)
    },

    /** The person has read a refusal. */
    dismiss(id: string) {
      refused.value = refused.value.filter((one) => one.asked.id !== id)
    },
  }
}

export type Outbox = ReturnType<typeof openOutbox>
