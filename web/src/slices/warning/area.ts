// Where a warning is for: circles and drawn areas, as the map shows them and as the node takes them. Pure.
import type { FeatureCollection } from 'geojson'
import { number, t } from '../../kernel/i18n'
import type { Bounds, LngLat } from '../../kernel/map'
import { shapesOf } from '../field/draw'
import type { Area } from './draft'
import type { Message } from './rows'

export type Wanted = { readonly points: { readonly lon: number; readonly lat: number }[]; readonly radius_m?: number }

export const isWhole = (area: Area) => area.radius !== undefined || area.corners.length > 2

export const wantedOf = (areas: readonly Area[]): Wanted[] =>
  areas.filter(isWhole).map(({ corners, radius }) => ({
    points: corners.map(([lon, lat]) => ({ lon, lat })),
    ...(radius !== undefined && { radius_m: radius }),
  }))

export const areasOf = ({ shapes }: Pick<Message, 'shapes'>): readonly Area[] =>
  shapes.map(({ points, radius_m }) => ({
    corners: points.map((point) => [point.lon, point.lat] as const),
    ...(radius_m !== null && radius_m !== undefined && { radius: radius_m }),
  }))

/** `lingkaran 500 m`, `bidang dengan 4 titik`: what a map shows, for who sees none. */
export const wordsOf = ({ corners, radius }: Area) =>
  radius === undefined
    ? t('warning.area-drawn', { n: corners.length })
    : t('warning.area-circle', { metres: number(radius) })

export const shown = (areas: readonly Area[], drawing: Area | undefined): FeatureCollection => ({
  type: 'FeatureCollection',
  features: [
    ...areas.map((area) => [area, 'kept'] as const),
    ...(drawing ? [[drawing, 'drawing'] as const] : []),
  ].flatMap(([{ corners, radius }, state]) =>
    shapesOf({ shape: radius === undefined ? 'area' : 'point', corners, radius: radius ?? 0, noGo: true }, state),
  ),
})

const DEG_PER_M = 1 / 111_320

/** Everything, and some room around it. */
export function around(at: LngLat, areas: readonly Area[]): Bounds {
  const boxes = [{ corners: [at], radius: 300 }, ...areas].flatMap(({ corners, radius = 0 }) =>
    corners.flatMap(([lon, lat]) => [
      [lon - radius * DEG_PER_M, lat - radius * DEG_PER_M] as const,
      [lon + radius * DEG_PER_M, lat + radius * DEG_PER_M] as const,
    ]),
  )
  const lons = boxes.map(([lon]) => lon)
  const lats = boxes.map(([, lat]) => lat)
  return [
    [Math.min(...lons), Math.min(...lats)],
    [Math.max(...lons), Math.max(...lats)],
  ]
}
