import { describe, expect, test } from 'vitest'
import { ms } from '../../kernel/clock'
import { written } from '../../kernel/written'
import type { IncidentRow } from '../dispatch/views'
import type { JournalRow } from '../field/rows'
import { arrivals, compared, type Decision } from './advice'
import { clocksOf, spanOf, spread } from './compare'
import { strideOf } from './player'
import {
  boardAt,
  type FactRow,
  lineOf,
  namesOf,
  partsOf,
  partsOfUnit,
  placeAt,
  statusAt,
  stepFrom,
  type Told,
} from './replay'

const START = Date.parse('2026-03-07T13:00:00Z')
const at = (minutes: number) => written(new Date(START + minutes * 60_000).toISOString())
const moment = (minutes: number) => START + minutes * 60_000

const UNIT = {
  unit: 'BTG-1',
  status: null,
  sent_at: at(1),
  answered_at: at(2),
  ended_at: at(40),
  how: 'closed',
  clocks: { dispatched: at(1), 'on-the-way': at(2.5), arrived: at(7), 'ready-to-serve': at(8) },
}
const INCIDENT: IncidentRow = {
  incident: 'i1',
  number: '64.74/2026/0231',
  agency: '64.74',
  type: 'fire.dense-housing',
  life_risk: false,
  exercise: false,
  lon: 117.49,
  lat: 0.13,
  area: null,
  place: null,
  place_id: null,
  state: 'closed',
  level: 1,
  outcome: 'handled',
  opened_at: at(0.5),
  answered_at: at(0),
  ended_at: at(45),
  clocks: { dispatched: at(1), 'on-the-way': at(2.5), arrived: at(7), 'ready-to-serve': at(8), out: at(36) },
  corrected: [],
  units: [UNIT],
  others: {},
  others_proposed: [],
}

const fact = (minutes: number, name: string, said: object, ask = `a${minutes}`): FactRow => ({
  crew: 'BTG-1',
  at: at(minutes),
  ask,
  by: 'danru',
  fact: name,
  said: said as FactRow['said'],
})
const seen = (
  minutes: number,
  kind: string,
  facts: Readonly<Record<string, unknown>>,
  note: string | null = null,
): JournalRow => ({
  position: minutes,
  at: at(minutes),
  kind,
  crew: '',
  actor: 'danton',
  device: null,
  origin: null,
  facts: facts as JournalRow['facts'],
  note,
})

const TOLD: Told = {
  incident: INCIDENT,
  rest: { rest_s: 1200, rise_bar: 20 },
  facts: [
    fact(1, 'Sent', { unit: 'BTG-1', agency: '', people: 4, persons: [], eta_at: at(6) }),
    fact(7, 'Says', { status: 'arrived' }),
    fact(9, 'CrewEntered', { sector: 's2', wearers: [{ person: '1', bar: 300, cylinder: '' }] }, 'in'),
    fact(20, 'CrewLeft', { persons: [] }),
  ],
  scene: [
    seen(8, 'field.command-assumed', { holder: 'Danton A' }),
    seen(8.5, 'field.sector-set', { sector: 's2', name: 'Sektor 2', kind: 'sector', leader: '' }),
    seen(10, 'field.task-set', { task: 't1', kind: 'task', code: '' }, 'cari lantai 2'),
    seen(12, 'field.mayday-called', { mayday: 'm1', need: 'lost' }, 'dapur'),
    seen(14, 'field.mayday-ended', { mayday: 'm1', outcome: 'rescued' }),
    seen(22, 'field.task-stepped', { task: 't1', step: 'done' }),
    seen(25, 'field.sector-closed', { sector: 's2' }),
  ],
}
const board = (minutes: number, told = TOLD) => boardAt(told, moment(minutes))

describe('the board of a moment', () => {
  test('knows only what was seen until then', () => {
    expect(board(0.9).crews).toEqual([])
    expect(board(5).crews[0]?.phase).toBe('sent')
    expect(board(8).commander?.holder).toBe('Danton A')
    expect(board(8.4).sectors).toEqual([])
    expect(board(9).crews[0]?.inside.map((one) => one.person)).toEqual(['1'])
    expect(board(19).tasks[0]).toMatchObject({ text: 'cari lantai 2', step: 'open' })
    expect(board(22).tasks[0]?.step).toBe('done')
    expect(board(30).crews[0]?.inside).toEqual([])
  })

  test('has a MAYDAY as long as it ran, with the words that were said', () => {
    expect(board(12).maydays[0]).toMatchObject({ where: 'dapur', ended_at: null })
    expect(board(14).maydays[0]?.ended_at).toBe(at(14))
  })

  test('leaves out what a person said not to hold, from when it was said', () => {
    const judged = { conflict: 'two-places/in/x/1', holds: 'second' }
    const told = { ...TOLD, scene: [...TOLD.scene, seen(30, 'field.conflict-resolved', judged)] }
    expect(board(10, told).crews[0]?.entries).toBe(1)
    expect(board(30, told).crews[0]?.entries).toBe(0)
  })

  test('keeps the names of closed sectors for the words of the journal', () => {
    expect(board(26).sectors).toEqual([])
    expect(namesOf(TOLD).sectors.map((one) => one.name)).toEqual(['Sektor 2'])
  })
})

