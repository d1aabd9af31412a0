// The cards that are listed while no node answers.
import { describe, expect, test } from 'vitest'
import type { Held } from './applies'
import { type LibraryRow, libraryOf } from './library'

const held = (card: string, version: number): Held => ({
  card,
  version,
  front: { title: card.toUpperCase(), steps: [{ id: 'a', text: 'A', role: 'crew' }] },
  body: '',
})
const [row] = libraryOf([], [held('api', 1)], false) as [LibraryRow]
const names = (rows: readonly LibraryRow[]) => rows.map((one) => `${one.card} ${one.holds}`)

describe('the library', () => {
  test('is what the node says, while it does', () => {
    expect(libraryOf([row], [held('api', 2), held('air', 1)], true)).toEqual([row])
  })

  test('is what the device keeps where the list was never looked at', () => {
    expect(names(libraryOf([], [held('tawon', 3), held('api', 1)], false))).toEqual(['api 1', 'tawon 3'])
  })

  test('takes what is kept for a card the list has not or only in an older version, and leaves all others', () => {
    const read = { ...row, reads: 4 }
    const draft = { ...row, card: 'draf', latest: 2, holds: null, title: 'DRAF' }
    const shown = libraryOf([read, draft], [held('api', 1), held('tawon', 1)], false)
    expect(shown).toEqual([read, draft, expect.objectContaining({ card: 'tawon' })])
    expect(names(libraryOf([read], [held('api', 2)], false))).toEqual(['api 2'])
  })
})
