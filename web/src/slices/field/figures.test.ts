import { describe, expect, test } from 'vitest'
import {
  askedPar,
  byDanger,
  columnsOf,
  count,
  insideSince,
  nextDeadline,
  nextSectorName,
  outside,
  parDue,
  personsOf,
  rest,
  unheard,
} from './figures'
import type { Board, Crew, Evacuation } from './rows'

const EVERY = { inside_s: 600, sector_s: 1200, rest_s: 1200, evacuation_answer_s: 60 }
const AT = Date.parse('2026-11-26T08:00:00Z')
const iso = (seconds: number) => new Date(AT + seconds * 1000).toISOString()
const seen = (seconds: number) => ({ at: iso(seconds), ask: `ask-${seconds}`, by: 'tablet' })

const crew = (id: string, more: Partial<Crew> = {}) =>
  ({
    crew: id,
    label: id,
    unit: id,
    agency: '',
    people: 3,
    persons: [],
    phase: 'arrived',
    eta_at: null,
    arrived_at: iso(0),
    sector: 'staging',
    work_since: null,
    inside: [],
    out: [],
    entries: 0,
    worked_s: 0,
    rest_since: null,
    accounted_at: null,
    answers: [],
    lost_at: null,
    lost_person: '',
    conflicts: [],
    ...more,
  }) as Crew
const inside = (person: string, seconds: number) => ({
  person,
  entered: seen(seconds),
  sector: 's1',
  cylinder: '',
  air: [],
})
const sector = (id: string, seconds: number) => ({
  sector: id,
  name: id,
  kind: 'sector',
  leader: '',
  channel: '',
  opened_at: iso(seconds),
})
const board = (more: Partial<Board>) => ({ crews: [], sectors: [], pars: [], ...more }) as unknown as Board

describe('when a crew has to be accounted for', () => {
  test('with people inside it is the shorter interval, from when it was last heard', () => {
    const one = crew('BTG-1', { sector: 's1', inside: [inside('1', 60)], accounted_at: iso(300) })
    expect(parDue(one, EVERY)).toBe(AT + 900_000)
  })

  test('outside in a sector it is the longer one, from when it came there or was heard since', () => {
    expect(parDue(crew('BTG-3', { sector: 's1', work_since: iso(600) }), EVERY)).toBe(AT + 1_800_000)
    const heard = crew('BTG-3', { sector: 's1', work_since: iso(600), accounted_at: iso(900) })
    expect(parDue(heard, EVERY)).toBe(AT + 2_100_000)
  })

  test('a unit that left while somebody is inside is still there, in its sector, and asked', () => {
    const left = crew('BTG-3', { phase: 'left', sector: 's1', inside: [inside('1', 0)], accounted_at: iso(0) })
    expect(parDue(left, EVERY)).toBe(AT + 600_000)
    const [first] = columnsOf(board({ sectors: [sector('s1', 0)], crews: [left] }))
    expect(first).toMatchObject({ id: 's1', inside: 1 })
  })

  test('who waits, rests or is on the way is not asked', () => {
    expect(parDue(crew('a'), EVERY)).toBeUndefined()
    expect(parDue(crew('b', { sector: 'rehab' }), EVERY)).toBeUndefined()
    expect(parDue(crew('c', { sector: 's1', phase: 'on-the-way' }), EVERY)).toBeUndefined()
  })

  test('the next deadline is the first of all, a PAR or a turning back', () => {
    const a = crew('a', { sector: 's1', inside: [inside('1', 0)], accounted_at: iso(0) })
    const b = crew('b', { sector: 's1', accounted_at: iso(-900) })
    const row = board({ crews: [a, b] })
    expect(nextDeadline(row, EVERY, () => undefined)).toMatchObject({ crew: { crew: 'b' }, kind: 'par' })
    expect(nextDeadline(row, EVERY, () => AT + 60_000)).toMatchObject({ crew: { crew: 'a' }, kind: 'air' })
  })
})

