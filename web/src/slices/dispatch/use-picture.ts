// What the node shows of dispatching, made ready to be drawn: the same picture for the desk, the wall and who only looks.
import { useComputed } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { now } from '../../kernel/clock'
import { useView } from '../../kernel/device'
import { language, t } from '../../kernel/i18n'
import { madeOnce } from '../../kernel/sameness'
import { useSteady } from '../../kernel/steady-props'
import { useStandards } from '../intake/standards'
import { useBase } from '../places/base'
import { useClosures } from '../places/roads'
import { byNeed, type Incident, type Unit } from './rows'
import { useRoutes } from './use-routes'
import { type BoardRow, freshAmong, guessBoard, guessIncidents, type IncidentRow, incidentOf, unitOf } from './views'

export function usePicture() {
  const standards = useStandards()
  const base = useBase()
  const incidentView = useView<'dispatch.incidents', IncidentRow>(
    'dispatch.incidents',
    {},
    { guess: guessIncidents, keep: true },
  )
  const boardView = useView<'dispatch.board', BoardRow>('dispatch.board', {}, { guess: guessBoard, keep: true })
  const positionView = useView('dispatch.positions', {}, { keep: true, later: true })
  const stationView = useView('dispatch.stations', {}, { keep: true })
  const closures = useClosures()

  const stations = useComputed(() => new Map(stationView.rows.value.map((row) => [row.station, row])))
  const stationName = (id: string) => (stations.value.get(id)?.name ?? id).replace(/^Pos /, '')
  const areaName = (id: string) => base.areas.value.find((area) => area.area === id)?.name ?? ''
  const routes = useRoutes(incidentView.rows, boardView.confirmed)

  const incidentOnce = useMemo(() => madeOnce<IncidentRow, Incident>(), [])
  const unitOnce = useMemo(() => madeOnce<BoardRow, Unit>(), [])

  /** Makes rows as the lists show them; what all of them rest on is looked up once. */
  const drawing = () => {
    const { etas } = routes.value
    const rests = [standards.edition(), language.value, base.areas.value]
    const words = { untyped: t('incident.untyped'), fresh: t('incident.new'), areaName }
    return (row: IncidentRow): Incident => {
      const eta = etas.get(row.incident)
      return incidentOnce(row, [eta, ...rests], () => incidentOf(row, standards, words, eta))
    }
  }
  const drawn = (row: IncidentRow): Incident => drawing()(row)
  const incidents = useSteady<readonly Incident[]>(() => incidentView.rows.value.map(drawing()).sort(byNeed))
  const positions = useComputed(() => new Map(positionView.rows.value.map((row) => [row.unit, row])))
  const fresh = useComputed(() => freshAmong(positionView.rows.value, now.value))
  const units = useSteady<readonly Unit[]>(() => {
    const tracked = new Set(fresh.value.split(' '))
    const [places, posts, edition, spoken] = [positions.value, stations.value, standards.edition(), language.value]
    return boardView.rows.value.map((row) => {
      const position = places.get(row.unit)
      return unitOnce(row, [position, tracked.has(row.unit), posts, edition, spoken], () =>
        unitOf(row, standards, posts, position, now.peek()),
      )
    })
  })
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
