import { describe, expect, test } from 'vitest'
import { lineAmount, lossSum, measure, typed, whole } from './amounts'

describe('figures as people write them', () => {
  test.each([
    ['2.100.000', 2_100_000],
    ['Rp 2,100,000', 2_100_000],
    ['0', 0],
    ['', null],
    ['  ', null],
    ['dua', undefined],
    ['-3', undefined],
  ])('a whole number %j is %j', (text, value) => expect(whole(text)).toBe(value))

  test.each([
    ['84', 84],
    ['84,5', 84.5],
    ['84.5', 84.5],
    ['1.250', 1250],
    ['1.250,75', 1250.75],
    ['1,250.75', 1250.75],
    ['', null],
    ['84 m2', undefined],
  ])('a measure %j is %j', (text, value) => expect(measure(text)).toBe(value))

  test('what is not known stays empty, and nought is written', () => {
    expect([typed(null), typed(undefined), typed(0), typed(84.5)]).toEqual(['', '', '0', '84,5'])
  })
})

describe('lines of loss', () => {
  const line = (count: number | null, price_rp: number | null, amount_rp: number | null) => ({
    count,
    price_rp,
    amount_rp,
  })

  test('a line comes to what was said, else to count times price, else is not known', () => {
    expect(lineAmount(line(84, 2_100_000, null))).toBe(176_400_000)
    expect(lineAmount(line(84, 2_100_000, 1))).toBe(1)
    expect(lineAmount(line(null, 2_100_000, null))).toBeNull()
  })

  test('the sum says how many lines it does not know, and never counts them as nought', () => {
    expect(lossSum([line(84, 2_100_000, null), line(1, null, null)])).toEqual({ sum: 176_400_000, open: 1 })
    expect(lossSum([])).toEqual({ sum: 0, open: 0 })
  })
})
