import { describe, expect, test } from 'vitest'
import type { Asked } from '../../kernel/words'
import { byWeight, forDesk } from './alarms'
import { fieldEntries, inOrder, waitingEntries } from './journal-lines'
import { localAlarms, merged } from './local-alarms'
import type { AlarmRow, Board, JournalRow } from './rows'
import { type FieldStandards, fieldStandards } from './standards'

const AT = Date.parse('2026-11-26T08:00:00Z')
const iso = (seconds: number) => new Date(AT + seconds * 1000).toISOString()
const EVERY = { inside_s: 600, sector_s: 1200, rest_s: 1200, evacuation_answer_s: 60 }
const std = { ...fieldStandards(), known: false, every: EVERY } as FieldStandards

const crew = (id: string, more: object = {}) => ({
  crew: id,
  label: id,
  unit: id,
  phase: 'arrived',
  sector: 's1',
  arrived_at: iso(0),
  accounted_at: iso(0),
  inside: [],
  answers: [],
  conflicts: [],
  lost_at: null,
  ...more,
})
const board = (more: object = {}) =>
  ({
    incident: 'i',
    number: '2026-0231',
    crews: [],
    sectors: [],
    maydays: [],
    evacuations: [],
    tasks: [],
    ...more,
  }) as unknown as Board
const take = (alarm: string, seconds: number): Asked => ({
  id: 'a',
  at: iso(seconds),
  account: 'komandan',
  command: { kind: 'field.take-alarm', incident: 'i', alarm },
})

describe('while the node is away the device', () => {
  const row = board({
    crews: [crew('BTG-1'), crew('BTG-2', { accounted_at: iso(1100) })],
    maydays: [{ mayday: 'm', at: iso(30), crew: 'BTG-1', ended_at: null }],
    evacuations: [{ evacuation: 'e', at: iso(40), sector: '', acknowledged: { 'BTG-1': iso(50) }, ended_at: null }],
  })
  const found = (now: number, waiting: readonly Asked[] = []) => localAlarms(row, std, AT + now * 1000, waiting)

  test('finds a PAR that is due, a MAYDAY that runs and an order not answered, by the names the node gives them', () => {
    expect(found(1300).map((one) => one.alarm)).toEqual([
      'par-overdue.i.BTG-1',
      'mayday.m',
      'evacuation.e',
      'evacuation-unanswered.e',
    ])
    expect(found(1100).map((one) => one.kind)).not.toContain('par-overdue')
  })

  test('is silent about what somebody took on, until it is due anew', () => {
    const taken = [take('par-overdue.i.BTG-1', 1250)]
    expect(found(1300, taken)[0]?.taken_at).toBe(iso(1250))
    const later = board({ crews: [crew('BTG-1', { accounted_at: iso(1260) })] })
    expect(localAlarms(later, std, AT + 2500_000, taken)[0]?.taken_at).toBeNull()
  })

  test('says an order that not every crew has heard again each minute, also when the last time was taken', () => {
    const unheard = (now: number, waiting: readonly Asked[] = []) =>
      found(now, waiting).find((one) => one.kind === 'evacuation-unanswered')
    expect(unheard(99)).toBeUndefined()
    const taken = [take('evacuation-unanswered.e', 110)]
    expect(unheard(155, taken)?.taken_at).toBe(iso(110))
    expect(unheard(161, taken)?.taken_at).toBeNull()
  })

  test('lets go of what the node last knew and what was said here has settled; other scenes stay', () => {
    const known = [
      { alarm: 'par-overdue.i.BTG-2', incident: 'i', at: iso(0), taken_at: null },
      { alarm: 'mayday.m', incident: 'i', at: iso(30), taken_at: iso(35) },
      { alarm: 'mayday.other', incident: 'j', at: iso(0), taken_at: null },
    ] as AlarmRow[]
    const all = merged(known, found(1300), row)
    expect(all.map((one) => one.alarm).sort()).toEqual([
      'evacuation-unanswered.e',
      'evacuation.e',
      'mayday.m',
      'mayday.other',
      'par-overdue.i.BTG-1',
    ])
    expect(all.find((one) => one.alarm === 'mayday.m')?.taken_at).toBe(iso(35))
  })
})

describe('alarms', () => {
  const alarm = (kind: string, seconds: number, more: Partial<AlarmRow> = {}) =>
    ({ alarm: `${kind} ${seconds}`, kind, at: iso(seconds), level: '', times: 1, ...more }) as AlarmRow

  test('danger to life comes before what needs eyes, and of equals the oldest', () => {
    const all = [alarm('par-overdue', 0), alarm('contact-lost', 9), alarm('mayday', 20), alarm('mayday', 10)]
    expect(all.sort(byWeight).map((one) => one.alarm)).toEqual([
      'mayday 10',
      'mayday 20',
      'contact-lost 9',
      'par-overdue 0',
    ])
  })

  test('the desk hears an overdue PAR the second time, and a MAYDAY at once', () => {
    expect(forDesk(alarm('par-overdue', 0))).toBe(false)
    expect(forDesk(alarm('par-overdue', 0, { times: 2 }))).toBe(true)
    expect(forDesk(alarm('mayday', 0))).toBe(true)
  })
})

describe('the journal of the scene', () => {
  const row = board({ crews: [crew('BTG-1')], sectors: [{ sector: 's1', name: 'Sektor 1 depan' }] })
  const names = { row, std, actor: (id: string) => id }
  const facts = { sector: 's1', wearers: [{ person: '1', bar: 300 }, { person: '2' }] }
  const entered = {
    position: 7,
    at: iso(10),
    kind: 'field.crew-entered',
    crew: 'BTG-1',
    actor: 'komandan',
    device: null,
    origin: null,
    facts,
    note: null,
  } as unknown as JournalRow

  test('says the same of an event and of the ask that waits for it', () => {
    const asked: Asked = {
      id: 'x',
      at: iso(10),
      account: 'komandan',
      command: { kind: 'field.report-entry', incident: 'i', crew: 'BTG-1', ...facts },
    }
    const [event] = fieldEntries([entered], names)
    const [waiting] = waitingEntries([asked], 'i', names)
    expect(event?.text).toBe('Regu BTG-1 masuk Sektor 1 depan: Orang 1 300 bar, Orang 2')
    expect(waiting).toMatchObject({ text: event?.text, pending: true })
    expect(waitingEntries([asked], 'another', names)).toEqual([])
  })

  test('an event these words do not know yet is shown by its own name', () => {
    const [entry] = fieldEntries([{ ...entered, kind: 'field.from-tomorrow' }], names)
    expect(entry?.text).toBe('field.from-tomorrow Regu BTG-1')
  })

  test('what was seen later stands above', () => {
    const entries = fieldEntries([entered, { ...entered, position: 8, at: iso(5) }], names)
    expect(inOrder(entries).map((one) => one.key)).toEqual(['f7', 'f8'])
  })
})
