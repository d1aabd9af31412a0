// Closed ground as lines: its outline and a slanted hatch, so that it needs neither colour nor pattern images to be seen.
import type { Feature, FeatureCollection, Position } from 'geojson'

const M_PER_DEG = 111_320
const CORNERS = 48

/** A circle on the ground (m) as a closed ring of lon/lat. */
export function circle(at: readonly [number, number], radius: number): readonly Position[] {
  const [lon, lat] = at
  const wide = M_PER_DEG * Math.cos((lat * Math.PI) / 180)
  return Array.from({ length: CORNERS + 1 }, (_, i) => {
    const turn = ((i % CORNERS) / CORNERS) * 2 * Math.PI
    return [lon + (Math.cos(turn) * radius) / wide, lat + (Math.sin(turn) * radius) / M_PER_DEG]
  })
}

/** Lines from south-west to north-east inside a closed ring, `gap` metres apart. */
export function hatch(ring: readonly Position[], gap: number): readonly (readonly [Position, Position])[] {
  const [lon = 0, lat = 0] = ring[0] ?? []
  const wide = M_PER_DEG * Math.cos((lat * Math.PI) / 180)
  // Turned by 45°, each line is one height `v`: along it lies `u`.
  const turned = ring.map(([x = 0, y = 0]) => {
    const [east, north] = [(x - lon) * wide, (y - lat) * M_PER_DEG]
    return [(east + north) / Math.SQRT2, (north - east) / Math.SQRT2] as const
  })
  const back = (u: number, v: number): Position => [
    lon + (u - v) / Math.SQRT2 / wide,
    lat + (u + v) / Math.SQRT2 / M_PER_DEG,
  ]
  const heights = turned.map(([, v]) => v)
  const [low, high] = [Math.min(...heights), Math.max(...heights)]
  const lines: (readonly [Position, Position])[] = []
  for (let v = low + gap / 2; v < high; v += gap) {
    const cuts = turned.slice(1).flatMap(([u2, v2], i) => {
      const [u1, v1] = turned[i] ?? [0, 0]
      return v1 > v !== v2 > v ? [u1 + ((v - v1) / (v2 - v1)) * (u2 - u1)] : []
    })
    cuts.sort((a, b) => a - b)
    for (let i = 0; i + 1 < cuts.length; i += 2) lines.push([back(cuts[i] ?? 0, v), back(cuts[i + 1] ?? 0, v)])
  }
  return lines
}

export type Shut = {
  readonly lon: number | null
  readonly lat: number | null
  readonly radius_m: number | null
  readonly polygon?: unknown
}

/** The ring of a closure, if it has one on the map (closed links have none). */
export function ringOf(shut: Shut): readonly Position[] | undefined {
  if (shut.lon !== null && shut.lat !== null && shut.radius_m !== null)
    return circle([shut.lon, shut.lat], shut.radius_m)
  const corners = Array.isArray(shut.polygon) ? (shut.polygon as Position[]) : []
  const [first] = corners
  return first && corners.length > 2 ? [...corners, first] : undefined
}

/** About twelve lines across, whatever its size. */
const gapOf = (ring: readonly Position[]) => {
  const lats = ring.map(([, lat = 0]) => lat)
  return Math.max(8, ((Math.max(...lats) - Math.min(...lats)) * M_PER_DEG) / 9)
}

export function closureShapes(closures: readonly Shut[]): FeatureCollection {
  const features = closures.flatMap((shut): Feature[] => {
    const ring = ringOf(shut)
    if (!ring) return []
    const lines = hatch(ring, gapOf(ring)).map((line) => [...line])
    return [
      { type: 'Feature', properties: { part: 'edge' }, geometry: { type: 'LineString', coordinates: [...ring] } },
      { type: 'Feature', properties: { part: 'hatch' }, geometry: { type: 'MultiLineString', coordinates: lines } },
    ]
  })
  return { type: 'FeatureCollection', features }
}
