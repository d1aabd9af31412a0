import { expect, test } from 'vitest'
import type { Command } from '../../kernel/words'
import { guessMine, type MineRow } from './my-alerts'

const ALERT: MineRow['alerts'][number] = {
  alert: 'd7.p-12',
  turn: 1,
  cause: 'dispatch',
  number: '2026-0001',
  type: 'fire.housing',
  life_risk: false,
  exercise: false,
  place: 'Jl. Gunung Sari',
  units: ['BTG-1'],
  raised_at: '2026-03-07T13:00:00Z',
  open: true,
  seen_at: null,
  answered_at: null,
  coming: null,
  coming_at: null,
  spoken: { id: 'BTG 1, berangkat.', en: 'BTG 1, respond.' },
}
const ROW: MineRow = {
  receiver: 'p-12',
  on_duty: true,
  ways: ['web-push'],
  push_key: null,
  subscriptions: [],
  alerts: [ALERT],
}
const after = (command: Command) => guessMine([ROW], { id: 'x', at: '2026-03-07T13:00:30Z', account: 'a', command })[0]

test('without network the answer shows at once, with when one will be there', () => {
  const row = after({ kind: 'paging.answer-alert', alert: 'd7.p-12', coming: true, minutes: 10 })
  expect(row?.alerts[0]).toMatchObject({ coming: true, coming_at: '2026-03-07T13:10:30.000Z' })
})

test('who cannot come is expected at no time', () => {
  const row = after({ kind: 'paging.answer-alert', alert: 'd7.p-12', coming: false, minutes: 10 })
  expect(row?.alerts[0]).toMatchObject({ coming: false, coming_at: null, answered_at: '2026-03-07T13:00:30Z' })
})

test('duty is the reader’s own, and other alerts stay as they are', () => {
  expect(after({ kind: 'paging.set-duty', receiver: 'p-12', on: false })?.on_duty).toBe(false)
  expect(after({ kind: 'paging.set-duty', receiver: 'p-13', on: false })).toEqual(ROW)
  expect(after({ kind: 'paging.answer-alert', alert: 'd8.p-12', coming: true })).toEqual(ROW)
})
