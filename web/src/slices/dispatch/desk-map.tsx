// The map of the desk: the base of `places`, and on it incidents, units with their tags, posts and the proposed route.
import { useComputed, useSignal } from '@preact/signals'
import type { FeatureCollection } from 'geojson'
import { now, shortTime } from '../../kernel/clock'
import { t, word } from '../../kernel/i18n'
import { type Bounds, type LngLat, MapFrame, type MapHandle, type Mark } from '../../kernel/map'
import { Glyph, Sym } from '../../look/symbols'
import type { Base } from '../places/base'
import { closureShapes } from '../places/hatch'
import { layers } from '../places/layers'
import { type Closing, type Closure, standing } from '../places/roads'
import { lookOfIncident } from './incident-panel'
import { type Incident, lookOf, type Unit } from './rows'

export type Station = { readonly id: string; readonly name: string; readonly at: LngLat }

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

const HOUSE = 'M1 13V6l6-5 6 5v7z'

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
function around(stations: readonly Station[]): Bounds | undefined {
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

function stationMark(station: Station): Mark {
  return {
    id: `station ${station.id}`,
    at: station.at,
    w: 26 + station.name.length * 7,
    h: 20,
    ax: 7,
    ay: 10,
    sign: true,
    yields: true,
    label: t('map.station', { name: station.name }),
    body: (
      <span class="post">
        <svg viewBox="0 0 14 14" aria-hidden="true">
          <path d={HOUSE} />
        </svg>
        <span>{station.name}</span>
      </span>
    ),
  }
}

/** A road that cannot be driven, until when if that is known. */
function closureMark(closure: Closure): Mark[] {
  const { lon, lat, until } = closure
  if (lon === null || lat === null) return []
  const words = until ? t('map.closed-until', { at: shortTime(until) }) : t('map.closed')
  return [
    {
      id: `closure ${closure.closure}`,
      at: [lon, lat],
      w: 110,
      h: 36,
      ay: 8,
      sign: true,
      yields: true,
      hue: 'watch',
      label: [words, closure.note].filter(Boolean).join(' · '),
      body: (
        <>
          {NO_WAY}
          <span class="nr shut-text">{words}</span>
        </>
      ),
    },
  ]
}

const NO_WAY = (
  <svg class="no-way" viewBox="0 0 16 16" aria-hidden="true">
    <circle cx="8" cy="8" r="7" />
    <path d="M4 8h8" />
  </svg>
)

/** Where a road will be closed, as long as it is not yet asked. */
const closingMark = ({ at }: Closing): Mark => ({
  id: 'closing',
  at,
  w: 16,
  h: 16,
  ay: 8,
  sign: true,
  hue: 'watch',
  label: t('road.title'),
  body: NO_WAY,
})

function incidentMark(incident: Incident, on: boolean, onPick: Props['onPick']): Mark[] {
  if (!incident.at) return []
  return [
    {
      id: `incident ${incident.id}`,
      at: incident.at,
      w: 56,
      h: 50,
      sign: true,
      hue: '',
      label: `${incident.number} ${incident.type}`,
      body: (
        <>
          <span class={on ? 'ring at' : 'at'}>
            <Sym kind={incident.kind} {...lookOfIncident(incident)} />
            {incident.lifeRisk && !incident.exercise && incident.state === 'open' ? <LifeSign /> : null}
          </span>
          <span class="nr">{incident.number}</span>
        </>
      ),
      onPick: () => onPick(incident.id),
    },
  ]
}

/** The octagon of danger to life, at the symbol's corner. */
const LifeSign = () => (
  <svg class="life" viewBox="0 0 16 16" aria-hidden="true">
    <path d="M5 .8h6L15.2 5v6L11 15.2H5L.8 11V5z" />
    <path class="x" d="M8 4v5M8 11.2v.6" />
  </svg>
)

/** Units at their post are one of many grey tags: they show when they move, are proposed, or stand elsewhere. */
function unitMark(unit: Unit, proposed: boolean, onUnit: Props['onUnit']): Mark[] {
  const { glyph, hue } = lookOf(unit.status)
  if (!unit.at || (!unit.incident && !proposed && unit.status !== 'returning')) return []
  const plan = proposed && !unit.incident
  return [
    {
      id: `unit ${unit.id}`,
      at: unit.at,
      w: 33 + unit.code.length * 7.6,
      h: 22,
      hue: plan ? 'plan' : hue,
      label: `${unit.code} ${word('status', unit.status)}`,
      body: (
        <>
          <Glyph name={plan ? 'plan' : glyph} />
          {unit.code}
        </>
      ),
      onPick: () => onUnit(unit.id),
    },
  ]
}
