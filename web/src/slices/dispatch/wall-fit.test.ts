// What stands large on the wall, what folds, and what a station lacks.
import { expect, test } from 'vitest'
import type { Incident, Unit } from './rows'
import { FOLDED, fitted, LARGE, readiness } from './wall-fit'

const AT = 1_000_000
const incident = (id: string, met = false, watched = true) =>
  ({ id, watched, clocks: { opened: AT, ...(met && { 'ready-to-serve': AT }) } }) as unknown as Incident
const ids = (list: readonly Incident[]) => list.map((one) => one.id).join(' ')

test('running clocks stand large before those that are met', () => {
  const fit = fitted([incident('a', true), incident('b'), incident('c', false, false)], 824)
  expect([ids(fit.large), ids(fit.folded), fit.more]).toEqual(['b', 'a c', 0])
})

test('danger to our own is first of all', () => {
  const fit = fitted([incident('a'), incident('b', true)], 824, new Set(['b']))
  expect(ids(fit.large)).toBe('b a')
})

test('when all fold, what does not fit is counted', () => {
  const many = Array.from({ length: 12 }, (_, n) => incident(String(n)))
  const fit = fitted(many, 824)
  expect(fit.large.length + fit.folded.length + fit.more).toBe(12)
  expect(fit.more).toBe(6)
  expect(fit.large.length * LARGE + fit.folded.length * FOLDED).toBeLessThanOrEqual(824 - 56)
})

test('nothing open needs no room, and a low wall still counts', () => {
  expect(fitted([], 824)).toEqual({ large: [], folded: [], more: 0 })
  expect(fitted([incident('a')], 20).more).toBe(1)
})

const unit = (code: string, home: string, status = 'ready', kind = 'pump', standsAt = home) =>
  ({ id: code, code, home, standsAt, status, kind }) as Unit
const STATIONS = [
  { id: 'MAKO', name: 'Mako' },
  { id: 'LOK', name: 'Loktuan' },
  { id: 'GUD', name: 'Gudang' },
]
const PUMPS = new Set(['pump'])

test('a station without a ready unit, or without its pump, is named', () => {
  const units = [
    unit('BTG-1', 'MAKO', 'action'),
    unit('RSC-1', 'MAKO', 'ready', 'rescue'),
    unit('BTG-4', 'LOK', 'on-the-way'),
    unit('BTG-9', 'MAKO', 'reserve'),
  ]
  const { ready, all, posts } = readiness(units, STATIONS, PUMPS)
  expect([ready, all]).toEqual([1, 3])
  expect(posts.map((post) => [post.station, post.ready.map((one) => one.code).join(), post.lacks])).toEqual([
    ['MAKO', 'RSC-1', 'pump'],
    ['LOK', '', 'unit'],
  ])
})

test('a unit standing by elsewhere counts where it stands', () => {
  const moved = readiness([unit('BTG-1', 'MAKO', 'standby', 'pump', 'LOK')], STATIONS, PUMPS)
  expect(moved.posts.map((post) => [post.station, post.ready.length, post.lacks])).toEqual([
    ['MAKO', 0, 'unit'],
    ['LOK', 1, ''],
  ])
})

test('a station that never had a pump does not lack one', () => {
  const boats = readiness([unit('PRH-1', 'LOK', 'ready', 'boat')], STATIONS, PUMPS)
  expect(boats.posts[0]?.lacks).toBe('')
})
