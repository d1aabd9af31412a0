// The outbox keeps its promises: order, resending, refusals, and guesses that stay until the view has caught up.
import { describe, expect, test, vi } from 'vitest'
import { openOutbox } from './outbox'
import { inMemory } from './shelf'
import type { Answer, Asked, Refusal } from './words'

const BUSY: Refusal = {
  code: 'unit-busy',
  reason: 'BTG-2 sedang di 0230.',
  overridable: true,
  facts: { unit: 'BTG-2' },
}

function device(kept: Asked[] = []) {
  const { shelf } = inMemory()
  const sent: Asked[] = []
  const resting: { run: () => void; afterMs: number }[] = []
  const server = {
    online: true,
    answer: undefined as ((asked: Asked, nth: number) => Answer) | undefined,
    account: 'op' as string | undefined,
  }
  let n = 0
  let position = 0
  const box = openOutbox({
    shelf,
    newId: () => `a${++n}`,
    now: () => '2026-11-24T09:00:00Z',
    account: () => server.account,
    later: (run, afterMs) => void resting.push({ run, afterMs }),
    async send(asked) {
      if (!server.online) throw new Error('no network')
      sent.push(asked)
      await Promise.resolve()
      return server.answer?.(asked, sent.length) ?? { is: 'accepted', position: ++position }
    },
  })
  return { box, server, sent, shelf, resting, ready: Promise.all(kept.map((asked) => shelf.put(asked))) }
}

const kinds = (asks: readonly Asked[]) => asks.map((asked) => asked.command.kind)

describe('outbox', () => {
  test('an ask made offline waits, and goes out with the same id when the network is back', async () => {
    const { box, server, sent } = device()
    server.online = false
    expect(await box.ask({ kind: 'a.one' })).toEqual({ is: 'waiting' })
    expect(box.unsent.value).toHaveLength(1)
    server.online = true
    await box.flush()
    expect(sent.map((asked) => asked.id)).toEqual(['a1'])
    expect(box.unsent.value).toEqual([])
  })

  test('asks go out oldest first, one at a time', async () => {
    const { box, server, sent } = device()
    server.online = false
    for (const kind of ['a.one', 'a.two', 'a.three']) await box.ask({ kind })
    server.online = true
    await Promise.all([box.flush(), box.flush(), box.ask({ kind: 'a.four' })])
    expect(kinds(sent)).toEqual(['a.one', 'a.two', 'a.three', 'a.four'])
  })

  test('an answer lost on the way makes the same ask go out again, not a new one', async () => {
    const { box, server, sent } = device()
    server.answer = (_, nth) => {
      if (nth === 1) throw new Error('connection reset')
      return { is: 'accepted', position: 7 }
    }
    await box.ask({ kind: 'a.one' })
    await box.flush()
    expect(sent.map((asked) => asked.id)).toEqual(['a1', 'a1'])
    expect(box.waiting.value.map((asked) => asked.acceptedAt)).toEqual([7])
  })

  test('a refusal keeps its reason, leaves the queue and lets the next ask through', async () => {
    const { box, server, sent } = device()
    server.answer = (asked) =>
      asked.command.kind === 'a.bad' ? { is: 'refused', refusal: BUSY } : { is: 'accepted', position: 3 }
    const [bad, good] = await Promise.all([box.ask({ kind: 'a.bad' }), box.ask({ kind: 'a.good' })])
    expect(bad).toEqual({ is: 'refused', refusal: BUSY })
    expect(good).toEqual({ is: 'accepted', position: 3 })
    expect(box.refused.value.map((one) => one.refusal.reason)).toEqual(['BTG-2 sedang di 0230.'])
    expect(kinds(sent)).toEqual(['a.bad', 'a.good'])
    box.dismiss('a1')
    expect(box.refused.value).toEqual([])
  })

  test('an accepted ask stays a guess until every open view has come past it', async () => {
    const { box } = device()
    await box.ask({ kind: 'a.one' })
    box.seen(0)
    expect(box.waiting.value).toHaveLength(1)
    box.seen(1)
    expect(box.waiting.value).toEqual([])
  })

  test('asks survive a closed page', async () => {
    const first = device()
    first.server.online = false
    await first.box.ask({ kind: 'a.one' })
    const second = device(await first.shelf.load())
    await second.ready
    await second.box.restore()
    expect(second.sent.map((asked) => asked.id)).toEqual(['a1'])
  })

  test('an ask that broke the node three times is set aside, and the queue goes on', async () => {
    const { box, server, sent, resting } = device()
    server.answer = (asked) => (asked.command.kind === 'a.bad' ? { is: 'broken' } : { is: 'accepted', position: 1 })
    const now = vi.spyOn(Date, 'now')
    let clock = 1000
    now.mockImplementation(() => clock)
    await box.ask({ kind: 'a.bad' })
    const next = box.ask({ kind: 'a.good' })
    for (let i = 0; i < 2; i++) {
      clock += 10_000
      resting.at(-1)?.run()
      await box.flush()
    }
    now.mockRestore()
    await next
    expect(kinds(sent)).toEqual(['a.bad', 'a.bad', 'a.bad', 'a.good'])
    expect(box.refused.value.map((one) => one.refusal.code)).toEqual(['broken'])
  })

  test('429 means later: nothing is lost, nothing is hammered', async () => {
    const { box, server, sent, resting } = device()
    server.answer = (_, nth) => (nth === 1 ? { is: 'later', afterMs: 5000 } : { is: 'accepted', position: 2 })
    expect(await box.ask({ kind: 'a.one' })).toEqual({ is: 'waiting' })
    await box.flush()
    expect(sent).toHaveLength(1)
    expect(resting.map((rest) => rest.afterMs)).toEqual([5000])
    resting[0]?.run()
    await box.flush()
    expect(sent).toHaveLength(2)
  })

  test('an observation kept in quarantine is done for this device', async () => {
    const { box, server } = device()
    server.answer = () => ({ is: 'kept' })
    expect(await box.ask({ kind: 'a.one' })).toEqual({ is: 'kept' })
    expect(box.waiting.value).toEqual([])
  })

  test('what one account asked never goes out under another', async () => {
    const { box, server, sent } = device()
    server.online = false
    await box.ask({ kind: 'a.one' })
    server.online = true
    server.account = 'other'
    await box.flush()
    expect(sent).toEqual([])
    server.account = 'op'
    await box.flush()
    expect(kinds(sent)).toEqual(['a.one'])
  })

  test('a lost sign-in keeps everything for the next one', async () => {
    const { box, server } = device()
    server.answer = () => ({ is: 'signed-out' })
    expect(await box.ask({ kind: 'a.one' })).toEqual({ is: 'waiting' })
    expect(box.unsent.value).toHaveLength(1)
  })
})
