// Closed ground is drawn as lines that stay inside it.
import { describe, expect, test } from 'vitest'
import { circle, closureShapes, hatch, ringOf } from './hatch'
import { guessClosures, standing } from './roads'

const AT = [117.49, 0.13] as const
const metres = (lon: number, lat: number) =>
  Math.hypot((lon - AT[0]) * 111_320 * Math.cos((AT[1] * Math.PI) / 180), (lat - AT[1]) * 111_320)

describe('hatch', () => {
  test('a circle is closed and as wide as it says', () => {
    const ring = circle(AT, 250)
    expect(ring[0]).toEqual(ring.at(-1))
    for (const [lon = 0, lat = 0] of ring) expect(metres(lon, lat)).toBeCloseTo(250, 3)
  })

  test('every line of the hatch ends on the circle, none leaves it', () => {
    const lines = hatch(circle(AT, 250), 40)
    expect(lines.length).toBeGreaterThan(8)
    for (const line of lines)
      for (const [lon = 0, lat = 0] of line) expect(metres(lon, lat)).toBeLessThanOrEqual(250.001)
  })

  test('a polygon that bends inwards is crossed twice, not bridged', () => {
    // A U: two legs, open to the north-west of the hatch's way.
    const u = [
      [0, 0],
      [0.004, 0],
      [0.004, 0.004],
      [0.003, 0.004],
      [0.003, 0.001],
      [0.001, 0.001],
      [0.001, 0.004],
      [0, 0.004],
      [0, 0],
    ]
    const inGap = hatch(u, 20).filter(([[x1 = 0, y1 = 0], [x2 = 0, y2 = 0]]) => {
      const [x, y] = [(x1 + x2) / 2, (y1 + y2) / 2]
      return x > 0.00101 && x < 0.00299 && y > 0.00101
    })
    expect(inGap).toEqual([])
  })

  test('closed links have no ring, a polygon closes itself', () => {
    const none = { lon: null, lat: null, radius_m: null }
    expect(ringOf(none)).toBeUndefined()
    expect(
      ringOf({
        ...none,
        polygon: [
          [0, 0],
          [1, 0],
          [1, 1],
        ],
      }),
    ).toHaveLength(4)
    expect(closureShapes([none]).features).toEqual([])
  })
})

describe('closures', () => {
  const asked = (kind: string, fields: object) => ({
    id: 'a',
    at: '2026-11-24T09:20:00Z',
    account: 'op',
    command: { kind, ...fields },
  })
  const close = asked('places.close-road', { closure: 'c', lon: 1, lat: 2, radius_m: 100 })

  test('a road closed here stands at once, and once; opened, it is gone', () => {
    const rows = guessClosures(guessClosures([], close), close)
    expect(rows).toMatchObject([{ closure: 'c', lon: 1, lat: 2, radius_m: 100, until: null }])
    expect(guessClosures(rows, asked('places.reopen-road', { closure: 'c' }))).toEqual([])
  })

  test('what has run out no longer stands', () => {
    const [row] = guessClosures([], close)
    if (!row) throw new Error('no closure')
    expect(standing([{ ...row, until: '2020-01-01T00:00:00Z' }])).toEqual([])
    expect(standing([row])).toHaveLength(1)
  })
})
