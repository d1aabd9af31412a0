// What one shift tells the next, and what has changed since the list was made.
import { expect, test } from 'vitest'
import { type Handover, type ShiftLine, type ShiftRow, toldNow, toTick } from './shift-lines'

const NOW = Date.parse('2026-11-24T09:00:00Z')
const line = (kind: ShiftLine['kind'], subject: string, until: string | null = null) =>
  ({ kind, subject, code: subject, at: null, until, to: '', units: 0 }) as ShiftLine
const row = (now: readonly ShiftLine[], listed?: readonly ShiftLine[]) =>
  ({ now, underway: listed ? ({ lines: listed } as Handover) : null, last: null }) as ShiftRow
const states = (of: ShiftRow) => toldNow(of, NOW).map((one) => `${one.id} ${one.state}`)

test('before there is a list, what is open now would stand on it', () => {
  expect(states(row([line('incident', 'i1')]))).toEqual(['incident.i1 listed'])
})

test('what came up since is told apart, and what is over stays on the list', () => {
  expect(states(row([line('incident', 'i2')], [line('incident', 'i1')]))).toEqual([
    'incident.i1 over',
    'incident.i2 fresh',
  ])
})

test('a closure whose hour has come is not handed on', () => {
  expect(states(row([line('closure', 'c1', '2026-11-24T08:59:00Z'), line('closure', 'c2')]))).toEqual([
    'closure.c2 listed',
  ])
})

test('what is new must first come on the list before it can be ticked', () => {
  const told = toldNow(row([line('incident', 'i1'), line('moved', 'BTG-3')], [line('incident', 'i1')]), NOW)
  expect(toTick(told)).toEqual(['incident.i1'])
})
