// Guesses look like the node's own answer will; what the desk reads from rows is complete and in the right order.
import { describe, expect, test } from 'vitest'
import type { Asked } from '../../kernel/words'
import { useStandards } from '../intake/standards'
import { byNeed, byWork, type Incident, maydayFirst, nextStatuses, type Unit } from './rows'
import { rolling, routesOf } from './use-routes'
import { type BoardRow, guessBoard, guessFinished, guessIncidents, type IncidentRow, incidentOf, unitOf } from './views'

const AT = '2026-11-24T09:20:00.000000+00:00'
const asked = (kind: string, fields: object, seenAt?: string): Asked => ({
  id: 'a1',
  at: AT,
  account: 'op',
  command: { kind, ...fields },
  ...(seenAt && { seenAt }),
})

const unit = (name: string, more: Partial<BoardRow> = {}): BoardRow => ({
  unit: name,
  agency: 'bontang',
  station: 'mako',
  at_station: 'mako',
  vehicle_type: 'pump',
  capabilities: null,
  tank_l: null,
  status: 'ready',
  since: '2026-11-24T08:00:00+00:00',
  incident: null,
  number: null,
  sent_at: null,
  answered: false,
  odd: null,
  people: 4,
  competences: {},
  ...more,
})

const incident = (id: string, more: Partial<IncidentRow> = {}): IncidentRow => ({
  incident: id,
  number: '2026-0231',
  agency: 'bontang',
  type: null,
  life_risk: false,
  exercise: false,
  lon: 117.49,
  lat: 0.13,
  area: null,
  place: 'Jl. Gunung Sari',
  place_id: null,
  state: 'open',
  level: 1,
  outcome: null,
  opened_at: '2026-11-24T09:16:46+00:00',
  answered_at: '2026-11-24T09:16:08+00:00',
  ended_at: null,
  clocks: {},
  corrected: [],
  units: [],
  others: {},
  others_proposed: [],
  ...more,
})

describe('guesses on the board', () => {
  const board = [unit('BTG-1'), unit('BTG-2', { status: 'arrived', incident: 'i1', number: '2026-0230' })]

  test('units sent are assigned at once, others stay as they are', () => {
    const rows = guessBoard(board, asked('dispatch.dispatch', { incident: 'i9', units: ['BTG-1'] }))
    expect(rows[0]).toMatchObject({ status: 'assigned', incident: 'i9', since: AT, pending: true })
    expect(rows[1]).toEqual(board[1])
  })

  test('a status counts from when it was seen, not from when it was typed', () => {
    const seen = '2026-11-24T09:19:00.000000+00:00'
    const rows = guessBoard(board, asked('dispatch.report-status', { unit: 'BTG-2', status: 'action' }, seen))
    expect(rows[1]).toMatchObject({ status: 'action', since: seen, incident: 'i1' })
  })

  test('who reports ready has left the incident', () => {
    const rows = guessBoard(board, asked('dispatch.report-status', { unit: 'BTG-2', status: 'ready' }))
    expect(rows[1]).toMatchObject({ status: 'ready', incident: null, number: null })
  })

  test('who is released before rolling is ready, after that returning', () => {
    const sent = [
      unit('BTG-3', { status: 'assigned', incident: 'i1' }),
      unit('BTG-4', { status: 'arrived', incident: 'i1' }),
    ]
    const release = (name: string) => guessBoard(sent, asked('dispatch.cancel-unit', { unit: name, incident: 'i1' }))
    expect(release('BTG-3')[0]?.status).toBe('ready')
    expect(release('BTG-4')[1]?.status).toBe('returning')
  })

  test('a command of somebody else’s slice changes nothing', () => {
    expect(guessBoard(board, asked('places.reopen-road', { closure: 'c' }))).toBe(board)
  })
})

