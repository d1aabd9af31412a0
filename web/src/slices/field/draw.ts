// Dangers as shapes on the map, and the shape that is being drawn. Pure.
import type { Feature, FeatureCollection, Position } from 'geojson'
import type { LngLat } from '../../kernel/map'
import { circle, hatch } from '../places/hatch'
import type { Hazard } from './rows'

export type Shape = 'point' | 'line' | 'area'
export type Drawn = {
  readonly shape: Shape
  readonly corners: readonly LngLat[]
  readonly radius: number
  readonly noGo: boolean
}

/** How many corners a shape needs before it can be kept. */
export const LEAST: Readonly<Record<Shape, number>> = { point: 1, line: 2, area: 3 }

export const complete = (drawn: Drawn) => drawn.corners.length >= LEAST[drawn.shape]

/** A point has one place: the next touch moves it; lines and areas get another corner. */
export function withCorner(drawn: Drawn, at: LngLat): Drawn {
  return { ...drawn, corners: drawn.shape === 'point' ? [at] : [...drawn.corners, at] }
}

export const withoutLast = (drawn: Drawn): Drawn => ({ ...drawn, corners: drawn.corners.slice(0, -1) })

const ring = (corners: readonly LngLat[]): Position[] => {
  const [first] = corners
  return first ? [...corners, first].map((at) => [...at]) : []
}

/** Outline, tint and, where nobody may go, a hatch: it is seen without colour. */
export function shapesOf(drawn: Drawn, state: 'kept' | 'drawing'): Feature[] {
  const { shape, corners, radius, noGo } = drawn
  const properties = { state, no_go: noGo }
  const [first] = corners
  if (!first) return []
  if (shape === 'line' || corners.length === 2)
    return corners.length < 2
      ? []
      : [{ type: 'Feature', properties, geometry: { type: 'LineString', coordinates: corners.map((at) => [...at]) } }]
  const outline = shape === 'point' ? [...circle(first, radius)] : corners.length > 2 ? ring(corners) : []
  if (outline.length < 4) return []
  const lines = noGo ? hatch(outline, Math.max(2, sizeOf(outline) / 12)) : []
  return [
    { type: 'Feature', properties, geometry: { type: 'Polygon', coordinates: [outline] } },
    ...lines.map(
      ([from, to]): Feature => ({
        type: 'Feature',
        properties: { ...properties, part: 'hatch' },
        geometry: { type: 'LineString', coordinates: [from, to] },
      }),
    ),
  ]
}

const M_PER_DEG = 111_320
function sizeOf(outline: readonly Position[]): number {
  const lats = outline.map(([, lat = 0]) => lat)
  return (Math.max(...lats) - Math.min(...lats)) * M_PER_DEG
}

export const drawnOf = (hazard: Hazard): Drawn => ({
  shape: hazard.shape,
  corners: hazard.points.map((point) => [point.lon, point.lat] as const),
  radius: hazard.radius_m ?? 10,
  noGo: hazard.no_go,
})

export const hazardShapes = (hazards: readonly Hazard[], drawing: Drawn | undefined): FeatureCollection => ({
  type: 'FeatureCollection',
  features: [
    ...hazards.flatMap((hazard) => shapesOf(drawnOf(hazard), 'kept')),
    ...(drawing ? shapesOf(drawing, 'drawing') : []),
  ],
})

/** Where the letter of a danger stands: the middle of its corners. */
export function middle(corners: readonly LngLat[]): LngLat {
  const n = corners.length || 1
  return [corners.reduce((sum, [lon]) => sum + lon, 0) / n, corners.reduce((sum, [, lat]) => sum + lat, 0) / n]
}

/** Metres between two places, as the crow flies. */
export function metres(a: LngLat, b: LngLat): number {
  const wide = Math.cos(((a[1] + b[1]) * Math.PI) / 360)
  return Math.hypot((a[0] - b[0]) * wide, a[1] - b[1]) * M_PER_DEG
}
