// Live views converge to the node's picture, whatever order answers and notices come in.
import { describe, expect, test } from 'vitest'
import { openViews, type Shown } from './live'
import { openOutbox } from './outbox'
import { inMemory } from './shelf'
import type { Asked } from './words'

type Row = { unit: string; status: string; pending?: boolean }

const guess = (rows: readonly Row[], { command }: Asked): readonly Row[] =>
  command.kind !== 'unit.set'
    ? rows
    : rows.map((row) => (row.unit === command.unit ? { ...row, status: String(command.status), pending: true } : row))

/** A node small enough to hold in a hand: one table, one log. */
function node() {
  let position = 0
  let changed = 0
  const units = new Map<string, string>([
    ['E1', 'ready'],
    ['E2', 'ready'],
  ])
  const state = { online: true, refuse: false, hold: undefined as Promise<void> | undefined, fetches: 0, other: 0 }
  const cupboard = inMemory()
  let n = 0
  const outbox = openOutbox({
    shelf: cupboard.shelf,
    newId: () => `a${++n}`,
    now: () => '2026-11-24T09:00:00Z',
    account: () => 'op',
    async send(asked) {
      if (!state.online) throw new Error('no network')
      if (state.refuse)
        return { is: 'refused', refusal: { code: 'busy', reason: 'sibuk', overridable: true, facts: {} } }
      return { is: 'accepted', position: set(String(asked.command.unit), String(asked.command.status)) }
    },
  })
  function set(unit: string, status: string) {
    units.set(unit, status)
    changed = ++position
    return position
  }
  const views = openViews({
    outbox,
    pictures: cupboard.pictures,
    async fetch(_, __, etag): Promise<Shown<unknown>> {
      state.fetches++
      const picture = [...units].map(([unit, status]) => ({ unit, status }))
      const at = position
      const tag = `v${changed}`
      if (state.hold) await state.hold
      if (!state.online) throw new Error('no network')
      return etag === tag ? { position: at } : { position: at, rows: picture, etag: tag }
    },
  })
  const elsewhere = () => ++position
  return { outbox, views, set, state, elsewhere, position: () => position, cupboard }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0))

