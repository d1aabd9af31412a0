// The map of the moment: where the incident was, the units as their tracks have them, and how they had come.
import { type ReadonlySignal, useComputed, useSignal } from '@preact/signals'
import type { FeatureCollection } from 'geojson'
import { useMemo } from 'preact/hooks'
import { ms, time } from '../../kernel/clock'
import { t } from '../../kernel/i18n'
import { MapFrame, type MapHandle, type Mark } from '../../kernel/map'
import { incidentMark, type Station, stationMark, unitMark } from '../dispatch/map-marks'
import type { Incident, Unit } from '../dispatch/rows'
import type { IncidentRow } from '../dispatch/views'
import { hazardShapes } from '../field/draw'
import type { Board } from '../field/rows'
import { dangerLayers, letterMark } from '../field/scene-map'
import type { FieldStandards } from '../field/standards'
import type { Base } from '../places/base'
import { layers } from '../places/layers'
import { NoMap } from '../places/no-map'
import type { Player } from './player'
import { placeAt, statusAt, type Track } from './replay'
import '../../look/field.css'

type Props = {
  base: Base
  row: IncidentRow
  incident: Incident
  stations: readonly Station[]
  tracks: readonly Track[]
  player: Player
  /** What was known of the scene at the moment: its dangers are on the map. */
  board: ReadonlySignal<Board>
  std: FieldStandards
}

const AWAY = new Set(['left', 'assigned', 'on-the-way'])
const NEAR_DEG = 0.016

export function MomentMap({ base, row, incident, stations, tracks, player, board, std }: Props) {
  const map = useSignal<MapHandle | undefined>(undefined)
  const latest = useSignal({ row, incident, stations, tracks })
  latest.value = { row, incident, stations, tracks }
  const placed = useComputed(() => unitsAt(latest.value.row, latest.value.tracks, player.at.value))
  const marks = useComputed<readonly Mark[]>(() => [
    ...latest.value.stations.map(stationMark),
    ...incidentMark(latest.value.incident, { on: true, mayday: false }),
    ...board.value.hazards.map((hazard) =>
      letterMark(hazard, std.hazardLetter(hazard.kind), std.hazardName(hazard.kind)),
    ),
    ...placed.value.shown.flatMap((unit) => unitMark(unit, false, true)),
  ])
  const drawn = useComputed(() => JSON.stringify(hazardShapes(board.value.hazards, undefined)))
  const dangers = useComputed(() => JSON.parse(drawn.value) as FeatureCollection)
  const ways = useComputed(() => ({
    ...base.sources.value,
    routes: waysUntil(latest.value.tracks, player.at.value),
    dangers: dangers.value,
  }))
  const bounds = useMemo(() => boundsOf(row, tracks), [row.incident, tracks])
  if (!base.ready.value) return <NoMap base={base} />
  const { hidden } = placed.value
  const note = [
    base.region.value?.schematic ? t('map.schematic') : '',
    t('review.map-at', { time: time(player.at.value) }),
    hidden.length ? t('review.no-track', { units: hidden.join(', ') }) : '',
  ]
  return (
    <MapFrame
      key={tracks.length ? 'tracks' : 'none'}
      label={t('map.title')}
      sources={ways}
      layers={(paint, tiled) => [...layers(paint, tiled), ...dangerLayers(paint)]}
      marks={marks}
      bounds={bounds}
      note={note.filter(Boolean).join(' · ')}
      onReady={(handle) => (map.value = handle)}
    />
  )
}

/** Units that were out then; who has no position on the road is named, not guessed. */
function unitsAt(row: IncidentRow, tracks: readonly Track[], at: number) {
  const shown: Unit[] = []
  const hidden: string[] = []
  for (const sent of row.units) {
    const status = statusAt(sent, at)
    if (!status || status === 'left') continue
    const points = tracks.find((one) => one.unit === sent.unit)?.points ?? []
    const there = AWAY.has(status) ? placeAt(points, at) : (placeAt(points, at) ?? ([row.lon, row.lat] as const))
    if (!there) {
      hidden.push(sent.unit)
      continue
    }
    const since = ms(sent.clocks[status] ?? sent.sent_at)
    const unit = { id: sent.unit, code: sent.unit, type: '', station: '', home: '', standsAt: '', kind: '' }
    shown.push({ ...unit, status, since, incident: row.incident, at: there })
  }
  return { shown, hidden }
}

/** The way each unit had gone until then. */
function waysUntil(tracks: readonly Track[], at: number): FeatureCollection {
  return {
    type: 'FeatureCollection',
    features: tracks.flatMap(({ points }) => {
      const gone = points.filter((one) => ms(one.at) <= at).map((one) => [one.lon, one.lat])
      if (gone.length < 2) return []
      return [
        { type: 'Feature' as const, properties: {}, geometry: { type: 'LineString' as const, coordinates: gone } },
      ]
    }),
  }
}

/** Everything that moved, or the surroundings of the incident. */
function boundsOf(row: IncidentRow, tracks: readonly Track[]) {
  const points = tracks.flatMap((one) => one.points)
  const [lons, lats] = [
    [row.lon, ...points.map((one) => one.lon)],
    [row.lat, ...points.map((one) => one.lat)],
  ]
  const pad = points.length ? NEAR_DEG / 4 : NEAR_DEG
  return [
    [Math.min(...lons) - pad, Math.min(...lats) - pad],
    [Math.max(...lons) + pad, Math.max(...lats) + pad],
  ] as const
}
