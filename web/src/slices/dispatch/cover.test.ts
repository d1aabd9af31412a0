// What the map lays over the city says the same as its list, and rests on no colour.
import { describe, expect, test } from 'vitest'
import type { AreaRow } from '../places/base'
import {
  bandOf,
  type Cover,
  coverPlaces,
  coverShapes,
  minutesOf,
  stretchesOf,
  type Trail,
  trailShapes,
  within,
} from './cover'

const square = (area: string, x: number): AreaRow =>
  ({
    area,
    name: area === 'a' ? 'Api-Api' : 'Loktuan',
    level: 'kelurahan',
    lon: x + 0.01,
    lat: 0.01,
    shape: {
      type: 'Polygon',
      coordinates: [
        [
          [x, 0],
          [x + 0.02, 0],
          [x + 0.02, 0.02],
          [x, 0.02],
          [x, 0],
        ],
      ],
    },
  }) as unknown as AreaRow
const AREAS = [square('a', 117), square('b', 117.02)]

const cover = (...areas: Cover['areas']) => ({ limit_s: 900, areas }) as Cover
const area = (id: string, seconds: number | null) => ({
  area: id,
  seconds,
  unit: seconds === null ? null : 'BTG-1',
  way: seconds === null ? 'none' : 'network',
})

describe('cover', () => {
  test('an area is late past the limit, and where no unit comes at all', () => {
    expect(bandOf({ seconds: 600 }, 900)).toBe('soon')
    expect(bandOf({ seconds: 900 }, 900)).toBe('inside')
    expect(bandOf({ seconds: 900.1 }, 900)).toBe('late')
    expect(bandOf({ seconds: null }, 900)).toBe('late')
  })

  test('minutes are never shown as fewer than they are', () => {
    expect(minutesOf(840)).toBe(14)
    expect(minutesOf(841)).toBe(15)
  })

  test('what is late is hatched, what is in time is not', () => {
    const { features } = coverShapes(cover(area('b', null), area('a', 444)), AREAS)
    const kinds = (band: string) =>
      features.filter((one) => one.properties?.band === band).map((one) => one.geometry.type)
    expect(kinds('late')).toEqual(['Polygon', 'MultiLineString'])
    expect(kinds('soon')).toEqual(['Polygon'])
  })

  test('every area has its words on the map, who waits longest first', () => {
    const places = (...areas: Cover['areas']) => coverPlaces(cover(...areas), AREAS).map((one) => one.area.name)
    expect(places(area('a', 444), area('b', null))).toEqual(['Loktuan', 'Api-Api'])
    expect(places(area('a', 700), area('b', 444))).toEqual(['Api-Api', 'Loktuan'])
  })

  test('an area the map does not know is left to the list', () => {
    expect(coverShapes(cover(area('elsewhere', 100)), AREAS).features).toEqual([])
    expect(coverShapes(undefined, AREAS).features).toEqual([])
    expect(coverPlaces(cover(area('elsewhere', 100)), AREAS)).toEqual([])
  })

  test('a place is within its own square only', () => {
    expect(AREAS.map((one) => within([117.03, 0.005], one.shape))).toEqual([false, true])
  })
})

describe('trails', () => {
  const point = (minute: number, lon: number, street: string | null) => ({
    at: `2026-03-07T13:0${minute}:00.000000+00:00`,
    lon,
    lat: 0.01,
    street,
  })
  const trail: Trail = {
    unit: 'BTG-1',
    points: [
      point(1, 117.001, 'Jalan Ahmad Yani'),
      point(2, 117.01, 'Jalan Ahmad Yani'),
      point(3, 117.025, 'Jalan Ahmad Yani'),
      point(4, 117.03, null),
    ],
  }

  test('its words join what was one stretch, the newest first', () => {
    expect(stretchesOf(trail, AREAS).map((one) => [one.from.slice(14, 16), one.to.slice(14, 16), one.where])).toEqual([
      ['04', '04', 'Loktuan'],
      ['03', '03', 'Jalan Ahmad Yani, Loktuan'],
      ['01', '02', 'Jalan Ahmad Yani, Api-Api'],
    ])
  })

  test('a vehicle that stood still has words but no line', () => {
    const still = { unit: 'BTG-2', points: [point(1, 117.001, null), point(2, 117.0015, null)] }
    expect(trailShapes([trail, still]).features.map((one) => one.properties?.unit)).toEqual(['BTG-1'])
  })
})
