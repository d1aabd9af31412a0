// The command line understands how dispatchers talk, and never does half of what was typed.
import { describe, expect, test } from 'vitest'
import { type Known, read, wishOf } from './command-line'

const NOW = Date.parse('2026-11-24T09:20:22Z') // 17:20:22 WITA
const known: Known = {
  units: [
    { code: 'BTG-1', incident: 'i231' },
    { code: 'BTG-4', incident: 'i229' },
    { code: 'BTG-12' },
    { code: 'RSC-1' },
  ],
  incidents: [
    { id: 'i231', number: '0231' },
    { id: 'i229', number: '0229' },
  ],
  stations: [
    { id: 'mako', name: 'Mako' },
    { id: 'loktuan', name: 'Loktuan' },
    { id: 'lestari', name: 'Bontang Lestari' },
    { id: 'barat', name: 'Bontang Barat' },
  ],
  finished: [{ id: 'i228', number: '0228' }],
  selected: 'i231',
  now: NOW,
}
const wish = (text: string) => wishOf(text, known)

describe('command line', () => {
  test.each([
    ['btg-1 tiba', { do: 'status', unit: 'BTG-1', status: 'arrived' }],
    ['BTG1 TIBA', { do: 'status', unit: 'BTG-1', status: 'arrived' }],
    ['btg-1 arrived', { do: 'status', unit: 'BTG-1', status: 'arrived' }],
    ['12 siap', { do: 'status', unit: 'BTG-12', status: 'ready' }],
    ['btg-4 tiba 17:19', { do: 'status', unit: 'BTG-4', status: 'arrived', at: '2026-11-24T09:19:00.000Z' }],
    ['btg-12 rusak rem blong', { do: 'status', unit: 'BTG-12', status: 'out-of-service', reason: 'rem blong' }],
    ['btg-12 ke 0229', { do: 'send', unit: 'BTG-12', incident: 'i229' }],
    ['btg-12 ke 229', { do: 'send', unit: 'BTG-12', incident: 'i229' }],
    ['btg-4 lepas', { do: 'release', unit: 'BTG-4' }],
    ['mutasi 12 pos loktuan', { do: 'move', unit: 'BTG-12', station: 'loktuan' }],
    ['btg-12 ke lestari', { do: 'move', unit: 'BTG-12', station: 'lestari' }],
    ['tutup 0231', { do: 'close', incident: 'i231' }],
    ['0231 terkendali', { do: 'clock', incident: 'i231', clock: 'under-control' }],
    ['0231 padam 17:10', { do: 'clock', incident: 'i231', clock: 'out', at: '2026-11-24T09:10:00.000Z' }],
    ['tingkat 0231 2', { do: 'level', incident: 'i231', level: 2 }],
    ['catat PLN sudah Padam', { do: 'note', incident: 'i231', text: 'PLN sudah Padam' }],
    ['0229', { do: 'select', incident: 'i229' }],
    ['baru', { do: 'call' }],
    ['btg-4 lepas salah alamat', { do: 'release', unit: 'BTG-4', reason: 'salah alamat' }],
    ['tukar btg-4 rsc-1', { do: 'swap', out: 'BTG-4', instead: 'RSC-1' }],
    ['swap 4 12', { do: 'swap', out: 'BTG-4', instead: 'BTG-12' }],
    ['buka 0228', { do: 'open', incident: 'i228' }],
    ['buka 228 Api menyala lagi', { do: 'open', incident: 'i228', reason: 'Api menyala lagi' }],
    ['batal 0229 laporan ganda', { do: 'cancel', incident: 'i229', reason: 'laporan ganda' }],
    ['latihan 0229', { do: 'exercise', incident: 'i229' }],
    ['perbaiki 0228 tiba 17:10', { do: 'correct', incident: 'i228', clock: 'arrived', at: '2026-11-24T09:10:00.000Z' }],
    [
      'perbaiki btg-4 jalan 17:12',
      { do: 'correct', incident: 'i229', unit: 'BTG-4', clock: 'on-the-way', at: '2026-11-24T09:12:00.000Z' },
    ],
    ['riwayat', { do: 'finished' }],
    ['tutup-jalan', { do: 'road' }],
  ] as const)('%s', (text, expected) => {
    expect(wish(text)).toEqual(expected)
  })

  test.each([
    '',
    'tiba',
    'btg-1',
    'btg-9 tiba',
    '1 tiba',
    'btg-12 ke bontang',
    'btg-1 ke 0999',
    '0231 padam kemarin',
    'tutup',
    'tingkat 0231 x',
    'tukar btg-12 rsc-1',
    'batal 0229',
    'perbaiki 0228 cadangan 17:10',
    'perbaiki btg-12 tiba 17:10',
    'perbaiki 0228 tiba',
  ])('what is not certain is no wish: %j', (text) => {
    expect(wish(text)).toBeUndefined()
  })

  const trouble = (text: string) => read(text, known)

  test('an hour that is still to come is no time, and is not taken for one of yesterday', () => {
    for (const text of ['btg-4 tiba 17:25', 'btg-4 kembali 19:00', '0231 padam 17:40', 'perbaiki 0231 tiba 17:36'])
      expect(trouble(text), text).toEqual({
        trouble: { is: 'ahead', time: text.split(' ').at(-1) },
        completions: [],
      })
    expect(wish('btg-4 tiba 17:25')).toBeUndefined()
  })

  test('a minute that is only rounded up is now', () => {
    expect(wish('btg-4 tiba 17:21')).toMatchObject({ at: '2026-11-24T09:20:22.000Z' })
  })

  test('an hour far ahead is one of the day before', () => {
    expect(wish('btg-4 tiba 23:50')).toBeUndefined()
    const night = { ...known, now: Date.parse('2026-11-23T16:10:00Z') } // 00:10
    expect(wishOf('btg-4 tiba 23:50', night)).toMatchObject({ at: '2026-11-23T15:50:00.000Z' })
  })

  test('a correction is of the day the incident began', () => {
    const began = { ...known, finished: [{ id: 'i228', number: '0228', began: Date.parse('2026-11-23T15:40:00Z') }] }
    expect(wishOf('perbaiki 0228 tiba 23:50', began)).toMatchObject({ at: '2026-11-23T15:50:00.000Z' })
    expect(wishOf('perbaiki 0228 padam 00:30', began)).toMatchObject({ at: '2026-11-23T16:30:00.000Z' })
  })

  test.each([
    ['btg-4 kembali 25:99', '25:99'],
    ['btg-4 tiba besok', 'besok'],
    ['btg-4 tiba 1719', '1719'],
    ['btg-4 rusak rem 17:05 blong', '17:05'],
    ['0231 padam kemarin', 'kemarin'],
    ['perbaiki 0228 tiba 25:00', '25:00'],
  ])('what cannot be read as a time is no reason: %s', (text, time) => {
    expect(trouble(text)).toEqual({ trouble: { is: 'unclear', time }, completions: [] })
  })

  test('a time may stand before its reason or after it', () => {
    const expected = { status: 'out-of-service', at: '2026-11-24T09:05:00.000Z', reason: 'rem blong' }
    expect(wish('btg-12 rusak 17:05 rem blong')).toMatchObject(expected)
    expect(wish('btg-12 rusak rem blong 17:05')).toMatchObject(expected)
    expect(wish('btg-12 rusak sejak kemarin')).toMatchObject({ reason: 'sejak kemarin' })
  })

  test('the incident that lies open is meant first', () => {
    expect(read('tu', { ...known, selected: 'i229' }).completions.slice(0, 2)).toEqual(['tutup 0229', 'tutup 0231'])
  })

  test('completion offers what the unit would say next', () => {
    expect(read('btg-4 ti', known).completions[0]).toBe('btg-4 tiba')
    expect(read('btg-4 ', known).completions).toContain('btg-4 kembali')
    expect(read('rsc', known).completions[0]).toBe('rsc-1 ke 0231')
    expect(read('tu', known).completions).toEqual(['tutup 0231', 'tutup 0229', 'tutup-jalan'])
    expect(read('', known).completions).toEqual([])
  })

  test('words of the other language are completed too', () => {
    expect(read('btg-4 ti', known, true).completions[0]).toBe('btg-4 tiba')
    expect(read('btg-4 arr', known, false).completions[0]).toBe('btg-4 arrived')
  })

  test('every completion is a wish once typed, in both languages', () => {
    for (const english of [false, true])
      for (const text of [
        'b',
        'btg-1',
        'btg-1 ',
        'btg-12 ',
        'r',
        '0',
        't',
        'c',
        'l',
        'm',
        '0231 ',
        'bu',
        'tukar ',
        'o',
        'ri',
        'lat',
        'h',
      ])
        for (const line of read(text, known, english).completions) expect(wish(line), `${text} → ${line}`).toBeDefined()
  })
})
