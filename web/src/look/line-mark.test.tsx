// What the line says where several people use one tablet in turn.
import { expect, test } from 'vitest'
import { startLanguage } from '../kernel/i18n'
import { beside } from './line-mark'

test('what waits for somebody else to come back is said beside what waits for this person', async () => {
  await startLanguage()
  expect(beside({ ageMs: undefined, waiting: 0, theirs: 0 })).toEqual([])
  expect(beside({ ageMs: undefined, waiting: 1, theirs: 2 })).toEqual(['1 menunggu dikirim', '2 dari akun lain'])
})
