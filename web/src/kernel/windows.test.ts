// Two windows of one browser: every ask goes out once, each window hears what became of its own.
import { describe, expect, test } from 'vitest'
import { openOutbox, type Shelf } from './outbox'
import { inMemory } from './shelf'
import { openWindows } from './windows'
import type { Answer, Asked } from './words'

type Turn = () => Promise<void>

/** Web Locks and a channel as browsers have them, for as many windows as are opened. */
function browser() {
  const turns = new Map<string, Promise<unknown>>()
  const channels = new Set<{ onmessage: ((event: MessageEvent<string>) => void) | null }>()
  const state = { asleep: false }
  const locks = {
    async request(name: string, { signal }: { signal: AbortSignal }, run: Turn) {
      const before = state.asleep ? new Promise<void>(() => {}) : (turns.get(name) ?? Promise.resolve())
      const late = new Promise<never>((_, no) => signal.addEventListener('abort', () => no(signal.reason)))
      const mine = Promise.race([before, late]).then(run)
      turns.set(
        name,
        mine.catch(() => {}),
      )
      return mine
    },
  }
  function open(turnMs = 1000) {
    const channel = {
      onmessage: null as ((event: MessageEvent<string>) => void) | null,
      postMessage(id: string) {
        for (const one of channels)
          if (one !== channel) queueMicrotask(() => one.onmessage?.({ data: id } as MessageEvent<string>))
      },
    }
    channels.add(channel)
    return openWindows(locks as unknown as LockManager, channel as unknown as BroadcastChannel, turnMs)
  }
  return { open, state }
}

function pair() {
  const { shelf } = inMemory()
  const made = browser()
  const sent: Asked[] = []
  const node = { answer: { is: 'accepted', position: 3 } as Answer, online: true }
  let n = 0
  const window = (kept: Shelf = shelf, turnMs?: number) =>
    openOutbox({
      shelf: kept,
      newId: () => `a${++n}`,
      now: () => '2026-11-24T09:00:00Z',
      account: () => 'op',
      windows: made.open(turnMs),
      async send(asked) {
        if (!node.online) throw new Error('no network')
        sent.push(asked)
        await new Promise((resolve) => setTimeout(resolve, 1))
        return node.answer
      },
    })
  return { one: window(), other: window(), window, sent, node, made }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 20))

