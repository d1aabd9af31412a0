// What a crew has under the thumb, and what the way says next.
import { expect, test } from 'vitest'
import { actsNow, metresBetween, nearestOf, nextTurn, roundMetres } from './trip'

const AT = Date.parse('2026-11-24T09:16:00Z')
const words = (status: string, answered = true, clocks: Record<string, string> = {}) =>
  actsNow({ status, answered, since: AT }, clocks).map(
    ({ leg, main, done }) => `${leg}${main ? '!' : ''}${done === undefined ? '' : '+'}`,
  )

test('a crew that was just sent acknowledges first', () => {
  expect(words('assigned', false)).toEqual(['assigned!', 'on-the-way', 'arrived', 'ready-to-serve'])
})

test('the last act stands done beside the next one, all the way', () => {
  expect(words('assigned')).toEqual(['assigned+', 'on-the-way!', 'arrived', 'ready-to-serve'])
  expect(words('on-the-way')).toEqual(['on-the-way+', 'arrived!', 'ready-to-serve', 'returning'])
  expect(words('arrived')).toEqual(['arrived+', 'ready-to-serve!', 'returning', 'ready'])
})

test('steps between are part of the leg before them', () => {
  expect(words('access')[1]).toBe('ready-to-serve!')
  expect(words('action', true, { arrived: '2026-11-24T09:20:00Z' })).toEqual([
    'arrived+',
    'ready-to-serve+',
    'returning!',
    'ready',
  ])
})

test('on the way back the last act is ready again', () => {
  expect(words('returning').at(-1)).toBe('ready!')
})

test('an act is done when the node says so, else since the status stands', () => {
  const [act] = actsNow({ status: 'on-the-way', answered: true, since: AT }, { 'on-the-way': '2026-11-24T09:15:00Z' })
  expect(act?.done).toBe(Date.parse('2026-11-24T09:15:00Z'))
  expect(actsNow({ status: 'on-the-way', answered: true, since: AT }, {})[0]?.done).toBe(AT)
})

/** A corner: a kilometre to the north, then to the west. */
const CORNER = [
  [117.5, 0.1],
  [117.5, 0.109],
  [117.491, 0.109],
] as const

test('the next bend is named with its side and how far it is', () => {
  const turn = nextTurn(CORNER, [117.5, 0.1045])
  expect(turn?.side).toBe('left')
  expect(turn?.metres).toBeCloseTo(500, -1)
  expect(nextTurn([...CORNER].reverse(), [117.4955, 0.109])?.side).toBe('right')
})

test('beside the road, the way goes on from the nearest point of it', () => {
  expect(nextTurn(CORNER, [117.5003, 0.1045])?.metres).toBeCloseTo(500, -1)
})

test('past the last bend it goes straight to the end', () => {
  const turn = nextTurn(CORNER, [117.495, 0.109])
  expect(turn?.side).toBe('straight')
  expect(turn?.metres).toBeCloseTo(445, -1)
})

test('a kink in the drawing is no bend, and no way is no turn', () => {
  const kinked = [
    [117.5, 0.1],
    [117.5, 0.104],
    [117.50003, 0.10402],
    [117.50003, 0.109],
  ] as const
  expect(nextTurn(kinked, [117.5, 0.101])?.side).toBe('straight')
  expect(nextTurn([[117.5, 0.1]], [117.5, 0.1])).toBeUndefined()
})

test('distances are said in round figures', () => {
  expect([roundMetres(347), roundMetres(1234)]).toEqual([350, 1200])
})

test('the nearest water comes first, and what is too far is left out', () => {
  const water = [
    { name: 'far', lon: 117.6, lat: 0.1 },
    { name: 'b', lon: 117.502, lat: 0.1 },
    { name: 'a', lon: 117.501, lat: 0.1 },
  ]
  const near = nearestOf(water, [117.5, 0.1], 2, 1000)
  expect(near.map((one) => one.name)).toEqual(['a', 'b'])
  expect(near[0]?.metres).toBeCloseTo(metresBetween([117.5, 0.1], [117.501, 0.1]), 6)
})