describe('a PAR call', () => {
  const par = { par: 'p1', at: iso(100), sector: '' }

  test('asks who is on scene and has not answered it', () => {
    const row = board({ pars: [par], crews: [] })
    expect(askedPar(row, crew('a', { sector: 's1' }))?.par).toBe('p1')
    const answer = { par: 'p1', result: 'complete' as const, present: 3, seen: seen(120) }
    expect(askedPar(row, crew('a', { answers: [answer] }))).toBeUndefined()
  })

  test('of one sector leaves the other crews alone, and so does one that was heard since', () => {
    const row = board({ pars: [{ ...par, sector: 's1' }] })
    expect(askedPar(row, crew('a', { sector: 's2' }))).toBeUndefined()
    expect(askedPar(row, crew('a', { sector: 's1', accounted_at: iso(101) }))).toBeUndefined()
  })
})

describe('an evacuation order', () => {
  const order = {
    evacuation: 'e',
    at: iso(0),
    sector: 's1',
    reason: null,
    acknowledged: {},
    ended_at: null,
  } as Evacuation

  test('waits for every crew of its sector that is there and did not answer', () => {
    const crews = [
      crew('a', { sector: 's1' }),
      crew('b', { sector: 's1' }),
      crew('c', { sector: 's2' }),
      crew('d', { sector: 's1', phase: 'left' }),
    ]
    const row = board({ crews })
    expect(unheard(row, { ...order, acknowledged: { b: iso(10) } }).map((one) => one.crew)).toEqual(['a'])
  })
})

describe('columns', () => {
  const row = board({
    sectors: [sector('s2', 20), sector('s1', 10)],
    crews: [
      crew('BTG-10', { sector: 's1' }),
      crew('BTG-2', { sector: 's1' }),
      crew('BTG-3', { sector: 's2', inside: [inside('1', 5), inside('2', 5)] }),
      crew('BTG-4', { sector: 'rehab' }),
      crew('BTG-5'),
      crew('BTG-6', { sector: 'lantai-9' }),
      crew('BTG-7', { phase: 'on-the-way' }),
      crew('BTG-8', { phase: 'left' }),
    ],
  })

  test('are sectors as they were opened, places nobody opened, staging with rehab, and who comes', () => {
    const columns = columnsOf(row)
    expect(columns.map((one) => one.id)).toEqual(['s1', 's2', 'lantai-9', 'staging', 'coming'])
    expect(columns.map((one) => one.crews.map((each) => each.crew))).toEqual([
      ['BTG-2', 'BTG-10'],
      ['BTG-3'],
      ['BTG-6'],
      ['BTG-5', 'BTG-4'].sort(),
      ['BTG-7'],
    ])
  })

  test('every crew that has not left stands in exactly one of them', () => {
    const shown = columnsOf(row).flatMap((one) => one.crews.map((each) => each.crew))
    expect(shown.sort()).toEqual(
      row.crews
        .filter((one) => one.phase !== 'left')
        .map((one) => one.crew)
        .sort(),
    )
  })

  test('on a phone those with people inside come first', () => {
    expect(byDanger(columnsOf(row))[0]?.id).toBe('s2')
  })

  test('count people on scene and inside once', () => {
    expect(count(row)).toEqual({ crews: 6, people: 18, inside: 2 })
  })
})

describe('people of a crew', () => {
  test('are codes where they are known, else counted; who is inside is never lost', () => {
    expect(personsOf(crew('a', { people: 2 }))).toEqual(['1', '2'])
    expect(personsOf(crew('a', { persons: ['p-1', 'p-2'] }))).toEqual(['p-1', 'p-2'])
    expect(personsOf(crew('a', { people: 1, inside: [inside('7', 0)] }))).toEqual(['1', '7'])
    expect(outside(crew('a', { people: 2, inside: [inside('1', 0)] }))).toEqual(['2'])
  })

  test('the clock of the crew is that of who is in longest', () => {
    expect(insideSince(crew('a', { inside: [inside('1', 90), inside('2', 30)] }))).toBe(AT + 30_000)
    expect(insideSince(crew('a'))).toBeUndefined()
  })
})

test('rest ends by the rule, counted from when the crew came to rehab', () => {
  expect(rest(crew('a', { rest_since: iso(60) }), EVERY)).toEqual({ since: AT + 60_000, until: AT + 1_260_000 })
})

test('the next sector gets the first offered name that is free, and a number when none is', () => {
  const row = board({ sectors: [{ ...sector('x', 0), name: 'Sektor 1 depan' }] })
  expect(nextSectorName(row, ['Sektor 1 depan', 'Sektor 2 kiri'])).toBe('Sektor 2 kiri')
  expect(nextSectorName(row, ['Sektor 1 depan'])).toBe('Sektor 2')
})
