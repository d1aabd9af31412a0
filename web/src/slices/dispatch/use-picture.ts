// What the node shows of dispatching, made ready to be drawn: the same picture for the desk, the wall and who only looks.
import { useComputed } from '@preact/signals'
import { now } from '../../kernel/clock'
import { useView } from '../../kernel/device'
import { t } from '../../kernel/i18n'
import { useStandards } from '../intake/standards'
import { useBase } from '../places/base'
import { useClosures } from '../places/roads'
import { byNeed, type Incident, type Unit } from './rows'
import { useRoutes } from './use-routes'
import { type BoardRow, guessBoard, guessIncidents, type IncidentRow, incidentOf, unitOf } from './views'

export function usePicture() {
  const standards = useStandards()
  const base = useBase()
  const incidentView = useView<'dispatch.incidents', IncidentRow>(
    'dispatch.incidents',
    {},
    { guess: guessIncidents, keep: true },
  )
  const boardView = useView<'dispatch.board', BoardRow>('dispatch.board', {}, { guess: guessBoard, keep: true })
  const positionView = useView('dispatch.positions', {}, { keep: true })
  const stationView = useView('dispatch.stations', {}, { keep: true })
  const closures = useClosures()

  const stations = useComputed(() => new Map(stationView.rows.value.map((row) => [row.station, row])))
  const stationName = (id: string) => (stations.value.get(id)?.name ?? id).replace(/^Pos /, '')
  const areaName = (id: string) => base.areas.value.find((area) => area.area === id)?.name ?? ''
  const routes = useRoutes(incidentView.rows, boardView.position)

  /** A row as the lists show it. */
  const drawn = (row: IncidentRow): Incident =>
    incidentOf(
      row,
      standards,
      { untyped: t('incident.untyped'), fresh: t('incident.new'), areaName },
      routes.value.etas.get(row.incident),
    )
  const incidents = useComputed<readonly Incident[]>(() => incidentView.rows.value.map(drawn).sort(byNeed))
  const positions = useComputed(() => new Map(positionView.rows.value.map((row) => [row.unit, row])))
  const units = useComputed<readonly Unit[]>(() =>
    boardView.rows.value.map((row) => unitOf(row, standards, stations.value, positions.value.get(row.unit), now.value)),
  )
  const posts = useComputed(() =>
    stationView.rows.value.map((one) => ({ id: one.station, name: one.name, at: [one.lon, one.lat] as const })),
  )
  return {
    standards,
    base,
    incidentView,
    boardView,
    stationView,
    closures,
    stations,
    stationName,
    areaName,
    routes,
    drawn,
    incidents,
    units,
    posts,
  }
}

export type Picture = ReturnType<typeof usePicture>
