// The map of a warning: the incident, what is warned of, and the area that is being drawn.
import { useComputed, useSignal } from '@preact/signals'
import type { FeatureCollection } from 'geojson'
import { useMemo, useRef } from 'preact/hooks'
import { t } from '../../kernel/i18n'
import { type LngLat, MapFrame, type MapHandle, type Mark } from '../../kernel/map'
import { Sym } from '../../look/symbols'
import { dangerLayers } from '../field/scene-map'
import { useBase } from '../places/base'
import { layers } from '../places/layers'
import { NoMap } from '../places/no-map'
import { around, shown } from './area'
import type { Area } from './draft'
import '../../look/field.css'

type Props = {
  at: LngLat
  number: string
  kind: Parameters<typeof Sym>[0]['kind']
  areas: readonly Area[]
  drawing: Area | undefined
  onPick?(at: LngLat): void
  onReady?(map: MapHandle): void
}

export function AreaMap({ at, number, kind, areas, drawing, onPick, onReady }: Props) {
  const base = useBase()
  const latest = useSignal({ areas, drawing })
  latest.value = { areas, drawing }
  const pick = useRef(onPick)
  pick.current = onPick
  const drawn = useComputed(() => JSON.stringify(shown(latest.value.areas, latest.value.drawing)))
  const dangers = useComputed(() => JSON.parse(drawn.value) as FeatureCollection)
  const sources = useComputed(() => ({ ...base.sources.value, dangers: dangers.value }))
  const marks = useComputed<readonly Mark[]>(() => [
    {
      id: 'incident',
      at,
      w: 40,
      h: 40,
      ay: 14,
      sign: true,
      label: number,
      body: (
        <span class="at">
          <Sym kind={kind} />
        </span>
      ),
    },
    ...(latest.value.drawing?.corners ?? []).map((corner, i) => ({
      id: `corner ${i}`,
      at: corner,
      w: 16,
      h: 16,
      ay: 8,
      sign: true,
      label: String(i + 1),
      body: <span class="corner" />,
    })),
  ])
  const bounds = useMemo(() => around(at, areas), [number])
  if (!base.ready.value) return <NoMap base={base} />
  return (
    <MapFrame
      label={t('warning.map')}
      sources={sources}
      layers={(paint, tiled) => [...layers(paint, tiled), ...dangerLayers(paint)]}
      marks={marks}
      bounds={bounds}
      note={base.region.value?.schematic ? t('map.schematic') : ''}
      onPick={(to) => pick.current?.(to)}
      {...(onReady && { onReady })}
    />
  )
}
