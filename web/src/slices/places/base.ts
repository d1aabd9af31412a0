// The base map from the node's own vectors: areas, coast, streets, water. Loaded once, kept for when the node is away.
import { computed, type ReadonlySignal } from '@preact/signals'
import type { Feature, FeatureCollection, Geometry, Position } from 'geojson'
import { useEffect, useMemo } from 'preact/hooks'
import type { Row } from '../../kernel/contract'
import { useDevice, useView } from '../../kernel/device'
import type { Bounds, Sources } from '../../kernel/map'

/** Shapes come as they are drawn; the node's description leaves them open. */
export type RegionRow = Row<'places.region'> & { readonly coast: readonly (readonly Position[])[] }
export type AreaRow = Row<'places.areas'> & { readonly shape: Geometry }
export type StreetRow = Row<'places.streets'> & { readonly lines: readonly (readonly Position[])[] }
export type WaterRow = Row<'places.water'>

const collection = (features: Feature[]): FeatureCollection => ({ type: 'FeatureCollection', features })
const feature = (geometry: Geometry, properties: Record<string, string> = {}): Feature => ({
  type: 'Feature',
  geometry,
  properties,
})

const closed = (line: readonly Position[]) => {
  const [first, last] = [line[0], line.at(-1)]
  return line.length > 3 && first?.[0] === last?.[0] && first?.[1] === last?.[1]
}

/** Land is what the coast encloses; where only a shoreline is known, the areas themselves. */
export function land(region: RegionRow | undefined, areas: readonly AreaRow[]): FeatureCollection {
  const rings = (region?.coast ?? []).filter(closed)
  if (rings.length) return collection(rings.map((ring) => feature({ type: 'Polygon', coordinates: [[...ring]] })))
  return collection(smallest(areas).map((area) => feature(area.shape)))
}

/** The finest level there is: kelurahan. */
export const smallest = (areas: readonly AreaRow[]) => {
  const fine = areas.filter((area) => area.level === 'kelurahan')
  return fine.length ? fine : areas
}

export function boundsOf(areas: readonly AreaRow[]): Bounds | undefined {
  const box = [180, 90, -180, -90] as [number, number, number, number]
  const walk = (part: unknown): void => {
    if (!Array.isArray(part)) return
    const [x, y] = part as [unknown, unknown]
    if (typeof x === 'number' && typeof y === 'number') {
      box[0] = Math.min(box[0], x)
      box[1] = Math.min(box[1], y)
      box[2] = Math.max(box[2], x)
      box[3] = Math.max(box[3], y)
    } else for (const inner of part) walk(inner)
  }
  for (const area of areas) if ('coordinates' in area.shape) walk(area.shape.coordinates)
  return box[0] > box[2]
    ? undefined
    : [
        [box[0], box[1]],
        [box[2], box[3]],
      ]
}

export function sourcesOf(
  region: RegionRow | undefined,
  areas: readonly AreaRow[],
  streets: readonly StreetRow[],
  water: readonly WaterRow[],
): Sources {
  const point = (row: { lon: number; lat: number }): Geometry => ({ type: 'Point', coordinates: [row.lon, row.lat] })
  return {
    land: land(region, areas),
    waters: collection([]),
    areas: collection(smallest(areas).map((area) => feature(area.shape, { name: area.name }))),
    'area-names': collection(smallest(areas).map((area) => feature(point(area), { name: area.name }))),
    roads: collection(
      streets.map((street) =>
        feature(
          { type: 'MultiLineString', coordinates: street.lines.map((line) => [...line]) },
          { name: street.name, class: street.kind },
        ),
      ),
    ),
    hydrants: collection(water.map((source) => feature(point(source), { name: source.name, state: source.state }))),
    routes: collection([]),
    closures: collection([]),
    cover: collection([]),
    trails: collection([]),
  }
}

export type Base = {
  readonly sources: ReadonlySignal<Sources>
  readonly bounds: ReadonlySignal<Bounds | undefined>
  readonly region: ReadonlySignal<RegionRow | undefined>
  readonly areas: ReadonlySignal<readonly AreaRow[]>
  readonly ready: ReadonlySignal<boolean>
  readonly failed: ReadonlySignal<boolean>
}

export function useBase(): Base {
  // The map comes after the page.
  const keep = { keep: true, later: true }
  const region = useView<'places.region', RegionRow>('places.region', {}, keep)
  const areas = useView<'places.areas', AreaRow>('places.areas', {}, keep)
  const streets = useView<'places.streets', StreetRow>('places.streets', {}, keep)
  const water = useView('places.water', {}, keep)
  // A region that was imported anew brings a map of its own.
  const { ground } = useDevice()
  useEffect(() => {
    let known = region.confirmed.peek()
    return region.confirmed.subscribe((rows) => {
      if (rows !== known && known.length) void ground.refresh()
      known = rows
    })
  }, [region, ground])
  return useMemo(() => {
    const one = computed(() => region.rows.value[0])
    const there = [region, areas, streets]
    return {
      region: one,
      areas: areas.rows,
      sources: computed(() => sourcesOf(one.value, areas.rows.value, streets.rows.value, water.rows.value)),
      bounds: computed(() => boundsOf(areas.rows.value)),
      ready: computed(() => there.every((view) => view.state.value === 'live' || view.state.value === 'stored')),
      failed: computed(
        () =>
          there.some((view) => view.state.value === 'failed') ||
          (areas.state.value === 'live' && !areas.rows.value.length),
      ),
    }
  }, [region, areas, streets, water])
}
