// Which incident a crew's screen shows, how often its place is said, and what part of the map is drawn.
import { expect, test } from 'vitest'
import { boundsOfWay } from './unit-map'
import { due } from './use-position'
import { incidentOfUnit } from './use-trip'
import type { BoardRow, IncidentRow } from './views'

const unit = (status: string, incident: string | null) => ({ unit: 'BTG-1', status, incident }) as BoardRow
const row = (incident: string, ...sent: [string, string][]) =>
  ({ incident, units: sent.map(([name, sent_at]) => ({ unit: name, sent_at })) }) as unknown as IncidentRow
const ROWS = [
  row('i1', ['BTG-1', '2026-11-24T08:00:00Z']),
  row('i2', ['BTG-1', '2026-11-24T09:00:00Z'], ['BTG-3', '2026-11-24T09:00:00Z']),
  row('i3', ['BTG-3', '2026-11-24T10:00:00Z']),
]

test('a crew sees the incident it is sent to', () => {
  expect(incidentOfUnit(unit('assigned', 'i1'), ROWS)?.incident).toBe('i1')
})

test('on the way back it still sees the one it was at last', () => {
  expect(incidentOfUnit(unit('returning', null), ROWS)?.incident).toBe('i2')
})

test('ready again there is none, and none where the incident is over', () => {
  expect(incidentOfUnit(unit('ready', null), ROWS)).toBeUndefined()
  expect(incidentOfUnit(unit('returning', null), [])).toBeUndefined()
  expect(incidentOfUnit(undefined, ROWS)).toBeUndefined()
})

test('a place is said when the unit moved, and now and then when it stands', () => {
  const at = (ms: number, lon: number) => ({ at: ms, here: [lon, 0.13] as const, accuracy: 5 })
  expect(due(undefined, at(0, 117.5))).toBe(true)
  expect(due(at(0, 117.5), at(4000, 117.6))).toBe(false)
  expect(due(at(0, 117.5), at(5000, 117.501))).toBe(true)
  expect(due(at(0, 117.5), at(20_000, 117.50001))).toBe(false)
  expect(due(at(0, 117.5), at(30_000, 117.5))).toBe(true)
})

test('the map holds the whole way with room round it', () => {
  const box = boundsOfWay([
    [117.5, 0.1],
    [117.52, 0.15],
  ])
  expect(box?.[0][0]).toBeLessThan(117.5)
  expect(box?.[1][1]).toBeGreaterThan(0.15)
  expect(boundsOfWay([])).toBeUndefined()
})
