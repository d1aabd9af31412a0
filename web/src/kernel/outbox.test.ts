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

function device(kept: Asked[] = [], { shelf } = inMemory()) {
  const sent: Asked[] = []
  const resting: { run: () => void; afterMs: number }[] = []
  const server = {
    online: true,
    answer: undefined as ((asked: Asked, nth: number) => Answer) | undefined,
    account: 'op' as string | undefined,
    clock: '2026-11-24T09:00:00Z',
  }
  let n = 0
  let position = 0
  const box = openOutbox({
    shelf,
    newId: () => `a${++n}`,
    now: () => server.clock,
    account: () => server.account,
    lane: (command) => (command.order ? String(command.order) : undefined),
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

const settled = () => new Promise((resolve) => setTimeout(resolve, 5))
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

  test('a refusal is still there after the page was closed, until its author has read it', async () => {
    const first = device()
    first.server.answer = () => ({ is: 'refused', refusal: BUSY })
    await first.box.ask({ kind: 'a.bad' })
    const second = device(await first.shelf.load())
    await second.ready
    await second.box.restore()
    expect(second.box.refused.value.map((one) => one.refusal)).toEqual([BUSY])
    expect(second.sent).toEqual([])
    second.box.dismiss('a1')
    expect(second.box.refused.value).toEqual([])
    expect(await second.shelf.load()).toEqual([])
  })

  test('what was refused or set aside can be sent once more, as it was asked', async () => {
    const { box, server, sent } = device()
    server.answer = () => ({ is: 'refused', refusal: BUSY })
    await box.ask({ kind: 'a.bad' }, { seenAt: '2026-11-24T08:59:00Z' })
    server.answer = () => ({ is: 'accepted', position: 4 })
    expect(await box.again('a1', 'perlu sekarang')).toEqual({ is: 'accepted', position: 4 })
    expect(box.refused.value).toEqual([])
    expect(sent[1]).toMatchObject({ id: 'a1', at: sent[0]?.at, seenAt: sent[0]?.seenAt, override: 'perlu sekarang' })
  })

  test('a refusal is for its author alone, and waits for him', async () => {
    const { box, server } = device()
    server.answer = () => ({ is: 'refused', refusal: BUSY })
    await box.ask({ kind: 'a.bad' })
    server.account = 'other'
    await box.restore()
    expect(box.refused.value).toEqual([])
    server.account = 'op'
    await box.restore()
    expect(box.refused.value).toHaveLength(1)
  })

  test('what somebody else asked here is counted, not laid over what this person sees', async () => {
    const { box, server } = device()
    server.online = false
    await box.ask({ kind: 'a.one' })
    server.account = 'other'
    await box.restore()
    expect([box.waiting.value, box.unsent.value]).toEqual([[], []])
    expect(kinds(box.others.value)).toEqual(['a.one'])
    server.account = undefined
    await box.restore()
    expect(kinds(box.unsent.value)).toEqual(['a.one'])
  })

  test('orders nobody decides about wait in their order; observations overtake them', async () => {
    const { box, server, sent, resting } = device()
    let decided = false
    server.answer = (asked) =>
      asked.command.order === 'i1' && !decided ? { is: 'waits', afterMs: 5000 } : { is: 'accepted', position: 9 }
    let clock = 1000
    const now = vi.spyOn(Date, 'now').mockImplementation(() => clock)
    expect(await box.ask({ kind: 'order.one', order: 'i1' })).toEqual({ is: 'waiting' })
    expect(await box.ask({ kind: 'order.two', order: 'i1' })).toEqual({ is: 'waiting' })
    expect(await box.ask({ kind: 'seen' })).toEqual({ is: 'accepted', position: 9 })
    expect(await box.ask({ kind: 'order.other', order: 'i2' })).toEqual({ is: 'accepted', position: 9 })
    expect(kinds(sent)).toEqual(['order.one', 'seen', 'order.other'])
    decided = true
    clock += 5000
    resting.at(-1)?.run()
    await box.flush()
    now.mockRestore()
    expect(kinds(sent).slice(3)).toEqual(['order.one', 'order.two'])
    expect(box.unsent.value).toEqual([])
  })

  test('a clock that was set back brings nothing out of order', async () => {
    const { box, server } = device()
    server.online = false
    await box.ask({ kind: 'a.one' })
    server.clock = '2026-11-24T08:51:00Z'
    await box.ask({ kind: 'a.two' })
    await box.ask({ kind: 'a.three' })
    const times = box.waiting.value.map((asked) => asked.at)
    expect([...times].sort()).toEqual(times)
    expect(new Set(times).size).toBe(3)
    const second = device(box.waiting.value.map((asked) => ({ ...asked, id: `z${asked.id}` })))
    second.server.online = false
    second.server.clock = '2020-01-01T00:00:00Z'
    await second.ready
    await second.box.restore()
    await second.box.ask({ kind: 'a.four' })
    expect(kinds(second.box.waiting.value).at(-1)).toBe('a.four')
    expect(second.box.waiting.value.at(-1)?.at.slice(0, 16)).toBe('2026-11-24T09:00')
  })

  test('a photo on a slow line holds up nobody', async () => {
    const { box, server, sent } = device()
    let release = () => {}
    const hold = new Promise<void>((resolve) => {
      release = resolve
    })
    const { shelf } = inMemory()
    const slow = openOutbox({
      shelf,
      newId: (at) => String(at),
      now: () => server.clock,
      account: () => 'op',
      async send(asked) {
        if (asked.command.kind === 'a.photo') await hold
        sent.push(asked)
        return { is: 'accepted', position: 1 }
      },
    })
    const photo = slow.ask({ kind: 'a.photo', content: 'x'.repeat(100_000) })
    expect(await slow.ask({ kind: 'a.seen' })).toEqual({ is: 'accepted', position: 1 })
    expect(kinds(sent)).toEqual(['a.seen'])
    release()
    expect(await photo).toEqual({ is: 'accepted', position: 1 })
    expect(box.unsent.value).toEqual([])
  })

  const late = () => new DOMException('late', 'TimeoutError')

  test('a photo that ran out of time goes out smaller, under its own id', async () => {
    const { shelf } = inMemory()
    const sent: Asked[] = []
    const box = openOutbox({
      shelf,
      newId: () => 'p1',
      now: () => '2026-11-24T09:00:00Z',
      account: () => 'op',
      smaller: async (command) => ({ ...command, content: 'x'.repeat(40_000) }),
      async send(asked) {
        sent.push(asked)
        if (sent.length === 1) throw late()
        return { is: 'accepted', position: 1 }
      },
    })
    expect(await box.ask({ kind: 'a.photo', content: 'x'.repeat(100_000) })).toEqual({ is: 'waiting' })
    expect(String((await shelf.get('p1'))?.command.content)).toHaveLength(40_000)
    await box.flush()
    expect(sent.map(({ id, command }) => [id, String(command.content).length])).toEqual([
      ['p1', 100_000],
      ['p1', 40_000],
    ])
  })

  test('a photo whose larger self the node already has, its answer lost, is accepted and not refused', async () => {
    let tries = 0
    const refusal = { code: 'ask-id-reused', reason: '', overridable: false, facts: { id: 'p1', position: 7 } }
    const box = openOutbox({
      shelf: inMemory().shelf,
      newId: () => 'p1',
      now: () => '2026-11-24T09:00:00Z',
      account: () => 'op',
      smaller: async (command) => ({ ...command, content: 'x'.repeat(40_000) }),
      async send() {
        if (++tries === 1) throw late()
        return { is: 'refused', refusal }
      },
    })
    await box.ask({ kind: 'a.photo', content: 'x'.repeat(100_000) })
    await box.flush()
    expect(box.refused.value).toEqual([])
    expect(box.waiting.value.map((asked) => asked.acceptedAt)).toEqual([7])
  })

  test('a photo gives the line up to what does not get through beside it, and goes on later', async () => {
    const { shelf } = inMemory()
    const done: string[] = []
    const resting: { run: () => void; afterMs: number }[] = []
    let photos = 0
    const box = openOutbox({
      shelf,
      newId: (at) => String(at),
      now: () => '2026-11-24T09:00:00Z',
      account: () => 'op',
      later: (run, afterMs) => void resting.push({ run, afterMs }),
      async send(asked, stop) {
        if (asked.bulky && ++photos === 1)
          return new Promise((_, no) => stop.addEventListener('abort', () => no(new DOMException('', 'AbortError'))))
        if (!asked.bulky && photos === 1 && resting.length === 0) throw late()
        done.push(asked.command.kind)
        return { is: 'accepted', position: 1 }
      },
    })
    const photo = box.ask({ kind: 'a.photo', content: 'x'.repeat(100_000) })
    await Promise.resolve()
    expect(await box.ask({ kind: 'a.mayday' })).toEqual({ is: 'waiting' })
    expect(await photo).toEqual({ is: 'waiting' })
    await settled()
    expect(done).toEqual(['a.mayday'])
    const clock = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + (resting[0]?.afterMs ?? 0))
    resting[0]?.run()
    await box.flush()
    clock.mockRestore()
    expect(done).toEqual(['a.mayday', 'a.photo'])
  })

  test('a device that cannot write an ask down says so, and sends it all the same', async () => {
    const cupboard = inMemory()
    const { box, server, sent } = device([], {
      ...cupboard,
      shelf: { ...cupboard.shelf, put: () => Promise.reject(new Error()) },
    })
    server.online = false
    expect(await box.ask({ kind: 'a.one' })).toEqual({ is: 'waiting' })
    expect(box.unkept.value).toBe(true)
    server.online = true
    expect(await box.ask({ kind: 'a.two' })).toEqual({ is: 'accepted', position: 2 })
    expect(box.unkept.value).toBe(false)
    expect(kinds(sent)).toEqual(['a.one', 'a.two'])
  })

  test('what the store would not take stays said until it is sent or written, whatever else was written since', async () => {
    const cupboard = inMemory()
    const room = { left: false }
    const put = (asked: Asked) =>
      room.left || asked.command.kind !== 'a.large' ? cupboard.shelf.put(asked) : Promise.reject(new Error('full'))
    const { box, server, shelf } = device([], { ...cupboard, shelf: { ...cupboard.shelf, put } })
    server.online = false
    await box.ask({ kind: 'a.large' })
    await box.ask({ kind: 'a.small' })
    expect(box.unkept.value).toBe(true)
    room.left = true
    await box.keep()
    expect(box.unkept.value).toBe(false)
    expect(kinds(await shelf.load()).sort()).toEqual(['a.large', 'a.small'])
    room.left = false
    await box.ask({ kind: 'a.large' })
    expect(box.unkept.value).toBe(true)
    server.online = true
    await box.flush()
    expect(box.unkept.value).toBe(false)
  })

  test('where nothing is kept when the page closes, that is said as long as something waits', async () => {
    const cupboard = inMemory()
    const { box, server } = device([], { ...cupboard, shelf: { ...cupboard.shelf, forgets: true } })
    expect(box.unkept.value).toBe(false)
    server.online = false
    await box.ask({ kind: 'a.one' })
    expect(box.unkept.value).toBe(true)
    server.online = true
    await box.flush()
    expect(box.unkept.value).toBe(false)
  })

  test('a store that never answers keeps nobody from sending', async () => {
    vi.useFakeTimers()
    const cupboard = inMemory()
    const never = () => new Promise<never>(() => {})
    const { box, sent } = device([], { ...cupboard, shelf: { ...cupboard.shelf, put: never, drop: never } })
    const outcome = box.ask({ kind: 'a.one' })
    await vi.advanceTimersByTimeAsync(10_000)
    vi.useRealTimers()
    expect(kinds(sent)).toEqual(['a.one'])
    expect(await outcome).toEqual({ is: 'accepted', position: 1 })
  })

  test('a store that cannot be read keeps nobody from sending', async () => {
    const cupboard = inMemory()
    const load = () => Promise.reject(new Error('gone'))
    const { box, server, sent } = device([], { ...cupboard, shelf: { ...cupboard.shelf, load } })
    server.online = false
    await box.ask({ kind: 'a.one' })
    server.online = true
    await box.restore()
    expect(kinds(sent)).toEqual(['a.one'])
  })

  test('a queue of thousands drains without being copied for each of them', async () => {
    const { box, server, sent } = device()
    server.online = false
    const count = 4000
    for (let n = 0; n < count; n++) void box.ask({ kind: 'a.one', n })
    await box.flush()
    let shown = 0
    const stop = box.unsent.subscribe(() => shown++)
    server.online = true
    const began = performance.now()
    await box.flush()
    stop()
    expect(sent).toHaveLength(count)
    expect(box.unsent.value).toEqual([])
    expect(shown).toBeLessThan(100)
    expect(performance.now() - began).toBeLessThan(5000)
    expect(sent.map((asked) => asked.command.n)).toEqual([...Array(count).keys()])
  })
})
