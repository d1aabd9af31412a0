// Ways and forecasts of the units that are rolling: asked again when something changed, and while they drive.
import { type ReadonlySignal, useComputed, useSignal, useSignalEffect } from '@preact/signals'
import type { FeatureCollection } from 'geojson'
import { useEffect, useRef } from 'preact/hooks'
import { now } from '../../kernel/clock'
import type { Row } from '../../kernel/contract'
import { glance } from '../../kernel/doors'
import { idle } from '../../kernel/idle'
import { steady } from '../../kernel/steady'
import type { IncidentRow } from './views'

type RouteRow = Row<'dispatch.route'>

export type Routes = {
  /** When the first unit will arrive, by incident (ms). */
  readonly etas: ReadonlyMap<string, number>
  readonly lines: FeatureCollection
}

const AGAIN_MS = 15_000
const GATHER_MS = 150
/** A way changes as a vehicle drives, not as others report. */
const REST_MS = 3000
/** More ways at once would say nothing on a map, and cost the node. */
const MOST = 12

/** Units on their way to incidents that nobody has reached yet, and those on their way at all. */
export function rolling(rows: readonly IncidentRow[]): readonly { incident: string; unit: string; first: boolean }[] {
  return rows.flatMap((row) =>
    row.units
      .filter((sent) => !sent.ended_at && (sent.status === 'on-the-way' || sent.status === 'assigned'))
      .map((sent) => ({ incident: row.incident, unit: sent.unit, first: !row.clocks.arrived })),
  )
}

export function routesOf(found: readonly (RouteRow & { readonly first: boolean; readonly at: number })[]): Routes {
  const etas = new Map<string, number>()
  for (const route of found) {
    const eta = route.at + route.seconds * 1000
    if (route.first) etas.set(route.incident, Math.min(eta, etas.get(route.incident) ?? eta))
  }
  const features = found.map((route) => ({
    type: 'Feature' as const,
    properties: { unit: route.unit },
    geometry: { type: 'LineString' as const, coordinates: route.points.map((point) => [...point]) },
  }))
  return { etas, lines: { type: 'FeatureCollection', features } }
}

export function useRoutes(
  incidents: ReadonlySignal<readonly IncidentRow[]>,
  moved: ReadonlySignal<unknown>,
): ReadonlySignal<Routes> {
  const out = useSignal<Routes>(routesOf([]))
  const again = useRef<(() => void) | undefined>(undefined)
  useEffect(() => {
    const stop = new AbortController()
    const asker = steady(
      async () => {
        await idle() // the lists first
        const list = rolling(incidents.peek()).slice(0, MOST)
        const at = now.peek()
        const found = await Promise.all(
          list.map(async ({ incident, unit, first }) => {
            const params = { unit, incident, at: new Date(at).toISOString() }
            const rows = await glance('dispatch.route', params, stop.signal).catch(() => [])
            return rows.map((row) => ({ ...row, first, at }))
          }),
        )
        if (!stop.signal.aborted) out.value = routesOf(found.flat())
      },
      GATHER_MS,
      REST_MS,
    )
    again.current = asker.ask
    const timer = setInterval(asker.ask, AGAIN_MS)
    return () => {
      stop.abort()
      asker.end()
      clearInterval(timer)
    }
  }, [incidents])
  const wanted = useComputed(() => JSON.stringify(rolling(incidents.value)))
  useSignalEffect(() => {
    void wanted.value
    void moved.value
    again.current?.()
  })
  return out
}
