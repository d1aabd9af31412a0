// The map of one scene: the base, the incident, dangers with their letter, the wind, and what is being drawn.
import { useComputed, useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { t } from '../../kernel/i18n'
import { type Bounds, type LngLat, MapFrame, type MapHandle, type Mark } from '../../kernel/map'
import type { LayerSpecification } from '../../kernel/map-engine'
import { Sym } from '../../look/symbols'
import { useStandards } from '../intake/standards'
import { useBase } from '../places/base'
import { layers } from '../places/layers'
import { NoMap } from '../places/no-map'
import { type Drawn, drawnOf, hazardShapes, middle } from './draw'
import type { Board, Hazard } from './rows'
import { useScene } from './scene'

const AROUND_DEG = 0.0035

/** What the map first shows: the incident, and every danger that is drawn. */
export function boundsOf(row: Pick<Board, 'lon' | 'lat' | 'hazards'>): Bounds {
  const all: LngLat[] = [
    [row.lon - AROUND_DEG, row.lat - AROUND_DEG * 0.8],
    [row.lon + AROUND_DEG, row.lat + AROUND_DEG * 0.8],
    ...row.hazards.flatMap((hazard) => drawnOf(hazard).corners),
  ]
  const lons = all.map(([lon]) => lon)
  const lats = all.map(([, lat]) => lat)
  return [
    [Math.min(...lons), Math.min(...lats)],
    [Math.max(...lons), Math.max(...lats)],
  ]
}

type Props = {
  drawing: Drawn | undefined
  onCorner(at: LngLat): void
  onHazard(hazard: Hazard): void
  onReady(map: MapHandle): void
}

export function SceneMap({ drawing, onCorner, onHazard, onReady }: Props) {
  const { row, std } = useScene()
  const words = useStandards()
  const base = useBase()
  const latest = useSignal({ row, drawing })
  latest.value = { row, drawing }
  const corner = useRef(onCorner)
  corner.current = onCorner

  const shapes = useComputed(() => JSON.stringify(hazardShapes(latest.value.row.hazards, latest.value.drawing)))
  const parsed = useComputed(() => JSON.parse(shapes.value))
  const sources = useComputed(() => ({ ...base.sources.value, dangers: parsed.value }))
  const marks = useComputed<readonly Mark[]>(() => [
    incidentMark(latest.value.row, words.letterOf(latest.value.row.type)),
    ...latest.value.row.hazards.map((hazard) => ({
      ...letterMark(hazard, std.hazardLetter(hazard.kind), std.hazardName(hazard.kind)),
      onPick: () => onHazard(hazard),
    })),
    ...(latest.value.drawing?.corners ?? []).map(cornerMark),
  ])

  if (!base.ready.value) return <NoMap base={base} />
  return (
    <MapFrame
      label={t('field.map')}
      sources={sources}
      layers={(paint, tiled) => [...layers(paint, tiled), ...dangerLayers(paint)]}
      marks={marks}
      bounds={boundsOf(row)}
      note={base.region.value?.schematic ? t('map.schematic') : ''}
      onPick={(at) => corner.current(at)}
      onReady={onReady}
    >
      <span class="cross" aria-hidden="true" />
      {row.wind ? <Wind from={row.wind.from_deg} speed={row.wind.speed_mps} /> : null}
    </MapFrame>
  )
}

/** An arrow that points where the wind goes; the word says where it comes from. */
export function Wind({ from, speed }: { from: number; speed: number | null }) {
  return (
    <span class="wind">
      <svg class="i l" viewBox="0 0 24 24" aria-hidden="true" style={{ transform: `rotate(${from + 180}deg)` }}>
        <path d="M12 21V3M6 9l6-6 6 6" />
      </svg>
      {t('field.wind-from', { from: compass(from) })}
      {speed === null ? '' : ` ${speed} m/s`}
    </span>
  )
}

const POINTS = [
  'field.wind-n',
  'field.wind-ne',
  'field.wind-e',
  'field.wind-se',
  'field.wind-s',
  'field.wind-sw',
  'field.wind-w',
  'field.wind-nw',
] as const
export const COMPASS = POINTS.map((key, i) => [key, i * 45] as const)
export const compass = (deg: number) => t(POINTS[Math.round(deg / 45) % 8] ?? 'field.wind-n')

export function dangerLayers(paint: (token: string) => string): LayerSpecification[] {
  const hue = ['case', ['get', 'no_go'], paint('danger'), paint('watch')]
  const parts: object[] = [
    {
      id: 'dangers-fill',
      type: 'fill',
      source: 'dangers',
      filter: ['==', ['geometry-type'], 'Polygon'],
      paint: { 'fill-color': hue, 'fill-opacity': 0.12 },
    },
    {
      id: 'dangers-line',
      type: 'line',
      source: 'dangers',
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: {
        'line-color': hue,
        'line-width': ['case', ['==', ['get', 'part'], 'hatch'], 1, ['==', ['get', 'state'], 'drawing'], 4, 3],
      },
    },
  ]
  return parts as LayerSpecification[]
}

const incidentMark = (row: Board, kind: Parameters<typeof Sym>[0]['kind']): Mark => ({
  id: 'incident',
  at: [row.lon, row.lat],
  w: 40,
  h: 40,
  ay: 14,
  sign: true,
  label: row.number,
  body: (
    <span class="at">
      <Sym kind={kind} />
    </span>
  ),
})

export const letterMark = (hazard: Hazard, letter: string, name: string): Mark => ({
  id: `hazard ${hazard.hazard}`,
  at: middle(drawnOf(hazard).corners),
  w: 48,
  h: 48,
  ay: 24,
  sign: true,
  hue: hazard.no_go ? 'danger' : 'watch',
  label: name,
  body: (
    <svg class="hazard-sign" viewBox="0 0 28 28" aria-hidden="true">
      <path d="M14 2 27 25H1z" />
      <text x="14" y="22">
        {letter}
      </text>
    </svg>
  ),
})

const cornerMark = (at: LngLat, i: number): Mark => ({
  id: `corner ${i}`,
  at,
  w: 16,
  h: 16,
  ay: 8,
  sign: true,
  label: String(i + 1),
  body: <span class="corner" />,
})
