// An age is one figure in the largest unit that is not yet coarse.
import { expect, test } from 'vitest'
import { ago } from './age'

test('seconds, minutes, hours up to two days, then days', () => {
  expect([0, 59_999, 60_000, 3_599_000, 3_600_000, 47 * 3_600_000, 48 * 3_600_000].map(ago)).toEqual([
    '0 dtk lalu',
    '59 dtk lalu',
    '1 mnt lalu',
    '59 mnt lalu',
    '1 jam lalu',
    '47 jam lalu',
    '2 hari lalu',
  ])
  expect(ago(-5000)).toBe('0 dtk lalu')
})
