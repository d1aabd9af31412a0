// The map of the wall: the same shapes as the desk's, larger, with fewer streets and no switches.
import { useComputed, useSignal } from '@preact/signals'
import type { FeatureCollection } from 'geojson'
import { useEffect } from 'preact/hooks'
import { ago } from '../../kernel/age'
import { now } from '../../kernel/clock'
import { t } from '../../kernel/i18n'
import { type Flock, MapFrame, type MapHandle, type Mark } from '../../kernel/map'
import { closureShapes } from '../places/hatch'
import { layers } from '../places/layers'
import { NoMap } from '../places/no-map'
import { standing } from '../places/roads'
import { around } from './desk-map'
import { closureMark, incidentMark, stationMark, unitMark } from './map-marks'
import type { Picture } from './use-picture'

/** Marks and lettering are this much larger than at the desk. */
const LARGER = 1.7
const NOTHING: FeatureCollection = { type: 'FeatureCollection', features: [] }
/** Near enough that streets and crews of one incident are told apart. */
const NEAR = 14

const largerFlock = ({ reach: [w, h], as }: Flock, by: number): Pick<Flock, 'reach' | 'as'> => ({
  reach: [w * by, h * by],
  as: (marks) => larger(by)(as(marks)),
})

const larger =
  (by: number) =>
  (mark: Mark): Mark => ({
    ...mark,
    w: mark.w * by,
    h: mark.h * by,
    ...(mark.flock && { flock: { ...mark.flock, ...largerFlock(mark.flock, by) } }),
    ...(mark.ax !== undefined && { ax: mark.ax * by }),
    ...(mark.ay !== undefined ? { ay: mark.ay * by } : mark.sign && { ay: 14 * by }),
  })

type Props = {
  picture: Picture
  focus: string | undefined
  /** Incidents with a MAYDAY. */
  maydays: ReadonlySet<string>
  scale: number
}

export function WallMap({ picture, focus, maydays, scale }: Props) {
  const { base, closures, incidents, posts, routes, units } = picture
  const map = useSignal<MapHandle | undefined>(undefined)
  const wanted = useSignal({ focus, maydays, scale })
  wanted.value = { focus, maydays, scale }
  const sources = useComputed(() => ({
    ...base.sources.value,
    hydrants: NOTHING,
    routes: routes.value.lines,
    closures: closureShapes(standing(closures.rows.value)),
  }))
  const marks = useComputed(() => {
    const { focus, maydays, scale } = wanted.value
    return [
      ...posts.value.map(stationMark),
      ...standing(closures.rows.value).flatMap(closureMark),
      ...[...incidents.value]
        .reverse()
        .flatMap((one) => incidentMark(one, { on: one.id === focus, mayday: maydays.has(one.id) })),
      ...units.value.flatMap((one) => unitMark(one, false, one.incident !== undefined && one.incident === focus)),
    ].map(larger(LARGER * scale))
  })
  // A MAYDAY brings its place near; when it is over the whole city is back.
  const at = incidents.value.find((one) => one.id === focus)?.at
  const city = around(posts.value) ?? base.bounds.value
  useEffect(() => {
    if (at) map.value?.jump(at, NEAR)
    else if (city) map.value?.fit(city)
  }, [map.value, focus, at === undefined])
  if (!base.ready.value || !city) return <NoMap base={base} />
  const latest = Math.max(...units.value.map((unit) => unit.atTime ?? Number.NEGATIVE_INFINITY))
  const age = Number.isFinite(latest) ? t('map.positions', { age: ago(now.value - latest) }) : t('map.no-positions')
  return (
    <MapFrame
      label={t('map.title')}
      sources={sources}
      layers={layers}
      marks={marks}
      bounds={city}
      note={[base.region.value?.schematic ? t('map.schematic') : '', age].filter(Boolean).join(' · ')}
      still
      onReady={(handle) => (map.value = handle)}
    />
  )
}
