import { expect, test } from 'vitest'
import { sinceCall } from './clocks'

test('what came after the call and what was before it are told apart, and the call itself says nothing', () => {
  const call = '2026-11-24T09:16:08.000000+00:00'
  expect(sinceCall('2026-11-24T09:21:44.000000+00:00', call)).toBe('+05:36')
  expect(sinceCall('2026-11-24T09:14:08.000000+00:00', call)).toBe('−02:00')
  expect([sinceCall(call, call), sinceCall(call, undefined)]).toEqual(['', ''])
})
