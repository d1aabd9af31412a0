import { expect, test } from 'vitest'
import type { Row } from '../../kernel/contract'
import { stateOf, trailOf } from './alerts-of'

type AlertRow = Row<'paging.alerts'>

const TRY = { turn: 1, way: 'e-mail', routed_at: '2026-03-07T13:00:00Z', sent_at: null, delivered_at: null }
const ROW: AlertRow = {
  alert: 'd7.p-12',
  receiver: 'p-12',
  kind: 'person',
  subject: 'B-12',
  name: null,
  cause: 'dispatch',
  units: ['BTG-1'],
  state: 'calling',
  raised_at: '2026-03-07T13:00:00Z',
  way: 'e-mail',
  skipped: {},
  tries: [{ ...TRY, failed_at: null, reason: null }],
  seen_at: null,
  answered_at: null,
  coming: null,
  coming_at: null,
}

test('who comes is said with the hour, who cannot in words', () => {
  const answered = { ...ROW, state: 'answered', answered_at: '2026-03-07T13:01:00Z' }
  expect(stateOf({ ...answered, coming: true, coming_at: '2026-03-07T13:11:00Z' })).toBe('datang, tiba 21:11')
  expect(stateOf({ ...answered, coming: false })).toBe('tidak bisa')
  expect(stateOf({ ...answered, coming: true, kind: 'station' })).toBe('diterima 21:01')
})

test('a calling that nobody answered is told from one under way', () => {
  expect(stateOf(ROW)).toBe('sedang dipanggil')
  expect(stateOf({ ...ROW, state: 'unanswered' })).toBe('tidak menjawab')
})

test('every way is told with how far it came, also those that failed or could not be used', () => {
  const row: AlertRow = {
    ...ROW,
    skipped: { 'web-push': 'not-configured' },
    tries: [
      { ...TRY, failed_at: '2026-03-07T13:00:05Z', reason: 'unreachable' },
      {
        ...TRY,
        turn: 2,
        way: 'sms',
        sent_at: '2026-03-07T13:00:06Z',
        delivered_at: '2026-03-07T13:00:09Z',
        failed_at: null,
        reason: null,
      },
    ],
    seen_at: '2026-03-07T13:00:30Z',
  }
  expect(trailOf(row)).toBe(
    'E-mail: tidak terjangkau · SMS sampai 21:00:09 · dilihat 21:00:30 · Notifikasi: belum diatur di node',
  )
})

test('a way that was taken again and again is told once, by what reached furthest', () => {
  const page = { ...TRY, way: 'station-page', failed_at: null, reason: null }
  const tries = [
    { ...page, sent_at: '2026-03-07T13:00:00Z' },
    { ...page, turn: 2, sent_at: '2026-03-07T13:00:45Z', delivered_at: '2026-03-07T13:00:46Z' },
    { ...page, turn: 3, sent_at: '2026-03-07T13:01:30Z' },
  ]
  expect(trailOf({ ...ROW, tries })).toBe('Layar pos sampai 21:00:46 (3×)')
})
