// Enter takes a place of the words that stand in the field, never one that was found for words before them.
import { describe, expect, test, vi } from 'vitest'
import { openLook } from './where-look'

const STREETS = ['Jl. Gunung Sari', 'Jl. Gunung Sari Dalam', 'Loktuan', 'Loktuan Timur']
const row = (name: string) => ({ id: name, kind: 'street', name, context: '', area: null, lon: 1, lat: 2, score: 1 })

/** A node that answers when it is told to. */
function slowNode() {
  const asked: { text: string; stop: AbortSignal; answer(): void; fail(): void }[] = []
  const glance = (_name: string, params: { text: string }, stop: AbortSignal) =>
    new Promise((resolve, reject) => {
      stop.addEventListener('abort', () => reject(new Error('aborted')))
      const hits = STREETS.filter((name) => name.toLowerCase().includes(params.text)).map(row)
      asked.push({ text: params.text, stop, answer: () => resolve(hits), fail: () => reject(new Error('away')) })
    })
  const look = openLook({ glance: glance as never, near: () => undefined, areaName: () => '', withinMs: 200 })
  return { look, asked, last: () => asked.at(-1) }
}

async function listed(text: string) {
  const node = slowNode()
  node.look.text.value = text
  const end = node.look.look()
  node.last()?.answer()
  await end
  return node
}

describe('the place of a call', () => {
  test('Enter on hits of older words waits for those of the words that stand there', async () => {
    const { look, last } = await listed('gunung sari')
    expect(look.hits.value[0]?.name).toBe('Jl. Gunung Sari')
    look.text.value = 'loktuan'
    expect(look.old.value).toBe(true)
    const taken = look.enter()
    expect(last()?.text).toBe('loktuan')
    last()?.answer()
    expect((await taken)?.name).toBe('Loktuan')
    expect(look.old.value).toBe(false)
  })

  test('nothing is taken when the words changed while they were looked for', async () => {
    const { look, last } = await listed('gunung sari')
    look.text.value = 'loktuan'
    const taken = look.enter()
    look.text.value = 'loktuan t'
    last()?.answer()
    expect(await taken).toBeUndefined()
  })

  test('what was marked among old hits is taken only if it is found again', async () => {
    const { look, last } = await listed('gunung sari')
    look.step(1)
    look.text.value = 'gunung sari d'
    const again = look.enter()
    last()?.answer()
    expect((await again)?.name).toBe('Jl. Gunung Sari Dalam')
    look.text.value = 'gunung'
    await Promise.all([look.look(), last()?.answer()])
    look.step(1)
    look.text.value = 'loktuan'
    const other = look.enter()
    last()?.answer()
    expect(await other).toBeUndefined()
    expect(look.hits.value.map((hit) => hit.name)).toEqual(['Loktuan', 'Loktuan Timur'])
  })

  test('a number names a hit of these words only', async () => {
    const { look, last } = await listed('gunung sari')
    expect(look.nth(2)?.name).toBe('Jl. Gunung Sari Dalam')
    look.text.value = 'loktuan'
    expect(look.nth(2)).toBeUndefined()
    await Promise.all([look.look(), last()?.answer()])
    expect(look.nth(2)?.name).toBe('Loktuan Timur')
  })

  test('the same words are asked for once, however often Enter is pressed', async () => {
    const { look, asked, last } = slowNode()
    look.text.value = 'loktuan'
    const taken = [look.enter(), look.enter(), look.look()]
    expect(asked.length).toBe(1)
    last()?.answer()
    await Promise.all(taken)
    expect(look.hits.value.length).toBe(2)
  })

  test('a node that says nothing is lost after a while, and old hits are not left to choose from', async () => {
    vi.useFakeTimers()
    const { look, last } = await listed('gunung sari')
    look.text.value = 'loktuan'
    const taken = look.enter()
    expect(look.lost.value).toBe(false)
    await vi.advanceTimersByTimeAsync(250)
    expect(await taken).toBeUndefined()
    expect(look.lost.value).toBe(true)
    expect(look.hits.value).toEqual([])
    vi.useRealTimers()
    await Promise.all([look.look(), last()?.answer()])
    expect([look.lost.value, look.hits.value.length]).toEqual([false, 2])
  })

  test('what was chosen stays what Enter means', async () => {
    const { look, asked } = await listed('gunung sari')
    const hit = look.hits.value[1]
    if (hit) look.chose(hit)
    expect(await look.enter()).toEqual(hit)
    expect(asked.length).toBe(1)
  })
})
