import { describe, expect, test } from 'vitest'
import { asked, nameOfPeriod, periodOf, quarterAt, step } from './period'

describe('a period', () => {
  test.each(['2026', '2026-Q3', '2026-07'])('%s is read and written the same', (text) => {
    const period = periodOf(text)
    expect(period && nameOfPeriod(period)).toBe(text)
  })

  test.each(['', '2026-Q5', '2026-13', 'tahun'])('%j is none', (text) => expect(periodOf(text)).toBeUndefined())

  test('of a day is its quarter', () => {
    expect(quarterAt('2026-11-26')).toEqual({ year: 2026, quarter: 4 })
    expect(asked(quarterAt('2026-01-01'))).toEqual({ year: '2026', quarter: '1' })
  })

  test('one further on crosses the year', () => {
    expect(step({ year: 2026, quarter: 4 }, 1)).toEqual({ year: 2027, quarter: 1 })
    expect(step({ year: 2026, month: 1 }, -1)).toEqual({ year: 2025, month: 12 })
    expect(step({ year: 2026 }, -1)).toEqual({ year: 2025 })
    expect(step({ year: 2026, quarter: 2 }, 1)).toEqual({ year: 2026, quarter: 3 })
  })
})
