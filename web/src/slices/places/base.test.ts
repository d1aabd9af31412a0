// The base map is made of what the node sends: land inside the coast, bounds round the areas.
import { expect, test } from 'vitest'
import { type AreaRow, boundsOf, land, smallest } from './base'

const area = (id: string, level: string, x: number): AreaRow => ({
  area: id,
  name: id,
  level,
  parent: null,
  lon: x,
  lat: 0,
  shape: {
    type: 'Polygon',
    coordinates: [
      [
        [x, 0],
        [x + 1, 0],
        [x + 1, 1],
        [x, 0],
      ],
    ],
  },
})
const areas = [area('kota', 'kota', 0), area('a', 'kelurahan', 1), area('b', 'kelurahan', 2)]

test('a closed coast makes the land; an open shoreline leaves the kelurahan', () => {
  const ring = [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 0],
  ]
  const region = { region: 'r', name: 'r', schematic: true, centre: null }
  expect(land({ ...region, coast: [ring] }, areas).features).toHaveLength(1)
  expect(land({ ...region, coast: [ring.slice(0, 3)] }, areas).features).toHaveLength(2)
  expect(land(undefined, areas).features).toHaveLength(2)
})

test('names and lines are those of the finest level', () => {
  expect(smallest(areas).map((one) => one.area)).toEqual(['a', 'b'])
  expect(smallest(areas.slice(0, 1)).map((one) => one.area)).toEqual(['kota'])
})

test('the first look holds every area, and there is none without areas', () => {
  expect(boundsOf(areas)).toEqual([
    [0, 0],
    [3, 1],
  ])
  expect(boundsOf([])).toBeUndefined()
})
