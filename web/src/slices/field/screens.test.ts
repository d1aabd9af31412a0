// Pure parts of the command board's screens: the pad, the structure, what is pending, water as it is typed.
import { describe, expect, test } from 'vitest'
import type { Asked } from '../../kernel/words'
import { base64, scaled } from './media'
import { typed } from './pad'
import { pendingIds } from './pending'
import { tree } from './sheet-structure'
import type { Post } from './standards'
import { EMPTY, planAsk, planOf, queryOf } from './water'

describe('the pad', () => {
  test('adds figures, begins anew when the value is full, and takes back', () => {
    expect(['2', '9', '0'].reduce((value, key) => typed(value, key, 3), '')).toBe('290')
    expect(typed('290', '3', 3)).toBe('3')
    expect(typed('290', 'back', 3)).toBe('29')
    expect(typed('', 'back', 3)).toBe('')
    expect(typed('0', '5', 3)).toBe('5')
  })
})

describe('the structure', () => {
  const name = { id: '', en: '' }
  const post = (id: string, parent: string | null, ics_parent = parent): Post => ({
    id,
    name,
    ics: name,
    rank: 'unit',
    parent,
    ics_parent,
  })
  const posts = [
    post('commander', null),
    post('operations', 'commander'),
    post('staging', 'operations'),
    post('planning', 'commander'),
    post('secretariat', 'commander', 'planning'),
  ]
  const drawn = (shown: readonly string[], ics = false) =>
    tree(posts, new Set(shown), ics).map((line) => `${line.depth} ${line.post.id}`)

  test('hangs as the template says', () => {
    expect(drawn(['commander', 'operations', 'staging'])).toEqual(['0 commander', '1 operations', '2 staging'])
  })

  test('what is below a post that is not shown hangs one level higher', () => {
    expect(drawn(['commander', 'staging'])).toEqual(['0 commander', '1 staging'])
  })

  test('the same posts hang differently in ICS, and none is lost', () => {
    expect(drawn(['commander', 'secretariat'], true)).toEqual(['0 commander', '1 secretariat'])
  })
})

describe('what waits for the node', () => {
  const asked = (command: Asked['command']): Asked => ({ id: 'x', at: '', account: '', command })

  test('is what an unanswered ask of this incident is about, and nothing of another', () => {
    const waiting = [
      asked({ kind: 'field.move-crew', incident: 'i', crew: 'BTG-1', to: 's2' }),
      asked({ kind: 'field.step-task', incident: 'i', task: 't1', step: 'done' }),
      asked({ kind: 'field.report-entry', incident: 'i', crew: 'BTG-2', sector: 's1' }),
      asked({ kind: 'field.move-crew', incident: 'other', crew: 'BTG-9', to: 's2' }),
    ]
    expect([...pendingIds(waiting, 'i')].sort()).toEqual(['BTG-1', 'BTG-2', 't1'])
  })
})

describe('photos and voice', () => {
  test('the longer side is at most 1600 pixels, and nothing is made larger', () => {
    expect(scaled(4000, 3000)).toEqual([1600, 1200])
    expect(scaled(3000, 4000)).toEqual([1200, 1600])
    expect(scaled(640, 480)).toEqual([640, 480])
  })

  test('large content is written as base64 whole', () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251)
    expect(base64(bytes)).toBe(Buffer.from(bytes).toString('base64'))
  })
})

describe('a water plan as it is typed', () => {
  const typedPlan = { ...EMPTY, volume_m3: '9000', hydrant_lpm: '800', store_l: '20000', distance_m: '1500' }

  test('asks the node in plain numbers; sources without a store run on', () => {
    expect(queryOf(typedPlan).filter(([name]) => name === 'flow_lpm' || name === 'volume_l')).toEqual([
      ['flow_lpm', '800'],
      ['volume_l', '0'],
      ['flow_lpm', '2000'],
      ['volume_l', '20000'],
    ])
    expect(queryOf(EMPTY)).toEqual([])
  })

  test('what was kept comes back as it was typed', () => {
    const kept = planAsk(typedPlan)
    const row = { at: '', need: null, shuttle: null, tank_l: 0, ...kept } as unknown as Parameters<typeof planOf>[0]
    expect(planOf(row)).toEqual(typedPlan)
  })
})
