import { describe, expect, test } from 'vitest'
import { responseStrip } from './response-strip'

const at = (minute: number) => new Date(Date.UTC(2026, 10, 24, 9, minute)).toISOString()
const FULL = {
  answered: at(0),
  opened: at(1),
  dispatched: at(2),
  'on-the-way': at(3),
  arrived: at(7),
  'ready-to-serve': at(9),
}
const kinds = (clocks: Record<string, string>) =>
  responseStrip(clocks).pieces.map(({ kind, from, to }) => `${kind} ${from}-${to}`)

describe('the response on one axis', () => {
  test('every part stands where its times are', () => {
    expect(kinds(FULL)).toEqual(['wait 0-1', 'wait 1-2', 'out 2-3', 'go 3-7', 'on 7-9'])
  })

  test('where a time between is missing the whole stretch is unclear, and what follows is clear again', () => {
    const { 'on-the-way': _, ...known } = FULL
    expect(kinds(known)).toEqual(['wait 0-1', 'wait 1-2', 'gap 2-7', 'on 7-9'])
  })

  test('what is past the limit is drawn as such, and the axis runs beyond it', () => {
    const drawn = responseStrip({ ...FULL, 'ready-to-serve': at(20) })
    expect(drawn.pieces.at(-1)).toEqual({ kind: 'over', from: 15, to: 20 })
    expect(drawn.max).toBe(24)
  })

  test('without any time nothing is drawn', () => {
    expect(responseStrip({})).toEqual({ pieces: [], limit: 15, max: 18 })
  })
})