describe('windows', () => {
  test('what one window asked stands in the other, and goes out once', async () => {
    const { one, other, sent, node } = pair()
    node.online = false
    await one.ask({ kind: 'a.one' })
    await settled()
    expect(other.unsent.value.map((asked) => asked.id)).toEqual(['a1'])
    node.online = true
    await Promise.all([one.flush(), other.flush()])
    await settled()
    expect(sent.map((asked) => asked.id)).toEqual(['a1'])
    expect(other.waiting.value.map((asked) => asked.acceptedAt)).toEqual([3])
  })

  test('asks of both go out in the order they were made, none twice', async () => {
    const { one, other, sent, node } = pair()
    node.online = false
    for (let i = 0; i < 5; i++) {
      await one.ask({ kind: 'a.one' })
      await other.ask({ kind: 'a.other' })
      await settled()
    }
    node.online = true
    await Promise.all([other.flush(), one.flush()])
    await settled()
    expect(sent.map((asked) => asked.id)).toEqual(['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7', 'a8', 'a9', 'a10'])
  })

  test('a window hears what became of its ask when the other one sent it', async () => {
    const { one, other, node } = pair()
    node.answer = { is: 'refused', refusal: { code: 'busy', reason: 'sibuk', overridable: true, facts: {} } }
    const outcome = one.ask({ kind: 'a.one' })
    await other.flush()
    expect((await outcome).is).toBe('refused')
    await settled()
    expect(other.refused.value).toHaveLength(1)
    other.dismiss('a1')
    await settled()
    expect(one.refused.value).toEqual([])
  })

  test('an accepted ask stays a guess in the window whose views are behind', async () => {
    const { one, other } = pair()
    await one.ask({ kind: 'a.one' })
    await settled()
    one.seen(3)
    await settled()
    expect(one.waiting.value).toEqual([])
    expect(other.waiting.value).toHaveLength(1)
    other.seen(3)
    expect(other.waiting.value).toEqual([])
  })

  test('a window that fell asleep in its turn keeps nobody from sending', async () => {
    const { made, window, sent } = pair()
    made.state.asleep = true
    const awake = window(undefined, 20)
    expect(await awake.ask({ kind: 'a.one' })).toEqual({ is: 'accepted', position: 3 })
    expect(sent).toHaveLength(1)
  })

  test('an ask the store would not take is sent from its window, not taken for done elsewhere', async () => {
    const { window, sent, node } = pair()
    const full = { ...inMemory().shelf, put: () => Promise.reject(new DOMException('full', 'QuotaExceededError')) }
    const one = window(full)
    node.online = false
    expect(await one.ask({ kind: 'a.mayday' })).toEqual({ is: 'waiting' })
    await one.flush()
    expect(one.unsent.value).toHaveLength(1)
    node.online = true
    await one.flush()
    expect(sent.map((asked) => asked.command.kind)).toEqual(['a.mayday'])
    expect(one.waiting.value.map((asked) => asked.acceptedAt)).toEqual([3])
    expect(await one.ask({ kind: 'a.note' })).toEqual({ is: 'accepted', position: 3 })
    expect(sent).toHaveLength(2)
  })

  test('what was cleared away under an open window is written down again, and sent', async () => {
    const { shelf } = inMemory()
    const { window, sent, node } = pair()
    const [one, other] = [window(shelf), window(shelf)]
    node.online = false
    await one.ask({ kind: 'a.one' })
    await settled()
    await shelf.drop('a1')
    await one.keep()
    expect((await shelf.load()).map((asked) => asked.id)).toEqual(['a1'])
    await shelf.drop('a1')
    node.online = true
    await Promise.all([one.flush(), other.flush()])
    await settled()
    expect(sent[0]?.id).toBe('a1')
    for (const box of [one, other]) {
      expect(box.unsent.value).toEqual([])
      expect(box.waiting.value.map((asked) => asked.acceptedAt)).toEqual([3])
    }
  })

  test('what another window is done with is done here, also when this one was waiting for it', async () => {
    const { one, other, node } = pair()
    node.online = false
    await one.ask({ kind: 'a.one' })
    await settled()
    node.online = true
    node.answer = { is: 'kept' }
    await one.flush()
    await settled()
    expect(other.unsent.value).toEqual([])
  })

  test('an old state in a full store never brings back what this window knows to be accepted', async () => {
    const { shelf } = inMemory()
    const { window, sent, node } = pair()
    const half: Shelf = {
      ...shelf,
      put: (asked) => (asked.acceptedAt === undefined ? shelf.put(asked) : Promise.reject(new Error('full'))),
    }
    const [one, other] = [window(half), window(half)]
    node.online = false
    await one.ask({ kind: 'a.one' })
    await settled()
    node.online = true
    await one.flush()
    await settled()
    await other.flush()
    await settled()
    await one.flush()
    expect(sent.length).toBeLessThanOrEqual(2)
    expect([one.unsent.value, other.unsent.value]).toEqual([[], []])
  })

  test('a photo that goes out slowly in one window is not sent by the other beside it', async () => {
    const { made } = pair()
    const { shelf } = inMemory()
    let begun = 0
    const slow = () =>
      openOutbox({
        shelf,
        newId: () => 'p1',
        now: () => '2026-11-24T09:00:00Z',
        account: () => 'op',
        windows: made.open(20),
        async send() {
          begun++
          await new Promise((resolve) => setTimeout(resolve, 100))
          return { is: 'accepted', position: 1 }
        },
      })
    const [one, other] = [slow(), slow()]
    const photo = one.ask({ kind: 'a.photo', content: 'x'.repeat(100_000) })
    await settled()
    await other.flush()
    expect(await photo).toEqual({ is: 'accepted', position: 1 })
    expect(begun).toBe(1)
  })
})
