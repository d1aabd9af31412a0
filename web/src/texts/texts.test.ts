// Both catalogues are complete: same keys, same gaps to fill, nothing used that is missing, nothing kept that is unused.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fill } from '../kernel/i18n'
import en from './en.json'
import id from './id.json'

const SRC = new URL('..', import.meta.url).pathname
const files = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) return name === 'gen' ? [] : files(path)
    return /\.tsx?$/.test(name) && !/\.test\./.test(name) ? [path] : []
  })
const source = files(SRC)
  .map((path) => readFileSync(path, 'utf8'))
  .join('\n')
const gaps = (text: string) => [...new Set(text.match(/\{[\w-]+\}/g) ?? [])].sort()

/** Groups that data chooses from: `word('status', id)`, `log.<kind>`, `why.<code>`, `theme.<id>`. */
const BY_DATA = [
  'amended',
  'amended-state',
  'status',
  'report',
  'clock',
  'outcome',
  'call-outcome',
  'call-do',
  'doing',
  'channel',
  'place',
  'locate',
  'step',
  'log',
  'why',
  'theme',
  'picture',
  'object-hazard',
  'place-of',
  'slip',
  'print',
  'turn',
  'water-state',
  'air',
  'ark',
  'akk',
  'water-problem',
  'alert-state',
  'way',
  'way-why',
  'role',
  'receiver',
  'sop-role',
  'sop-skip',
  'sop-evidence',
  'sop-state',
  'sop-scope',
  'sop-how',
  'sop-field',
  'sop-count',
  'reports',
  'report-state',
  'report-by',
  'report-step',
  'report-piece',
  'spm-by',
  'spm-pair',
  'spm-few',
  'spm-show',
  'spm-missing',
  'spm-excluded',
  'spm-chart',
  'spm-signal',
  'spm-part',
  'spm-reason',
  'spm-to',
  'spm-item',
  'warning-action',
  'warning-response',
  'warning-urgency',
  'warning-severity',
  'warning-certainty',
  'review-kind',
  'review-subject',
  'review-change',
  'review-result',
  'review-state',
  'review-span',
]

describe('texts', () => {
  test('every Indonesian text has its English one, and the other way round', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(id).sort())
  })

  test('no text is empty', () => {
    for (const catalogue of [id, en])
      for (const [key, text] of Object.entries(catalogue)) expect(text.trim(), key).not.toBe('')
  })

  test('both languages fill the same gaps', () => {
    for (const key of Object.keys(id) as (keyof typeof id)[]) {
      const wanted = gaps(id[key])
      for (const form of en[key].split('|')) expect(gaps(form), key).toEqual(wanted)
    }
  })

  test('every text a screen asks for exists', () => {
    const asked = [...source.matchAll(/(?<![\w.])t\(\s*'([\w.-]+)'/g)].map((hit) => hit[1] ?? '')
    expect(asked.length).toBeGreaterThan(100)
    for (const key of asked) expect(id, key).toHaveProperty([key])
  })

  test('no text is kept that no screen shows', () => {
    const unused = Object.keys(id).filter(
      (key) => !source.includes(`'${key}'`) && !BY_DATA.includes(key.split('.')[0] ?? ''),
    )
    expect(unused).toEqual([])
  })

  test('one and many are told apart in English, and Indonesian needs no difference', () => {
    expect(fill(en['incident.units'], { n: 1 })).toBe('1 unit')
    expect(fill(en['incident.units'], { n: 3 })).toBe('3 units')
    expect(fill(id['incident.units'], { n: 3 })).toBe('3 armada')
  })
})