describe('live views', () => {
  test('a change made offline shows at once, as pending', async () => {
    const { outbox, views, state } = node()
    const board = views.view<Row>('units', {}, { guess })
    await settled()
    state.online = false
    await outbox.ask({ kind: 'unit.set', unit: 'E1', status: 'assigned' })
    expect(board.rows.value[0]).toEqual({ unit: 'E1', status: 'assigned', pending: true })
    expect(board.confirmed.value[0]).toEqual({ unit: 'E1', status: 'ready' })
  })

  test('parts of a page that look at the same ask for it once, as long as one of them looks', async () => {
    const { views, set, state } = node()
    const [one, other] = [views.view<Row>('units', {}, { guess }), views.view<Row>('units', {}, { guess })]
    const plain = views.view<Row>('units')
    await settled()
    expect(state.fetches).toBe(2) // one with the guess, one without
    plain.close()
    one.close()
    one.close()
    views.stale(set('E1', 'assigned'), ['units'])
    await settled()
    expect(state.fetches).toBe(3)
    expect(other.rows.value[0]?.status).toBe('assigned')
    other.close()
    views.stale(set('E1', 'ready'), ['units'])
    await settled()
    expect(state.fetches).toBe(3)
    expect(views.view<Row>('units', {}, { guess }).state.value).toBe('loading')
  })

  test('who joins a view that failed has it asked for again', async () => {
    const { views, state } = node()
    state.online = false
    const first = views.view<Row>('units')
    await settled()
    expect(first.state.value).toBe('failed')
    state.online = true
    const second = views.view<Row>('units')
    await settled()
    expect([first.state.value, second.rows.value.length]).toEqual(['live', 2])
  })

  test('it stays pending until the view has caught up, and leaves the outbox then', async () => {
    const { outbox, views } = node()
    const board = views.view<Row>('units', {}, { guess })
    await settled()
    await outbox.ask({ kind: 'unit.set', unit: 'E1', status: 'assigned' })
    expect(board.rows.value[0]?.pending).toBe(true)
    views.stale(1, ['units'])
    await settled()
    expect(board.rows.value[0]).toEqual({ unit: 'E1', status: 'assigned' })
    expect(outbox.waiting.value).toEqual([])
  })

  test('a refusal after reconnecting puts the row back and keeps the reason', async () => {
    const { outbox, views, state } = node()
    const board = views.view<Row>('units', {}, { guess })
    await settled()
    state.online = false
    await outbox.ask({ kind: 'unit.set', unit: 'E1', status: 'assigned' })
    Object.assign(state, { online: true, refuse: true })
    await outbox.flush()
    expect(board.rows.value[0]).toEqual({ unit: 'E1', status: 'ready' })
    expect(outbox.refused.value.map((one) => one.refusal.reason)).toEqual(['sibuk'])
  })

  test('with several views an ask is laid over each until that one is past it', async () => {
    const { outbox, views, state } = node()
    const fast = views.view<Row>('units', { of: '1' }, { guess })
    const slow = views.view<Row>('board', {}, { guess })
    await settled()
    await outbox.ask({ kind: 'unit.set', unit: 'E2', status: 'assigned' })
    await fast.refresh()
    expect(fast.rows.value[1]?.pending).toBeUndefined()
    expect(slow.rows.value[1]?.pending).toBe(true)
    expect(outbox.waiting.value).toHaveLength(1)
    await slow.refresh()
    expect(outbox.waiting.value).toEqual([])
    expect(state.fetches).toBe(4)
  })

  test('a notice about other views moves this one on without asking the node again', async () => {
    const { outbox, views, state, elsewhere } = node()
    const board = views.view<Row>('units')
    await settled()
    await outbox.ask({ kind: 'other.thing' })
    const before = state.fetches
    views.stale(elsewhere(), ['other'])
    expect(board.position.value).toBe(2)
    expect(outbox.waiting.value).toEqual([])
    expect(state.fetches).toBe(before)
  })

  test('an answer that says nothing new draws nothing anew', async () => {
    const { views, set } = node()
    const board = views.view<Row>('units')
    await settled()
    const [rows, first] = [board.rows.value, board.rows.value[0]]
    views.stale(set('E1', 'ready'), ['units'])
    await settled()
    expect(board.rows.value).toBe(rows)
    views.stale(set('E2', 'arrived'), ['units'])
    await settled()
    expect(board.rows.value).not.toBe(rows)
    expect(board.rows.value[0]).toBe(first)
  })

  test('in a flood of changes a view keeps a pace, and ends with the last one', async () => {
    const { views, set, state } = node()
    const board = views.view<Row>('units')
    await settled()
    const before = state.fetches
    for (let n = 0; n < 40; n++) {
      views.stale(set('E1', `status-${n}`), ['units'])
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    await new Promise((resolve) => setTimeout(resolve, 600))
    expect(board.rows.value[0]?.status).toBe('status-39')
    expect(state.fetches - before).toBeLessThan(14)
  })

  test('the first word of a line moves views on that are behind it, at once', async () => {
    const { views, set } = node()
    const board = views.view<Row>('units')
    await settled()
    await views.reached(set('E1', 'arrived'))
    expect(board.rows.value[0]?.status).toBe('arrived')
  })

  test('what may come later is asked for later, and then followed like any other', async () => {
    const { views, set, state } = node()
    const board = views.view<Row>('units', {}, { later: true })
    await settled()
    expect(state.fetches).toBe(0)
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(state.fetches).toBe(1)
    views.stale(set('E1', 'arrived'), ['units'])
    await settled()
    expect(board.rows.value[0]?.status).toBe('arrived')
  })

  test('who leaves takes along the pictures that were still to be written', async () => {
    const { views, set, cupboard } = node()
    views.view<Row>('units', {}, { keep: true })
    await settled()
    views.stale(set('E1', 'arrived'), ['units'])
    await settled()
    views.dropPictures()
    await cupboard.clearPictures()
    views.keepNow()
    expect(await cupboard.stored()).toEqual([])
  })

  test('a page that is being left writes the picture that waits', async () => {
    const { views, set, cupboard } = node()
    views.view<Row>('units', {}, { keep: true })
    await settled()
    views.stale(set('E1', 'arrived'), ['units'])
    await settled()
    views.keepNow()
    expect((await cupboard.pictures.load('units?'))?.rows[0]).toEqual({ unit: 'E1', status: 'arrived' })
  })

  test('a notice that comes while an answer is on its way makes it ask again', async () => {
    const { views, state, set } = node()
    let release = () => {}
    state.hold = new Promise((resolve) => {
      release = () => resolve()
    })
    const board = views.view<Row>('units')
    await settled()
    set('E1', 'arrived')
    views.stale(1, ['units'])
    state.hold = undefined
    release()
    await settled()
    expect(board.rows.value[0]?.status).toBe('arrived')
    expect(board.position.value).toBe(1)
  })

  test('after any mixture of own and foreign changes the picture equals the node’s', async () => {
    const { outbox, views, state, set, position } = node()
    const board = views.view<Row>('units', {}, { guess })
    await settled()
    let seed = 11
    const random = (n: number) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n
    const words = ['ready', 'assigned', 'on-the-way', 'arrived']
    for (let i = 0; i < 60; i++) {
      state.online = random(4) > 0
      const unit = `E${1 + random(2)}`
      const status = words[random(4)] ?? 'ready'
      if (random(2)) await outbox.ask({ kind: 'unit.set', unit, status })
      else set(unit, status)
      if (random(3) === 0) views.stale(position(), ['units'])
      if (random(5) === 0) await settled()
    }
    state.online = true
    await outbox.flush()
    await views.refreshAll()
    await settled()
    expect(outbox.waiting.value).toEqual([])
    expect(board.rows.value).toEqual(board.confirmed.value)
    expect(board.position.value).toBe(position())
  })

  test('without the node the kept picture shows, with the time it was true', async () => {
    const first = node()
    first.set('E1', 'arrived')
    const kept = first.views.view<Row>('units', {}, { keep: true })
    await settled()
    first.views.keepNow()
    const picture = await first.cupboard.pictures.load(kept.key)
    expect(picture?.rows).toEqual([
      { unit: 'E1', status: 'arrived' },
      { unit: 'E2', status: 'ready' },
    ])
    const second = node()
    second.state.online = false
    await second.cupboard.pictures.save(kept.key, 1234, 1, picture?.rows ?? [])
    const board = second.views.view<Row>('units', {}, { keep: true })
    await settled()
    expect(board.state.value).toBe('stored')
    expect(board.at.value).toBe(1234)
    expect(board.rows.value[0]?.status).toBe('arrived')
  })
})
