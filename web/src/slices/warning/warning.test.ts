import { expect, test } from 'vitest'
import { areasOf, around, isWhole, shown, wantedOf } from './area'
import { areaOf } from './draft'
import { type Message, standingOf } from './rows'

const AT = [117.4896, 0.1289] as const
const CIRCLE = { corners: [AT], radius: 500 }
const FIELD = { corners: [AT, [117.5, 0.12], [117.5, 0.14]] as const }

test('what CAP writes latitude first, in kilometres and closed, is read as a map draws it', () => {
  expect(areaOf('circle', '0.128900,117.489600 0.500')).toEqual(CIRCLE)
  expect(areaOf('polygon', ' 0.1289,117.4896 0.12,117.5 0.14,117.5 0.1289,117.4896 ')).toEqual(FIELD)
})

test('the node is told of whole areas only', () => {
  const begun = { corners: FIELD.corners.slice(0, 2) }
  expect([CIRCLE, FIELD, begun].map(isWhole)).toEqual([true, true, false])
  const told = wantedOf([CIRCLE, begun, FIELD])
  expect(told.map((one) => [one.points.length, one.radius_m])).toEqual([
    [1, 500],
    [3, undefined],
  ])
  expect(areasOf({ shapes: told })).toEqual([CIRCLE, FIELD])
})

test('the map shows all of what is warned of, and what is being drawn', () => {
  const [[west, south], [east, north]] = around(AT, [CIRCLE])
  expect(Math.round((east - west) * 111_320)).toBe(1000)
  expect((south + north) / 2).toBeCloseTo(AT[1], 6)
  const states = shown([CIRCLE], FIELD).features.map((one) => one.properties?.state)
  expect([...new Set(states)]).toEqual(['kept', 'drawing'])
})

test('a message holds while it is the newest and its time has not passed', () => {
  const until = '2026-03-07T15:00:00+00:00'
  const one = { kind: 'alert', state: 'current', until } as Message
  const at = Date.parse(until)
  expect(standingOf(one, at - 1)).toBe('holds')
  expect(standingOf(one, at)).toBe('over')
  expect(standingOf({ ...one, state: 'replaced' }, at - 1)).toBe('replaced')
  expect(standingOf({ ...one, kind: 'cancel' }, at - 1)).toBe('end')
})
