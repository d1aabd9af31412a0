// Tags on the map never cover each other or a sign while there is room, and keep to their point.
import { expect, test } from 'vitest'
import { metresPerPixel, overlap, place, roundDistance, settle } from './marks'

const tag = (id: string, x: number, y: number) => ({ id, x, y, w: 60, h: 22 })

test('units that stand on one spot get tags side by side', () => {
  const tags = ['BTG-1', 'BTG-2', 'BTG-3', 'RSC-1', 'TGK-1', 'TGK-2'].map((id) => tag(id, 400, 300))
  const sign = { x: 380, y: 282, w: 40, h: 46 }
  const boxes = [sign, ...place(tags, [sign]).map((at) => ({ x: at.x, y: at.y, w: 60, h: 22 }))]
  for (const [i, a] of boxes.entries()) for (const b of boxes.slice(i + 1)) expect(overlap(a, b)).toBe(false)
})

test('a lone tag stays close to its point and its leader ends on its edge', () => {
  const [at] = place([tag('BTG-1', 100, 100)], [])
  expect(at).toBeDefined()
  if (!at) return
  expect(Math.hypot(at.lx - 100, at.ly - 100)).toBeLessThan(24)
  expect(at.lx >= at.x && at.lx <= at.x + 60 && at.ly >= at.y && at.ly <= at.y + 22).toBe(true)
})

test('a tag at the edge of the map turns inwards while there is room', () => {
  const [at] = place([tag('BTG-1', 340, 100)], [], { x: 0, y: 0, w: 360, h: 400 })
  expect(at && at.x >= 0 && at.x + 60 <= 360).toBe(true)
})

const VIEW = { x: 0, y: 0, w: 600, h: 400 }

test('words of the ground stand on their own point while it is free', () => {
  expect(settle([tag('Loktuan', 300, 200)], [], VIEW)).toEqual([{ id: 'Loktuan', x: 270, y: 189, lx: 300, ly: 200 }])
})

test('under a sign they step aside, and lie neither on it nor on each other', () => {
  const sign = { x: 280, y: 180, w: 40, h: 46 }
  const words = settle([tag('Loktuan', 300, 200), tag('Guntung', 305, 204)], [sign], VIEW)
  const boxes = [sign, ...words.map((at) => ({ x: at.x, y: at.y, w: 60, h: 22 }))]
  expect(boxes).toHaveLength(3)
  for (const [i, a] of boxes.entries()) for (const b of boxes.slice(i + 1)) expect(overlap(a, b)).toBe(false)
})

test('words that find no room stay away: the list has them', () => {
  expect(settle([tag('Loktuan', 300, 200)], [VIEW], VIEW)).toEqual([])
  expect(settle([tag('Loktuan', 300, -90)], [], VIEW)).toEqual([])
})

test('the scale bar shows round distances', () => {
  expect(roundDistance(9.4, 110)).toBe(1000)
  expect(roundDistance(4.4, 110)).toBe(200)
  expect(roundDistance(0.6, 110)).toBe(50)
  expect(metresPerPixel(0, 0) * 512).toBeCloseTo(40_075_016.686, 0)
})
