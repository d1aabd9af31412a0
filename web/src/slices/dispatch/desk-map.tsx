// The map of the desk: the base of `places`, and on it incidents, units with their tags, posts and the proposed route.
import { useComputed, useSignal } from '@preact/signals'
import type { FeatureCollection } from 'geojson'
import { now } from '../../kernel/clock'
import { t } from '../../kernel/i18n'
import { type Bounds, type LngLat, MapFrame, type MapHandle } from '../../kernel/map'
import type { Base } from '../places/base'
import { closureShapes } from '../places/hatch'
import { layers } from '../places/layers'
import { type Closing, type Closure, standing } from '../places/roads'
import { closingMark, closureMark, incidentMark, type Station, stationMark, unitMark } from './map-marks'
import type { Incident, Unit } from './rows'

type Props = {
  base: Base
  incidents: readonly Incident[]
  units: readonly Unit[]
  stations: readonly Station[]
  stationsKnown: boolean
  closures: readonly Closure[]
  /** A closure that is being drawn. */
  closing: Closing | undefined
  proposed: ReadonlySet<string>
  /** Ways of the units that are rolling. */
  routes: FeatureCollection
  selected: string | undefined
  onPick(id: string): void
  onPlace?(at: LngLat): void
  onUnit(id: string): void
  onReady(map: MapHandle): void
}

export function DeskMap(props: Props) {
  const { base } = props
  const showUnits = useSignal(true)
  const showWater = useSignal(true)
  const latest = useSignal(props)
  latest.value = props

  const routes = useSignal(props.routes)
  routes.value = props.routes
  const shut = useComputed(() => {
    const { closures, closing } = latest.value
    const drawn = closing ? [{ lon: closing.at[0], lat: closing.at[1], radius_m: closing.radius }] : []
    return JSON.stringify([...standing(closures), ...drawn])
  })
  const shapes = useComputed(() => closureShapes(JSON.parse(shut.value)))
  const sources = useComputed(() => ({
    ...base.sources.value,
    ...(!showWater.value && { hydrants: EMPTY }),
    routes: showUnits.value ? routes.value : EMPTY,
    closures: shapes.value,
  }))
  const marks = useComputed(() => {
    const { incidents, units, stations, proposed, selected, closures, closing } = latest.value
    return [
      ...stations.map(stationMark),
      ...standing(closures).flatMap(closureMark),
      ...(closing ? [closingMark(closing)] : []),
      // The chosen one last, so that it lies on top.
      ...[...incidents]
        .sort((a, b) => Number(a.id === selected) - Number(b.id === selected))
        .flatMap((incident) => incidentMark(incident, incident.id === selected, props.onPick)),
      ...(showUnits.value ? units.flatMap((unit) => unitMark(unit, proposed.has(unit.id), props.onUnit)) : []),
    ]
  })

  const region = base.region.value
  if (!base.ready.value || !base.bounds.value || !props.stationsKnown)
    return (
      <section class="map" aria-label={t('map.title')} aria-busy={!base.failed.value}>
        <p class="mapless">{t(base.failed.value ? 'map.none' : 'desk.loading')}</p>
      </section>
    )
  return (
    <MapFrame
      label={t('map.title')}
      sources={sources}
      layers={layers}
      marks={marks}
      bounds={around(props.stations) ?? base.bounds.value}
      note={<Note schematic={region?.schematic ?? false} units={props.units} />}
      {...(props.onPlace && { onPick: props.onPlace })}
      onReady={props.onReady}
    >
      <div class="layers" role="group" aria-label={t('map.layers')}>
        <Toggle on={showUnits.value} onToggle={() => (showUnits.value = !showUnits.value)} text={t('map.units')} />
        <Toggle on={showWater.value} onToggle={() => (showWater.value = !showWater.value)} text={t('map.water')} />
      </div>
    </MapFrame>
  )
}

/** Where the stations are is where the work is: the first look need not hold every island. */
export function around(stations: readonly Station[]): Bounds | undefined {
  const lons = stations.map((station) => station.at[0])
  const lats = stations.map((station) => station.at[1])
  const pad = 0.018
  return stations.length < 2
    ? undefined
    : [
        [Math.min(...lons) - pad, Math.min(...lats) - pad],
        [Math.max(...lons) + pad, Math.max(...lats) + pad],
      ]
}

const EMPTY = { type: 'FeatureCollection' as const, features: [] }

function Toggle({ on, text, onToggle }: { on: boolean; text: string; onToggle(): void }) {
  return (
    <button type="button" aria-pressed={on} onClick={onToggle}>
      {text}
    </button>
  )
}

/** Every schematic says so; every live map says the age of its positions. */
function Note({ schematic, units }: { schematic: boolean; units: readonly Unit[] }) {
  const latest = Math.max(...units.map((unit) => unit.atTime ?? Number.NEGATIVE_INFINITY))
  const age = Number.isFinite(latest)
    ? t('map.positions', { n: Math.max(0, Math.floor((now.value - latest) / 1000)) })
    : t('map.no-positions')
  return <>{[...(schematic ? [t('map.schematic')] : []), age].join(' · ')}</>
}
