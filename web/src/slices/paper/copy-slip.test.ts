import { expect, test } from 'vitest'
import { asksOf, type Sheet } from './copy-slip'

const NOON = Date.parse('2026-11-26T04:00:00Z') // 12:00 in Bontang
const SHEET: Sheet = {
  slip: 121,
  day: '2026-11-26',
  hours: { received: '23:50', dispatched: '23:52', arrived: '0:04:10', out: '0:40' },
  channel: '113',
  place: { lon: 117.49, lat: 0.13, precision: 60, text: 'Jl. Gunung Sari', area: '64.74.01' },
  type: 'fire.housing',
  what: 'Api di dapur',
  danger: '',
  phone: '0800',
  units: ['BTG-1'],
  over: true,
}
const ids = () => {
  let n = 0
  return () => `id-${++n}`
}
const kinds = (sheet: Sheet) => asksOf(sheet, NOON, ids()).asks.map((one) => one.command.kind)

test('a slip becomes its call, its incident, its notes, its marks and its trips, in the order it happened', () => {
  expect(kinds(SHEET)).toEqual([
    'intake.take-call',
    'intake.note-caller',
    'intake.open-incident',
    'intake.note-incident',
    'paper.enter-slip',
    'dispatch.set-mark',
    'dispatch.record-trip',
    'dispatch.close-incident',
  ])
})

test('hours past midnight belong to the next day, seconds are kept', () => {
  const { asks } = asksOf(SHEET, NOON, ids())
  expect(asks[0]?.seenAt).toBe('2026-11-26T15:50:00.000Z')
  const trip = asks.find((one) => one.command.kind === 'dispatch.record-trip')?.command
  expect(trip).toMatchObject({
    unit: 'BTG-1',
    times: { dispatched: '2026-11-26T15:52:00.000Z', arrived: '2026-11-26T16:04:10.000Z' },
  })
  expect(asks.at(-1)?.seenAt).toBe('2026-11-26T16:40:00.000Z')
})

test('units that are still there are sent as they were, with the slip as the reason', () => {
  const { asks } = asksOf({ ...SHEET, over: false }, NOON, ids())
  const sent = asks.find((one) => one.command.kind === 'dispatch.dispatch')
  expect(sent).toMatchObject({ override: 'Slip 121', seenAt: '2026-11-26T15:52:00.000Z' })
  expect(asks.at(-1)).toMatchObject({ command: { kind: 'dispatch.report-status', status: 'arrived' } })
  expect(asks.some((one) => one.command.kind === 'dispatch.close-incident')).toBe(false)
})

test('nothing is asked while something on the slip cannot be read, and it says what', () => {
  const broken = { ...SHEET, slip: Number.NaN, place: undefined, hours: { received: '25:00', arrived: '7' } }
  expect(asksOf(broken, NOON, ids())).toEqual({ asks: [], bad: ['slip', 'received', 'arrived', 'place'] })
})

test('an hour that has not been yet is marked: nothing of the slip is sent with a day it cannot be of', () => {
  const soon = Date.parse('2026-11-26T15:51:00Z') // 23:51 in Bontang
  expect(asksOf(SHEET, NOON, ids(), soon)).toEqual({ asks: [], bad: ['dispatched', 'arrived', 'out'] })
  expect(asksOf(SHEET, NOON, ids(), soon + 3_600_000).bad).toEqual([])
})