describe('units', () => {
  test('do what their clocks say, and are gone when their trip is over', () => {
    const status = (minutes: number) => statusAt(UNIT, moment(minutes))
    expect([0.5, 1, 3, 7.5, 8, 41].map(status)).toEqual([
      undefined,
      'assigned',
      'on-the-way',
      'arrived',
      'ready-to-serve',
      'left',
    ])
  })

  test('stand on the line between two points of their track, and nowhere where the track has a hole', () => {
    const points = [
      { at: at(3), lon: 117, lat: 0 },
      { at: at(4), lon: 117.2, lat: 0.1 },
      { at: at(9), lon: 118, lat: 1 },
    ]
    expect(placeAt(points, moment(2))).toBeUndefined()
    expect(placeAt(points, moment(3.5))).toEqual([117.1, 0.05])
    expect(placeAt(points, moment(5))).toEqual([117.2, 0.1])
    expect(placeAt(points, moment(6))).toBeUndefined()
    expect(placeAt([], moment(6))).toBeUndefined()
  })
})

describe('the time line', () => {
  test('runs from the call to the end; a correction of another day does not stretch it', () => {
    expect(lineOf(INCIDENT, [moment(3), moment(3000)])).toEqual({ start: START, end: moment(45) })
    const open = { ...INCIDENT, ended_at: null }
    expect(lineOf(open, [moment(50)]).end).toBe(moment(50))
  })

  test('shows answering, turnout, road and scene without a gap', () => {
    const line = lineOf(INCIDENT, [])
    expect(partsOf(INCIDENT, line).map((one) => [one.kind, (one.to - one.from) / 60_000])).toEqual([
      ['wait', 1],
      ['out', 1.5],
      ['go', 4.5],
      ['on', 29],
    ])
    expect(partsOfUnit(UNIT, line).at(-1)).toEqual({ kind: 'on', from: moment(7), to: moment(40) })
  })

  test('steps from one entry to the next', () => {
    expect(stepFrom([1, 5, 9], 5, 1)).toBe(9)
    expect(stepFrom([1, 5, 9], 5, -1)).toBe(1)
    expect(stepFrom([1, 5, 9], 9, 1)).toBeUndefined()
  })

  test('plays as fast as it says, and at most speed whole in twenty seconds', () => {
    const line = { start: 0, end: 4_000_000 }
    expect(strideOf('10', line)).toBe(2000)
    expect((4_000_000 / strideOf('max', line)) * 0.2).toBeCloseTo(20)
  })
})

describe('beside others', () => {
  test('a span needs both its clocks, in their order', () => {
    const clocks = clocksOf(INCIDENT.answered_at, INCIDENT.clocks)
    expect(spanOf(clocks, 'ready')).toBe(480)
    expect(spanOf(clocksOf(at(0), { 'ready-to-serve': null }), 'ready')).toBeUndefined()
    expect(spanOf(clocksOf(at(5), { 'ready-to-serve': at(4) }), 'ready')).toBeUndefined()
  })

  test('few others have a range and no middle', () => {
    expect(spread([])).toBeUndefined()
    expect(spread([300, 200, 400])).toEqual({ n: 3, low: 200, high: 400 })
    expect(spread([5, 1, 4, 2, 3])?.middle).toBe(3)
    expect(spread([6, 1, 4, 2, 3, 5])?.middle).toBe(3.5)
  })
})

describe('what was proposed and what was done', () => {
  const decision = (units: readonly string[]): Decision => ({
    at: at(1),
    actor: 'operator',
    units: [...units],
    level: 1,
    override: null,
    proposal: {
      at: at(0.9),
      card: 'house',
      level: 1,
      engine: '1',
      way: 'roads',
      units: [{ unit: 'BTG-1', eta_s: 300, eta_sd_s: 40, fulfils: [], why: '', way: '' }],
    },
  })

  test('are told apart unit by unit', () => {
    expect(compared(decision(['BTG-1'])).same).toBe(true)
    expect(compared(decision(['BTG-2']))).toMatchObject({ added: ['BTG-2'], without: ['BTG-1'], same: false })
  })

  test('say how long units took beside their forecast', () => {
    expect(arrivals(decision(['BTG-1']), INCIDENT)).toEqual([
      { unit: 'BTG-1', forecast_s: 300, took_s: ms(at(7)) / 1000 - ms(at(1)) / 1000 },
    ])
    expect(arrivals(decision(['BTG-2']), INCIDENT)).toEqual([])
  })
})
