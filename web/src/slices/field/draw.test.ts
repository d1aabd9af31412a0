import { describe, expect, test } from 'vitest'
import { complete, type Drawn, metres, middle, shapesOf, withCorner, withoutLast } from './draw'

const none: Drawn = { shape: 'area', corners: [], radius: 50, noGo: true }
const at = (n: number) => [117.48 + n / 1000, 0.12 + (n % 2) / 1000] as const

describe('drawing a danger', () => {
  test('a point has one place: the next touch moves it', () => {
    const point = withCorner(withCorner({ ...none, shape: 'point' }, at(1)), at(2))
    expect(point.corners).toEqual([at(2)])
    expect(complete(point)).toBe(true)
  })

  test('an area grows by corners, and undo takes the last away until none is left', () => {
    const three = [at(1), at(2), at(3)].reduce(withCorner, none)
    expect(complete(three)).toBe(true)
    expect(complete(withoutLast(three))).toBe(false)
    expect(withoutLast(withoutLast(withoutLast(three))).corners).toEqual([])
    expect(withoutLast(none).corners).toEqual([])
  })

  test('where nobody may go is hatched, so that it is seen without colour; where one may is not', () => {
    const three = [at(1), at(2), at(3)].reduce(withCorner, none)
    const hatched = shapesOf(three, 'kept').filter((one) => one.properties?.part === 'hatch')
    expect(hatched.length).toBeGreaterThan(3)
    expect(shapesOf({ ...three, noGo: false }, 'kept')).toHaveLength(1)
  })

  test('an unfinished shape is drawn as far as it goes', () => {
    expect(shapesOf(none, 'drawing')).toEqual([])
    expect(shapesOf(withCorner(none, at(1)), 'drawing')).toEqual([])
    expect(shapesOf([at(1), at(2)].reduce(withCorner, none), 'drawing')[0]?.geometry.type).toBe('LineString')
  })

  test('a circle has its radius on the ground', () => {
    const [circle] = shapesOf({ ...none, shape: 'point', corners: [at(0)], radius: 100 }, 'kept')
    const ring = circle?.geometry.type === 'Polygon' ? (circle.geometry.coordinates[0] ?? []) : []
    expect(ring.length).toBeGreaterThan(20)
    for (const [lon = 0, lat = 0] of ring) expect(metres(at(0), [lon, lat])).toBeCloseTo(100, 0)
  })

  test('the letter stands in the middle of the corners', () => {
    expect(middle([at(0), at(2)])).toEqual([117.481, 0.12])
  })
})
