// The way on the map: this unit, where it goes, who else comes, closed roads and water beside it.
import { useComputed, useSignal } from '@preact/signals'
import type { FeatureCollection } from 'geojson'
import { now } from '../../kernel/clock'
import { t } from '../../kernel/i18n'
import { type Bounds, type LngLat, MapFrame } from '../../kernel/map'
import type { StandardsApi } from '../intake/standards'
import type { Base } from '../places/base'
import { closureShapes } from '../places/hatch'
import { layers } from '../places/layers'
import { NoMap } from '../places/no-map'
import { standing, useClosures } from '../places/roads'
import { closureMark, incidentMark, unitMark } from './map-marks'
import type { Trip, Way } from './use-trip'
import { unitOf } from './views'

const NOTHING: FeatureCollection = { type: 'FeatureCollection', features: [] }
/** Room round the way (degrees): the streets beside it are part of the picture. */
const ROOM = 0.003

function wayShape(way: Way | undefined): FeatureCollection {
  if (!way) return NOTHING
  const geometry = { type: 'LineString' as const, coordinates: way.points.map((point) => [...point]) }
  return { type: 'FeatureCollection', features: [{ type: 'Feature', properties: { unit: way.unit }, geometry }] }
}

/** The box of the whole way, or of what stands still when there is none. */
export function boundsOfWay(points: readonly LngLat[]): Bounds | undefined {
  if (!points.length) return undefined
  const lons = points.map((point) => point[0])
  const lats = points.map((point) => point[1])
  return [
    [Math.min(...lons) - ROOM, Math.min(...lats) - ROOM],
    [Math.max(...lons) + ROOM, Math.max(...lats) + ROOM],
  ]
}

type Props = { trip: Trip; base: Base; standards: StandardsApi; here: LngLat | undefined }

export function UnitMap({ trip, base, standards, here }: Props) {
  const closures = useClosures()
  const latest = useSignal({ trip, here })
  latest.value = { trip, here }
  const sources = useComputed(() => ({
    ...base.sources.value,
    routes: wayShape(latest.value.trip.way),
    closures: closureShapes(standing(closures.rows.value)),
  }))
  const marks = useComputed(() => {
    const { trip, here } = latest.value
    const { incident, unit } = trip
    const stations = new Map(trip.stations.map((station) => [station.station, station]))
    const coming = trip.board
      .filter((row) => row.incident && row.incident === incident?.id)
      .map((row) => unitOf(row, standards, stations, trip.positions.get(row.unit), now.value))
      .map((one) => (one.id === unit?.unit && here ? { ...one, at: here } : one))
    return [
      ...standing(closures.rows.value).flatMap(closureMark),
      ...(incident ? incidentMark(incident, { on: true, mayday: false }) : []),
      ...coming.flatMap((one) => unitMark(one, false, true)),
    ]
  })
  const there = trip.incident?.at
  const bounds = boundsOfWay([...(trip.way?.points ?? []), ...(there ? [there] : []), ...(here ? [here] : [])])
  if (!base.ready.value || !bounds) return <NoMap base={base} />
  return (
    <MapFrame
      key={`${trip.incident?.id} ${trip.way ? 'way' : 'place'}`}
      label={t('map.title')}
      sources={sources}
      layers={layers}
      marks={marks}
      bounds={bounds}
      note={base.region.value?.schematic ? t('map.schematic') : ''}
    />
  )
}
