// The strip's arithmetic: every part where it happened, the limit never the edge, the clock's look by the standard.
import { expect, test } from 'vitest'
import { AXIS, clockState, strip } from './strip'

const T0 = Date.parse('2026-11-24T09:16:08Z')
const min = (m: number) => T0 + m * 60_000
const clocks = {
  answered: T0,
  dispatched: min(1.2),
  'on-the-way': min(2.5),
  arrived: min(6.5),
  'ready-to-serve': min(8),
}

test('each part lies where it happened', () => {
  expect(strip(clocks, min(10)).parts).toEqual([
    { kind: 'wait', from: 0, to: 1.2 },
    { kind: 'out', from: 1.2, to: 2.5 },
    { kind: 'go', from: 2.5, to: 6.5 },
    { kind: 'on', from: 6.5, to: 10 },
  ])
})

test('before anybody is sent there is only waiting, and now', () => {
  expect(strip({ answered: T0 }, min(0.5), min(6))).toEqual({
    parts: [{ kind: 'wait', from: 0, to: 0.5 }],
    limit: 15,
    now: 0.5,
    eta: 6,
  })
})

test('a missing time is not invented: who arrived without rolling has no travel part', () => {
  const { parts } = strip({ answered: T0, dispatched: min(1), arrived: min(5) }, min(6))
  expect(parts.map((part) => part.kind)).toEqual(['wait', 'out', 'on'])
})

test('over the limit the strip is amber from the flag on, and stays inside the axis', () => {
  const late = strip({ answered: T0, dispatched: min(1), 'on-the-way': min(3) }, min(40), min(41))
  expect(late.parts.at(-1)).toEqual({ kind: 'over', from: 15, to: AXIS })
  expect(late.now).toBeUndefined()
  expect(late.eta).toBe(AXIS)
  for (const part of late.parts) expect(part.to).toBeLessThanOrEqual(AXIS)
})

test('a standard met late stays visible as late', () => {
  const { parts } = strip({ ...clocks, arrived: min(14), 'ready-to-serve': min(16) }, min(30))
  expect(parts.at(-1)).toEqual({ kind: 'over', from: 15, to: 16 })
})

test('the clock wants eyes four minutes before the limit, or when the forecast is past it', () => {
  const sent = { answered: T0, dispatched: min(1) }
  expect(clockState(sent, min(10.9))).toBe('')
  expect(clockState(sent, min(11))).toBe('watch')
  expect(clockState(sent, min(2), min(16))).toBe('watch')
  expect(clockState(sent, min(15))).toBe('late')
})

test('who arrived has not met the standard until ready, but does not sound late', () => {
  const there = { answered: T0, arrived: min(9) }
  expect(clockState(there, min(12))).toBe('done')
  expect(clockState(there, min(15.1))).toBe('watch')
  expect(clockState({ ...there, 'ready-to-serve': min(10) }, min(30))).toBe('done')
})
