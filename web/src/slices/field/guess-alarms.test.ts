// What this device called sounds at once, also without network, and is still when it said that it is over.
import { describe, expect, test } from 'vitest'
import type { Asked } from '../../kernel/words'
import { guessFieldAlarms } from './guess-alarms'
import type { AlarmRow } from './rows'

const AT = '2026-11-24T09:20:00.000000+00:00'
let n = 0
const asked = (kind: string, fields: object): Asked => ({
  id: `a${++n}`,
  at: '2026-11-24T09:20:00.000Z',
  account: 'danton',
  device: 'tablet-1',
  command: { kind: `field.${kind}`, incident: 'i1', ...fields },
})
const alarm = (kind: string, name: string, more: Partial<AlarmRow> = {}): AlarmRow => ({
  alarm: `${kind}.${name}`,
  kind,
  incident: 'i1',
  number: '2026-0231',
  crew: 'BTG-1',
  person: '',
  at: '2026-11-24T09:10:00.000000+00:00',
  level: '',
  times: 1,
  taken_at: null,
  taken_by: null,
  ...more,
})
const over = (rows: readonly AlarmRow[], ...asks: readonly Asked[]) =>
  asks.reduce((so, one) => guessFieldAlarms(so, one), rows)
const names = (rows: readonly AlarmRow[]) => rows.map((row) => row.alarm)

describe('alarms of this device', () => {
  test('a MAYDAY stands at once, once, and leaves with its end; another one stays', () => {
    const call = asked('call-mayday', { mayday: 'm1', crew: 'BTG-1' })
    const rows = over([alarm('mayday', 'm0')], call, call)
    expect(names(rows)).toEqual(['mayday.m0', 'mayday.m1'])
    expect(rows[1]).toMatchObject({ at: AT, crew: 'BTG-1', number: '2026-0231', taken_at: null })
    expect(names(over(rows, asked('end-mayday', { mayday: 'm1', outcome: 'rescued' })))).toEqual(['mayday.m0'])
  })

  test('one that is taken says who took it, one that sounded since is not', () => {
    const rows = [alarm('mayday', 'm0'), alarm('air-low', 'i1.BTG-1.1', { at: '2026-11-24T09:30:00.000000+00:00' })]
    const taken = over(
      rows,
      asked('take-alarm', { alarm: 'mayday.m0' }),
      asked('take-alarm', { alarm: 'air-low.i1.BTG-1.1' }),
    )
    expect(taken.map((row) => [row.taken_at, row.taken_by])).toEqual([
      [AT, 'danton'],
      [null, null],
    ])
  })

  test('lost contact sounds until the crew is heard, complete or out', () => {
    const lost = over([], asked('report-lost-contact', { crew: 'BTG-1', person: '2' }))
    expect(lost[0]).toMatchObject({ kind: 'contact-lost', crew: 'BTG-1', person: '2' })
    const still = [
      asked('report-par', { crew: 'BTG-1', result: 'short' }),
      asked('report-exit', { crew: 'BTG-1', persons: ['1'] }),
    ]
    for (const one of still) expect(over(lost, one)).toHaveLength(1)
    const done = [
      asked('report-contact', { crew: 'BTG-1' }),
      asked('report-par', { crew: 'BTG-1', result: 'complete' }),
      asked('report-exit', { crew: 'BTG-1' }),
    ]
    for (const one of done) expect(over(lost, one)).toEqual([])
    expect(over(lost, asked('report-contact', { crew: 'BTG-2' }))).toHaveLength(1)
  })

  test('a PAR that was overdue is still when the crew is accounted for, low air when its wearer is out or has a new cylinder', () => {
    const rows = [
      alarm('par-overdue', 'i1.BTG-1'),
      alarm('air-low', 'i1.BTG-1.1', { person: '1' }),
      alarm('air-low', 'i1.BTG-1.2', { person: '2' }),
    ]
    expect(names(over(rows, asked('report-exit', { crew: 'BTG-1', persons: ['1'] })))).toEqual(['air-low.i1.BTG-1.2'])
    const fresh = asked('report-air', { crew: 'BTG-1', person: '2', bar: 300, mark: 'new-cylinder' })
    expect(names(over(rows, fresh))).toEqual(['par-overdue.i1.BTG-1', 'air-low.i1.BTG-1.1'])
    expect(over(rows, asked('report-air', { crew: 'BTG-1', person: '2', bar: 90 }))).toEqual(rows)
  })

  test('an evacuation order sounds until it is over', () => {
    const order = over([], asked('order-evacuation', { evacuation: 'e1', sector: 'a' }))
    expect(names(order)).toEqual(['evacuation.e1'])
    expect(
      over([...order, alarm('evacuation-unanswered', 'e1')], asked('end-evacuation', { evacuation: 'e1' })),
    ).toEqual([])
  })
})
