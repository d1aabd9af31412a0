// A form of times asks only what was changed, on the day it belongs to, and never half of it when something is no time.
import { describe, expect, test } from 'vitest'
import type { Incident } from './rows'
import { filled, saidTime, shownTime, type TimeRow, timesOf } from './times'
import type { IncidentRow } from './views'

const START = Date.parse('2026-11-23T15:50:00Z') // 23:50 WITA
const rows: readonly TimeRow[] = [
  { clock: 'answered', at: START, corrected: false },
  { clock: 'arrived', at: START + 900_000, corrected: false },
  { clock: 'out', at: undefined, corrected: false },
]

describe('correcting times', () => {
  test('what was not touched, or typed as it stands, is not asked', () => {
    expect(filled(rows, {}, START)).toEqual({ changes: [], bad: [] })
    expect(filled(rows, { answered: '23:50:00' }, START).changes).toEqual([])
  })

  test('hours after midnight belong to the day after the call', () => {
    expect(filled(rows, { arrived: '00:04', out: '01:10' }, START).changes).toEqual([
      { clock: 'arrived', at: '2026-11-23T16:04:00.000Z' },
      { clock: 'out', at: '2026-11-23T17:10:00.000Z' },
    ])
  })

  test('emptied says that it is not known after all', () => {
    expect(filled(rows, { arrived: ' ' }, START).changes).toEqual([{ clock: 'arrived', at: null }])
  })

  test('what is no time is named', () => {
    expect(filled(rows, { arrived: 'tadi', out: '25:00' }, START).bad).toEqual(['arrived', 'out'])
  })

  test('a unit has its own times, and what a person set is marked', () => {
    const row = {
      corrected: ['BTG-1:arrived', 'out'],
      units: [
        { unit: 'BTG-1', ended_at: 'x', clocks: { arrived: '2026-11-23T15:00:00Z' } },
        { unit: 'BTG-1', ended_at: null, clocks: { arrived: '2026-11-23T16:05:00Z' } },
      ],
    } as unknown as IncidentRow
    const incident = { clocks: { answered: START } } as unknown as Incident
    const own = timesOf(row, incident, 'BTG-1').find((one) => one.clock === 'arrived')
    expect([own?.corrected, own && shownTime(own)]).toEqual([true, '00:05:00'])
    const all = timesOf(row, incident)
    expect(all.find((one) => one.clock === 'out')?.corrected).toBe(true)
    expect(all.find((one) => one.clock === 'answered')?.at).toBe(START)
  })

  test('an hour of another day is said with its day', () => {
    expect(saidTime(START, START + 60_000)).toBe('23:50:00')
    expect(saidTime(START, START + 900_000)).toBe('23/11/2026 23:50:00')
  })
})
