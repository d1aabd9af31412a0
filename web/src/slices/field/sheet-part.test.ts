// How far the clock of another node is from the one here, as the sheet of hand-over says it.
import { expect, test } from 'vitest'
import { clockOf } from './sheet-part'

test('the middle of the bounds, or the one bound there is, on the side it is', () => {
  const said = (least: number | null, most: number | null) => clockOf({ ahead_least_s: least, ahead_most_s: most })
  expect(said(6.5, 7.7)).toContain('00:07')
  expect(said(1200, null)).toContain('20:00')
  expect(said(1200, null)).not.toBe(said(null, -1200))
  expect(said(-8, -6)).toContain('00:07')
})
