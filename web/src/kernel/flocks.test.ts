// Marks on one spot stand as one, led by the gravest; what must be seen stays by itself.
import { expect, test } from 'vitest'
import { type Flocking, flocksOf, parts } from './flocks'

const at = (id: string, x: number, y: number, more: Partial<Flocking> = {}): Flocking => ({
  id,
  x,
  y,
  kind: 'incident',
  weight: 0,
  least: 2,
  reach: [60, 40],
  ...more,
})
const ids = (points: readonly Flocking[]) => flocksOf(points).map((flock) => flock.map((one) => one.id).join(' '))

test('those that would cover each other stand as one, those apart by themselves', () => {
  expect(ids([at('a', 0, 0), at('b', 59, 39), at('c', 61, 0), at('d', 0, 41)])).toEqual(['a b', 'c', 'd'])
})

test('the gravest leads and gives the place, of equals always the same one', () => {
  const points = [at('a', 0, 0), at('b', 30, 0, { weight: 5 }), at('c', 85, 0), at('d', 30, 0, { weight: 5 })]
  expect(ids(points)).toEqual(['b d a c'])
  expect(ids([...points].reverse())).toEqual(['b d a c'])
})

test('moving the map changes nobody’s company', () => {
  const points = Array.from({ length: 40 }, (_, i) => at(`p${i}`, (i * 37) % 200, (i * 53) % 150, { weight: i % 3 }))
  expect(ids(points.map((one) => ({ ...one, x: one.x - 1234, y: one.y + 77 })))).toEqual(ids(points))
})

test('a MAYDAY and the chosen one never join, nor does another kind', () => {
  const points = [
    at('mayday', 0, 0, { alone: true, weight: 9 }),
    at('a', 0, 0),
    at('chosen', 0, 0, { alone: true }),
    at('b', 0, 0),
    at('unit', 0, 0, { kind: 'unit' }),
  ]
  expect(ids(points)).toEqual(['a b', 'unit', 'mayday', 'chosen'])
})

test('nobody is lost and nobody stands twice', () => {
  const points = Array.from({ length: 90 }, (_, i) =>
    at(`p${i}`, (i * 91) % 300, (i * 57) % 300, { weight: i % 4, alone: i % 11 === 0, kind: i % 2 ? 'a' : 'b' }),
  )
  expect(
    flocksOf(points)
      .flat()
      .map((one) => one.id)
      .sort(),
  ).toEqual(points.map((one) => one.id).sort())
})

test('who finds a place beside others joins only when there are many', () => {
  const few = Array.from({ length: 5 }, (_, i) => at(`u${i}`, i, 0, { least: 6 }))
  expect(flocksOf(few)).toHaveLength(5)
  expect(flocksOf([...few, at('u5', 5, 0, { least: 6 })])).toHaveLength(1)
})

test('nearer by they part, unless they stand on one spot', () => {
  expect(parts([at('a', 0, 0), at('b', 10, 0)], 4)).toBe(false)
  expect(parts([at('a', 0, 0), at('b', 10, 0)], 8)).toBe(true)
  expect(parts([at('a', 0, 0), at('b', 0, 0)], 4096)).toBe(false)
})
