// What the map lays over the city: how late help would be now, and where vehicles came from; as shapes and as lists.
import type { Feature, FeatureCollection, Geometry, Position } from 'geojson'
import type { Row } from '../../kernel/contract'
import type { AreaRow } from '../places/base'
import { hatch } from '../places/hatch'

export type Cover = Row<'dispatch.cover'>
export type CoverArea = Cover['areas'][number]
export type Trail = Row<'dispatch.trails'>

/** Well inside the limit; the rest of it; later. */
export type Band = 'soon' | 'inside' | 'late'
const SOON_S = 600
/** Metres between the lines over what is late; wide areas get no more lines than this. */
const GAP_M = 260
const MOST_LINES = 60
const M_PER_DEG = 111_320

export const bandOf = ({ seconds }: Pick<CoverArea, 'seconds'>, limit: number): Band =>
  seconds === null || seconds > limit ? 'late' : seconds <= SOON_S ? 'soon' : 'inside'

/** Minutes as they are shown: rounded up, for help is not promised sooner than it comes. */
export const minutesOf = (seconds: number) => Math.ceil(seconds / 60)

const ringsOf = (shape: Geometry): readonly (readonly Position[])[] =>
  shape.type === 'Polygon'
    ? shape.coordinates.slice(0, 1)
    : shape.type === 'MultiPolygon'
      ? shape.coordinates.flatMap((part) => part.slice(0, 1))
      : []

function gapOf(ring: readonly Position[]): number {
  const lats = ring.map(([, lat = 0]) => lat)
  return Math.max(GAP_M, ((Math.max(...lats) - Math.min(...lats)) * M_PER_DEG) / MOST_LINES)
}

/** Areas in time get a tint, late ones a hatch; their minutes stand over them as words, so nothing rests on a colour. */
export function coverShapes(cover: Cover | undefined, areas: readonly AreaRow[]): FeatureCollection {
  const shapes = new Map(areas.map((area) => [area.area, area]))
  const features = (cover?.areas ?? []).flatMap((of): Feature[] => {
    const area = shapes.get(of.area)
    if (!cover || !area) return []
    const band = bandOf(of, cover.limit_s)
    const lines = band === 'late' ? ringsOf(area.shape).flatMap((ring) => hatch(ring, gapOf(ring))) : []
    return [
      { type: 'Feature', properties: { band }, geometry: area.shape },
      ...(lines.length
        ? [
            {
              type: 'Feature' as const,
              properties: { band },
              geometry: { type: 'MultiLineString' as const, coordinates: lines.map((line) => [...line]) },
            },
          ]
        : []),
    ]
  })
  return { type: 'FeatureCollection', features }
}

/** The areas whose minutes the map shows, with their place: who waits longest first, for not all words find room. */
export function coverPlaces(
  cover: Cover | undefined,
  areas: readonly AreaRow[],
): readonly { readonly of: CoverArea; readonly area: AreaRow }[] {
  const byId = new Map(areas.map((area) => [area.area, area]))
  const wait = (of: CoverArea) => of.seconds ?? Number.POSITIVE_INFINITY
  return [...(cover?.areas ?? [])]
    .sort((a, b) => (wait(a) === wait(b) ? 0 : wait(b) - wait(a)))
    .flatMap((of) => {
      const area = byId.get(of.area)
      return area ? [{ of, area }] : []
    })
}

/** A place and its surroundings: inside them a tracker only trembles. */
const STILL_DEG = 150 / M_PER_DEG

/** Whether a vehicle went somewhere. */
export function moved({ points }: Trail): boolean {
  const [first] = points
  return points.some(
    (one) => first && Math.max(Math.abs(one.lon - first.lon), Math.abs(one.lat - first.lat)) > STILL_DEG,
  )
}

/** A line per vehicle; who stood still has none. */
export function trailShapes(trails: readonly Trail[]): FeatureCollection {
  const features = trails.filter(moved).map((trail) => ({
    type: 'Feature' as const,
    properties: { unit: trail.unit },
    geometry: { type: 'LineString' as const, coordinates: trail.points.map((point) => [point.lon, point.lat]) },
  }))
  return { type: 'FeatureCollection', features }
}

/** Whether a place lies in a shape (its outer rings). */
export function within([lon, lat]: readonly [number, number], shape: Geometry): boolean {
  return ringsOf(shape).some((ring) => {
    let inside = false
    ring.forEach(([x2 = 0, y2 = 0], i) => {
      const [x1 = 0, y1 = 0] = ring[(i || ring.length) - 1] ?? []
      if (y1 > lat !== y2 > lat && lon < x1 + ((lat - y1) * (x2 - x1)) / (y2 - y1)) inside = !inside
    })
    return inside
  })
}

export type Stretch = { readonly from: string; readonly to: string; readonly where: string }

/** A trail in words, the newest first: from when to when it was on which street of which area. */
export function stretchesOf(trail: Trail, areas: readonly AreaRow[]): readonly Stretch[] {
  const found: Stretch[] = []
  for (const point of trail.points) {
    const area = areas.find((one) => within([point.lon, point.lat], one.shape))
    const where = [point.street, area?.name].filter(Boolean).join(', ')
    const last = found.at(-1)
    if (last?.where === where) found[found.length - 1] = { ...last, to: point.at }
    else found.push({ from: point.at, to: point.at, where })
  }
  return found.reverse()
}
