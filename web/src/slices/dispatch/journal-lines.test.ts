// Every event of an incident has its line in both languages, and a line never hides what was typed.
import { readFileSync } from 'node:fs'
import { beforeEach, describe, expect, test } from 'vitest'
import { setLanguage } from '../../kernel/i18n'
import id from '../../texts/id.json'
import { useStandards } from '../intake/standards'
import { entriesOf, lineOf, waitingNotes } from './journal-lines'
import type { JournalRow } from './views'

const names = { actor: (one: string) => `nama ${one}`, station: (one: string) => one, standards: useStandards() }
const row = (kind: string, more: Partial<JournalRow> = {}): JournalRow => ({
  position: 1,
  at: '2026-11-24T09:20:00+00:00',
  kind,
  unit: null,
  actor: 'op',
  facts: {} as JournalRow['facts'],
  note: null,
  erased: false,
  ...more,
})
const facts = (of: object) => of as JournalRow['facts']

describe('journal', () => {
  beforeEach(() => setLanguage('id'))

  test('every event that the node writes into a journal has a line here', () => {
    const slice = readFileSync(new URL('../../../../src/siaga/slices/dispatch/__init__.py', import.meta.url), 'utf8')
    const kinds = [...slice.matchAll(/(intake|events)\.(\w+): journalled/g)].map(([, home, event = '']) => {
      const name = event.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase()
      return `log.${home === 'intake' ? 'intake' : 'dispatch'}.${name}`
    })
    expect(kinds.length).toBeGreaterThan(15)
    for (const kind of kinds) expect(id, kind).toHaveProperty([kind])
  })

  test('a status says which unit and what', async () => {
    const line = row('dispatch.unit-status-reported', { unit: 'BTG-1', facts: facts({ status: 'arrived' }) })
    expect(lineOf(line, names)).toBe('BTG-1 Tiba')
    await setLanguage('en')
    expect(lineOf(line, names)).toBe('BTG-1 Arrived')
  })

  test('what was typed stands behind the line; what was erased says so', () => {
    expect(lineOf(row('intake.incident-noted', { note: 'asap tebal' }), names)).toBe('asap tebal')
    expect(lineOf(row('dispatch.unit-cancelled', { unit: 'BTG-2', note: 'salah alamat' }), names)).toBe(
      'BTG-2 dilepas: salah alamat',
    )
    expect(lineOf(row('intake.incident-noted', { erased: true }), names)).toBe('(dihapus)')
  })

  test('a corrected time shows both: the former one struck through', () => {
    const told = { clock: 'arrived', at: '2026-11-24T09:18:00+00:00', was: '2026-11-24T09:20:00+00:00' }
    const entry = entriesOf([row('dispatch.time-corrected', { unit: 'BTG-1', facts: facts(told) })], names)[0]
    expect(entry).toMatchObject({ was: 'BTG-1 Tiba 17:20:00', text: 'BTG-1 Tiba 17:18:00, diperbaiki' })
    const fresh = entriesOf([row('dispatch.time-corrected', { facts: facts({ clock: 'out' }) })], names)[0]
    expect(fresh).toMatchObject({ was: 'Padam tidak diketahui', text: 'Padam tidak diketahui, diperbaiki' })
  })

  test('an event of a newer node shows its own name rather than nothing', () => {
    expect(lineOf(row('field.sector-made', { unit: 'BTG-2' }), names)).toContain('field.sector-made')
  })

  test('the newest line is on top, with the name of who acted', () => {
    const rows = [
      row('dispatch.mark-set'),
      row('dispatch.mark-set', { position: 2 }),
      row('dispatch.mark-set', { position: 3, at: '2026-11-24T09:19:00+00:00' }),
    ]
    const lines = entriesOf(rows, names)
    expect(lines.map((line) => line.key)).toEqual(['2', '1', '3'])
    expect(lines[0]?.who).toBe('nama op')
  })

  test('a note that waits stands in the journal of its incident only', () => {
    const waiting = {
      id: 'a',
      at: '2026-11-24T09:20:00Z',
      account: 'op',
      command: { kind: 'intake.note-incident', incident: 'i1', note: 'PLN' },
    }
    expect(waitingNotes([waiting], 'i1')).toMatchObject([{ text: 'PLN', pending: true }])
    expect(waitingNotes([waiting], 'i2')).toEqual([])
  })
})
