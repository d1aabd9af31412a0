// What others see of a scene: figures and codes, and nothing that somebody typed.
import { expect, test } from 'vitest'
import { agenciesOf, type BoardRow, standing, summaryOf } from './board'

const crew = (id: string, sector: string, people: number, inside: number, phase = 'arrived') => ({
  crew: id,
  label: `Regu ${id}`,
  sector,
  people,
  phase,
  inside: Array.from({ length: inside }, (_, n) => ({ person: `DMK-${n}` })),
  persons: ['DMK-0'],
})
const BOARD = {
  crews: [
    crew('BTG-1', 's1', 4, 2),
    crew('BTG-3', 'staging', 2, 0),
    crew('BTG-7', 'staging', 3, 0, 'on-the-way'),
    crew('BTG-2', 's1', 3, 0, 'left'),
  ],
  sectors: [{ sector: 's1', name: 'Sektor 1' }],
  maydays: [{ ended_at: null, where: 'lantai 2' }, { ended_at: '2026-11-24T09:00:00Z' }],
  evacuations: [],
  tasks: [{ step: 'done', text: 'cari anak pak Budi' }, { step: 'open' }, { step: 'dropped' }],
} as unknown as BoardRow

test('people count where they are; who has left or is not there yet does not', () => {
  const summary = summaryOf(BOARD)
  expect([summary.people, summary.inside, summary.coming, summary.maydays]).toEqual([6, 2, 1, 1])
  expect(summary.places.map((place) => [place.id, place.name, place.crews.map((one) => one.label).join()])).toEqual([
    ['s1', 'Sektor 1', 'Regu BTG-1'],
    ['staging', '', 'Regu BTG-3'],
  ])
  expect(summary.tasks).toEqual({ done: 1, all: 2 })
})

test('no code of a person and no word that was typed is in it', () => {
  const all = JSON.stringify(summaryOf(BOARD))
  for (const word of ['DMK', 'Budi', 'lantai']) expect(all).not.toContain(word)
})

test('of every agency its last step at each incident; who is waited for stands first, the longest wait before all', () => {
  const row = (incident: string, others: Record<string, Record<string, string>>) => ({ incident, others })
  const found = agenciesOf([
    row('0231', {
      pln: { asked: '2026-11-24T09:00', arrived: '2026-11-24T09:20' },
      polri: { asked: '2026-11-24T09:10' },
    }),
    row('0232', { pln: { asked: '2026-11-24T09:05' } }),
  ])
  expect(
    found.map((one) => [one.id, ...one.at.map((at) => `${at.incident} ${at.step}${at.waits ? ' …' : ''}`)]),
  ).toEqual([
    ['pln', '0232 asked …', '0231 arrived'],
    ['polri', '0231 asked …'],
  ])
})

test('a unit counts where it stands now, and at home when it stands nowhere', () => {
  const unit = (code: string, home: string, standsAt = '') => ({ code, home, standsAt, status: 'ready' })
  const stations = [
    { id: 'a', name: 'Pos A' },
    { id: 'b', name: 'Pos B' },
    { id: 'c', name: 'Pos C' },
  ]
  const found = standing([unit('1', 'a'), unit('2', 'a', 'b')], stations)
  expect(found.map((one) => [one.name, one.units.map((of) => of.code).join()])).toEqual([
    ['Pos A', '1'],
    ['Pos B', '2'],
  ])
})
