// The map of the desk: the base of `places`, and on it incidents, units with their tags, posts and the proposed route.
import { useComputed, useSignal } from '@preact/signals'
import type { FeatureCollection } from 'geojson'
import { useMemo, useRef } from 'preact/hooks'
import { ago } from '../../kernel/age'
import { now } from '../../kernel/clock'
import { useDevice } from '../../kernel/device'
import { language, t } from '../../kernel/i18n'
import { type Bounds, type LngLat, MapFrame, type MapHandle, type Mark } from '../../kernel/map'
import { madeOnce } from '../../kernel/sameness'
import { useSteadyActs } from '../../kernel/steady-props'
import type { Base } from '../places/base'
import { closureShapes } from '../places/hatch'
import { layers } from '../places/layers'
import { NoMap } from '../places/no-map'
import { type Closing, type Closure, standing } from '../places/roads'
import { coverPlaces, coverShapes, trailShapes } from './cover'
import { CoverList, TrailList } from './cover-list'
import { closingMark, closureMark, coverMark, incidentMark, type Station, stationMark, unitMark } from './map-marks'
import type { Incident, Unit } from './rows'
import { useCover, useTrails } from './use-cover'

/** Who may see where a vehicle was; the node holds to the same. */
const TRAIL_READERS = ['dispatcher', 'shift-leader', 'commander']

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
  /** What happens at each scene, by incident. */
  scenes: ReadonlyMap<string, { readonly maydays: number }>
  onPick(id: string): void
  onPlace?(at: LngLat): void
  onUnit(id: string): void
  onReady(map: MapHandle): void
}

export function DeskMap(props: Props) {
  const { base } = props
  const showUnits = useSignal(true)
  const showWater = useSignal(true)
  const showCover = useSignal(false)
  const showTrails = useSignal(false)
  const cover = useCover(showCover.value)
  const trails = useTrails(showTrails.value)
  const trailed = useDevice().may(TRAIL_READERS)
  const handle = useRef<MapHandle | undefined>(undefined)
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
  const covered = useComputed(() => {
    const row = showCover.value ? cover.value.rows[0] : undefined
    return coverShapes(row, base.areas.value)
  })
  const minutes = useComputed<readonly Mark[]>(() => {
    const row = showCover.value ? cover.value.rows[0] : undefined
    void language.value
    return coverPlaces(row, base.areas.value).map(({ of, area }) => coverMark(of, area, row?.limit_s ?? 0))
  })
  const sources = useComputed(() => ({
    ...base.sources.value,
    ...(!showWater.value && { hydrants: EMPTY }),
    // With its minutes an area's name stands among the marks.
    ...(minutes.value.length > 0 && { 'area-names': EMPTY }),
    routes: showUnits.value ? routes.value : EMPTY,
    closures: shapes.value,
    cover: covered.value,
    trails: showTrails.value ? trailShapes(trails.value.rows) : EMPTY,
  }))
  const stood = useComputed(() => latest.value.stations)
  const posts = useComputed(() => stood.value.map(stationMark))
  const acts = useSteadyActs({ onPick: props.onPick, onUnit: props.onUnit })
  const incidentOnce = useMemo(() => madeOnce<Incident, readonly Mark[]>(), [])
  const unitOnce = useMemo(() => madeOnce<Unit, readonly Mark[]>(), [])
  const drawn = useRef<readonly Mark[]>([])
  const marks = useComputed(() => {
    const { incidents, units, proposed, selected, scenes, closures, closing } = latest.value
    const made = [
      ...minutes.value,
      ...posts.value,
      ...standing(closures).flatMap(closureMark),
      ...(closing ? [closingMark(closing)] : []),
      // The chosen one last, so that it lies on top.
      ...[...incidents]
        .sort((a, b) => Number(a.id === selected) - Number(b.id === selected))
        .flatMap((incident) => {
          const on = incident.id === selected
          const mayday = Boolean(scenes.get(incident.id)?.maydays)
          return incidentOnce(incident, [on, mayday, language.value], () =>
            incidentMark(incident, { on, mayday }, acts.onPick),
          )
        }),
      ...(showUnits.value
        ? units.flatMap((unit) => {
            const plan = proposed.has(unit.id)
            const near = unit.incident !== undefined && unit.incident === selected
            return unitOnce(unit, [plan, near, language.value], () => unitMark(unit, plan, near, acts.onUnit))
          })
        : []),
    ]
    const before = drawn.current
    if (made.length !== before.length || made.some((mark, i) => mark !== before[i])) drawn.current = made
    return drawn.current
  })

  const show = (at: LngLat) => handle.current?.jump(at)

  const region = base.region.value
  if (!base.ready.value || !base.bounds.value || !props.stationsKnown) return <NoMap base={base} />
  return (
    <MapFrame
      label={t('map.title')}
      sources={sources}
      layers={layers}
      marks={marks}
      bounds={around(props.stations) ?? base.bounds.value}
      note={<Note schematic={region?.schematic ?? false} units={props.units} />}
      {...(props.onPlace && { onPick: props.onPlace })}
      onReady={(made) => {
        handle.current = made
        props.onReady(made)
      }}
    >
      <div class="layers" role="group" aria-label={t('map.layers')}>
        <Toggle on={showUnits.value} onToggle={() => (showUnits.value = !showUnits.value)} text={t('map.units')} />
        <Toggle on={showWater.value} onToggle={() => (showWater.value = !showWater.value)} text={t('map.water')} />
        <Toggle on={showCover.value} onToggle={() => (showCover.value = !showCover.value)} text={t('map.cover')} />
        {trailed ? (
          <Toggle
            on={showTrails.value}
            onToggle={() => (showTrails.value = !showTrails.value)}
            text={t('map.trails')}
          />
        ) : null}
      </div>
      {showCover.value || showTrails.value ? (
        <div class="layer-lists" data-over>
          {showCover.value ? <CoverList look={cover.value} areas={base.areas.value} onShow={show} /> : null}
          {showTrails.value ? <TrailList look={trails.value} areas={base.areas.value} onShow={show} /> : null}
        </div>
      ) : null}
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
  const age = Number.isFinite(latest) ? t('map.positions', { age: ago(now.value - latest) }) : t('map.no-positions')
  return <>{[...(schematic ? [t('map.schematic')] : []), age].join(' · ')}</>
}