describe('guesses on incidents', () => {
  test('an incident opened offline stands in the list, without a number, once', () => {
    const open = asked('intake.open-incident', { incident: 'i2', lon: 1, lat: 2, place: 'Loktuan' })
    const rows = guessIncidents([incident('i1')], open)
    expect(rows[0]).toMatchObject({ incident: 'i2', number: '', place: 'Loktuan', pending: true })
    expect(guessIncidents(rows, open)).toHaveLength(2)
  })

  test('a closed or cancelled one leaves the list', () => {
    const list = [incident('i1'), incident('i2')]
    expect(guessIncidents(list, asked('dispatch.close-incident', { incident: 'i1', outcome: 'handled' }))).toHaveLength(
      1,
    )
    expect(guessIncidents(list, asked('intake.cancel-incident', { incident: 'i2', reason: 'x' }))).toHaveLength(1)
  })

  test('a time set by hand is marked, for the incident and for a unit', () => {
    const sent = {
      unit: 'BTG-1',
      status: null,
      sent_at: AT,
      answered_at: null,
      ended_at: null,
      how: null,
      clocks: { arrived: AT },
    }
    const fix = (more: object) => asked('dispatch.correct-time', { incident: 'i1', clock: 'arrived', at: AT, ...more })
    const own = guessIncidents([incident('i1')], fix({}))[0]
    expect([own?.clocks.arrived, own?.corrected]).toEqual([AT, ['arrived']])
    const unit = guessIncidents([incident('i1', { units: [sent] })], fix({ unit: 'BTG-1', at: null }))[0]
    expect([unit?.units[0]?.clocks.arrived, unit?.corrected]).toEqual([null, ['BTG-1:arrived']])
  })

  test('a swap changes who goes, on the incident and on the board', () => {
    const swap = asked('dispatch.swap-unit', { dispatch: 'd', incident: 'i1', out: 'BTG-1', instead: 'BTG-2' })
    const sent = {
      unit: 'BTG-1',
      status: 'assigned',
      sent_at: AT,
      answered_at: null,
      ended_at: null,
      how: null,
      clocks: {},
    }
    const rows = guessIncidents([incident('i1', { units: [sent] })], swap)
    expect(rows[0]?.units.map((one) => [one.unit, one.status, one.how])).toEqual([
      ['BTG-1', null, 'cancelled'],
      ['BTG-2', 'assigned', null],
    ])
    const board = guessBoard([unit('BTG-1', { status: 'assigned', incident: 'i1' }), unit('BTG-2')], swap)
    expect(board.map((row) => [row.status, row.incident])).toEqual([
      ['ready', null],
      ['assigned', 'i1'],
    ])
  })

  test('what is over stays listed until the node opened it again', () => {
    const over = [incident('i1', { state: 'closed' })]
    expect(guessFinished(over, asked('intake.reopen-incident', { incident: 'i1', reason: 'x' }))).toMatchObject([
      { incident: 'i1', pending: true },
    ])
    expect(guessFinished(over, asked('intake.mark-exercise', { incident: 'i1' }))[0]?.exercise).toBe(true)
  })

  test('units sent stand at the incident and start its dispatched clock, each once', () => {
    const send = asked('dispatch.dispatch', { incident: 'i1', units: ['BTG-1'] })
    const rows = guessIncidents(guessIncidents([incident('i1')], send), send)
    expect(rows[0]?.units.map((one) => one.unit)).toEqual(['BTG-1'])
    expect(rows[0]?.clocks).toEqual({ dispatched: AT })
  })
})

