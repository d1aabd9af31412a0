import { expect, test } from 'vitest'
import type { Asked, Command } from '../../kernel/words'
import { guessRinging, inOrder, parts, type RingingRow, rings } from './ringing'

const unit = (name: string, state = 'sent') => ({ unit: name, vehicle_type: 'pump', state })
const ROW: RingingRow = {
  alert: 'd7.pos-mako',
  turn: 1,
  cause: 'dispatch',
  incident: 'i1',
  number: '2026-0001',
  type: 'fire.housing',
  life_risk: true,
  exercise: false,
  place: 'Jl. Gunung Sari',
  units: [unit('BTG-1'), unit('BTG-2')],
  raised_at: '2026-03-07T13:00:00.000000+00:00',
  answered_at: null,
  delivered: false,
  spoken: { id: 'BTG 1 dan BTG 2, berangkat.', en: 'BTG 1 and BTG 2, respond.' },
}
const asked = (command: Command): Asked => ({ id: 'x', at: '2026-03-07T13:00:20Z', account: 'a', command })
const status = (name: string, to: string) => asked({ kind: 'dispatch.report-status', unit: name, status: to })
const after = (...all: Asked[]) => all.reduce<readonly RingingRow[]>(guessRinging, [ROW])

test('an alert rings until a hand takes it, and it shows at once without network', () => {
  expect(rings(ROW)).toBe(true)
  const [row] = after(asked({ kind: 'paging.answer-alert', alert: ROW.alert, coming: true }))
  expect(row).toMatchObject({ answered_at: '2026-03-07T13:00:20Z', pending: true })
  expect(row && rings(row)).toBe(false)
})

test('it stops ringing when every unit has answered by itself', () => {
  const one = after(status('BTG-1', 'assigned'))[0]
  expect(one && rings(one)).toBe(true)
  const both = after(status('BTG-1', 'assigned'), status('BTG-2', 'on-the-way'))[0]
  expect(both && rings(both)).toBe(false)
  expect(both && parts(both).here.map((u) => u.unit)).toEqual(['BTG-1'])
  expect(both && parts(both).away.map((u) => u.unit)).toEqual(['BTG-2'])
})

test('it is over once every unit has left or need not go', () => {
  expect(after(status('BTG-1', 'on-the-way'), status('BTG-2', 'ready'))).toEqual([])
  expect(after(status('BTG-1', 'on-the-way'), status('BTG-9', 'on-the-way'))).toHaveLength(1)
})

test('a unit that has left is not called back by a late acknowledgement', () => {
  const [row] = after(status('BTG-1', 'on-the-way'), status('BTG-1', 'assigned'))
  expect(row?.units[0]?.state).toBe('left')
})

test('a trial is over when it is taken', () => {
  const trial: RingingRow = { ...ROW, cause: 'test', incident: null, number: null, units: [] }
  expect(rings(trial)).toBe(true)
  expect(guessRinging([trial], asked({ kind: 'paging.answer-alert', alert: trial.alert, coming: true }))).toEqual([])
})

test('what rings stands before what was taken, the newest first', () => {
  const at = (minute: string, more: Partial<RingingRow> = {}): RingingRow => ({
    ...ROW,
    alert: minute,
    raised_at: `2026-03-07T13:${minute}:00Z`,
    ...more,
  })
  const rows = [at('01'), at('05', { answered_at: '2026-03-07T13:06:00Z' }), at('03')]
  expect(inOrder(rows).map((row) => row.alert)).toEqual(['03', '01', '05'])
})
