// The trip of one unit: what it does, the incident it is sent to or comes from, and the way there; all kept on the device.
import { useComputed, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { ms, now } from '../../kernel/clock'
import type { Row } from '../../kernel/contract'
import { useView } from '../../kernel/device'
import { glance } from '../../kernel/doors'
import { t } from '../../kernel/i18n'
import { steady } from '../../kernel/steady'
import { useStandards } from '../intake/standards'
import { useBase } from '../places/base'
import type { Incident } from './rows'
import {
  type BoardRow,
  guessBoard,
  guessIncidents,
  type IncidentRow,
  incidentOf,
  type PositionRow,
  type StationRow,
} from './views'

export type Way = Row<'dispatch.route'> & { readonly at: number }

const AGAIN_MS = 20_000
const GATHER_MS = 200
const KEY = 'siaga.way'

/** The incident of a unit: the one it is sent to; on the way back, the open one it was at last. */
export function incidentOfUnit(unit: BoardRow | undefined, incidents: readonly IncidentRow[]): IncidentRow | undefined {
  if (!unit) return undefined
  if (unit.incident) return incidents.find((row) => row.incident === unit.incident)
  if (unit.status !== 'returning') return undefined
  const sentAt = (row: IncidentRow) =>
    Math.max(...row.units.filter((sent) => sent.unit === unit.unit).map((sent) => ms(sent.sent_at)))
  return incidents
    .filter((row) => row.units.some((sent) => sent.unit === unit.unit))
    .sort((a, b) => sentAt(b) - sentAt(a))[0]
}

/** What the node last said of the way stays on the device: without network a crew still knows where to turn. */
function kept(unit: string, incident: string): Way | undefined {
  try {
    const way = JSON.parse(localStorage.getItem(KEY) ?? 'null') as Way | null
    return way?.unit === unit && way.incident === incident ? way : undefined
  } catch {
    return undefined
  }
}

function keep(way: Way) {
  try {
    localStorage.setItem(KEY, JSON.stringify(way))
  } catch {
    // Storage is off or full: the way lasts as long as the page.
  }
}

/** Asked again while the unit is on its way, and when it or the incident changed. */
export function useWay(unit: string, incident: string | undefined, rolling: boolean, moved: string) {
  const way = useSignal<Way | undefined>(undefined)
  useEffect(() => {
    way.value = incident ? kept(unit, incident) : undefined
    if (!incident || !rolling) return
    const stop = new AbortController()
    const asker = steady(async () => {
      const at = now.peek()
      const [found] = await glance(
        'dispatch.route',
        { unit, incident, at: new Date(at).toISOString() },
        AbortSignal.any([stop.signal, AbortSignal.timeout(AGAIN_MS)]),
      )
      if (!found || stop.signal.aborted) return
      way.value = { ...found, at }
      keep(way.value)
    }, GATHER_MS)
    asker.ask()
    const timer = setInterval(asker.ask, AGAIN_MS)
    return () => {
      stop.abort()
      asker.end()
      clearInterval(timer)
    }
  }, [unit, incident, rolling, moved])
  return way
}

export type Trip = {
  readonly board: readonly BoardRow[]
  readonly unit: BoardRow | undefined
  readonly row: IncidentRow | undefined
  readonly incident: Incident | undefined
  readonly way: Way | undefined
  readonly stations: readonly StationRow[]
  readonly positions: ReadonlyMap<string, PositionRow>
  readonly known: boolean
}

/** Everything the crew's screen stands on. */
export function useTrip(own: string) {
  const standards = useStandards()
  const base = useBase()
  const board = useView<'dispatch.board', BoardRow>('dispatch.board', {}, { guess: guessBoard, keep: true })
  const incidents = useView<'dispatch.incidents', IncidentRow>(
    'dispatch.incidents',
    {},
    { guess: guessIncidents, keep: true },
  )
  const stations = useView('dispatch.stations', {}, { keep: true })
  const positions = useView('dispatch.positions', {}, { keep: true })
  const unit = board.rows.value.find((row) => row.unit === own)
  const row = incidentOfUnit(unit, incidents.rows.value)
  const rolling = unit?.status === 'assigned' || unit?.status === 'on-the-way'
  const way = useWay(own, row?.incident, rolling, `${row?.lon} ${row?.lat} ${unit?.status}`)
  const placed = useComputed(() => new Map(positions.rows.value.map((one) => [one.unit, one])))
  const areaName = (id: string) => base.areas.value.find((area) => area.area === id)?.name ?? ''
  const eta = rolling && way.value ? way.value.at + way.value.seconds * 1000 : undefined
  const words = { untyped: t('incident.untyped'), fresh: t('incident.new'), areaName }
  const trip: Trip = {
    board: board.rows.value,
    unit,
    row,
    incident: row && incidentOf(row, standards, words, eta),
    way: way.value,
    stations: stations.rows.value,
    positions: placed.value,
    known: board.state.value === 'live' || board.state.value === 'stored',
  }
  return { trip, base, standards, open: incidents.rows }
}