describe('reading rows', () => {
  const words = {
    untyped: 'jenis belum diketahui',
    fresh: 'Baru',
    areaName: (id: string) => (id === 'a' ? 'Api-Api' : ''),
  }

  test('the number for people is the last part, the area is named once', () => {
    const read = (more: Partial<IncidentRow>) => incidentOf(incident('i1', more), useStandards(), words)
    expect(read({ area: 'a' })).toMatchObject({ number: '0231', place: 'Jl. Gunung Sari, Api-Api' })
    expect(read({ area: 'a', place: 'Jl. Gunung Sari, Api-Api' }).place).toBe('Jl. Gunung Sari, Api-Api')
    expect(read({ number: '' }).number).toBe('Baru')
  })

  test('units that have left are not counted, a time that is not known is no clock', () => {
    const left = {
      unit: 'BTG-1',
      status: null,
      sent_at: AT,
      answered_at: null,
      ended_at: AT,
      how: 'cancelled',
      clocks: {},
    }
    const read = incidentOf(incident('i1', { units: [left], clocks: { arrived: null } }), useStandards(), words)
    expect(read.units).toEqual([])
    expect(read.clocks).toEqual({
      answered: Date.parse('2026-11-24T09:16:08Z'),
      opened: Date.parse('2026-11-24T09:16:46Z'),
    })
  })

  test('a resting unit is at its station, unless its tracker says otherwise now', () => {
    const stations = new Map([
      ['mako', { station: 'mako', agency: 'b', name: 'Mako', lon: 1, lat: 2, headquarters: true }],
    ])
    const now = Date.parse(AT)
    const fix = (at: string) => ({ unit: 'BTG-1', at, lon: 5, lat: 6, speed_mps: null, course: null, accuracy_m: null })
    const place = (at?: string) => unitOf(unit('BTG-1'), useStandards(), stations, at ? fix(at) : undefined, now).at
    expect(place()).toEqual([1, 2])
    expect(place('2026-11-24T09:19:30Z')).toEqual([5, 6])
    expect(place('2026-11-24T08:00:00Z')).toEqual([1, 2])
  })
})

describe('order', () => {
  const one = (id: string, more: Partial<Incident>) =>
    ({ id, clocks: { answered: 0 }, units: ['x'], lifeRisk: false, ...more }) as Incident
  test('life at risk without a unit comes first, then who waits longest, then the newest', () => {
    const list = [
      one('old', { clocks: { answered: 10 } }),
      one('new', { clocks: { answered: 90 } }),
      one('waits', { units: [], clocks: { answered: 80 } }),
      one('waits-longer', { units: [], clocks: { answered: 20 } }),
      one('life', { units: [], lifeRisk: true, clocks: { answered: 95 } }),
    ]
    expect(list.sort(byNeed).map((each) => each.id)).toEqual(['life', 'waits-longer', 'waits', 'new', 'old'])
  })

  test('an incident with a MAYDAY stands before all others, and one of an exercise where it was', () => {
    const list = [one('life', { lifeRisk: true, units: [] }), one('drill', { exercise: true }), one('fire', {})]
    const scenes = new Map(['drill', 'fire'].map((id) => [id, { maydays: 1 }]))
    expect(maydayFirst(list, scenes).map((each) => each.id)).toEqual(['fire', 'life', 'drill'])
    expect(maydayFirst(list, new Map([['fire', { maydays: 0 }]]))).toBe(list)
  })

  test('working units stand above resting ones, numbers in their order', () => {
    const row = (code: string, status: string) => ({ code, status }) as Unit
    const list = [row('BTG-10', 'ready'), row('BTG-2', 'ready'), row('BTG-3', 'arrived'), row('BTG-4', 'on-the-way')]
    expect(list.sort(byWork).map((each) => each.code)).toEqual(['BTG-4', 'BTG-3', 'BTG-2', 'BTG-10'])
  })

  test('what a unit may report next is what comes after what it does', () => {
    expect(nextStatuses({ status: 'assigned', incident: 'i' })[0]).toBe('on-the-way')
    expect(nextStatuses({ status: 'arrived', incident: 'i' })[0]).toBe('access')
    expect(nextStatuses({ status: 'ready' })).not.toContain('ready')
  })
})

describe('ways', () => {
  test('only who is rolling has a way, and the first to come makes the forecast', () => {
    const sent = (name: string, status: string | null) => ({
      unit: name,
      status,
      sent_at: AT,
      answered_at: null,
      ended_at: null,
      how: null,
      clocks: {},
    })
    const rows = [incident('i1', { units: [sent('A', 'on-the-way'), sent('B', 'assigned'), sent('C', 'arrived')] })]
    expect(rolling(rows).map((each) => each.unit)).toEqual(['A', 'B'])
    const route = (name: string, seconds: number) => ({
      unit: name,
      incident: 'i1',
      points: [[1, 2] as const],
      seconds,
      metres: 1,
      streets: [],
      way: 'network',
      from_fix: false,
      first: true,
      at: 1000,
    })
    expect(routesOf([route('A', 300), route('B', 200)]).etas.get('i1')).toBe(201_000)
  })
})
