// A refusal is read by people: hours and numbers as they say them.
import { expect, test } from 'vitest'
import { date } from '../../kernel/clock'
import { polish, reasonOf } from './said'

test('instants become hours of the agency, numbers lose their year', () => {
  const said = 'PKP-1 sedang di 2026-0017 sejak 2026-11-24T07:39:57.908756+00:00.'
  expect(polish(said)).toBe('PKP-1 sedang di 0017 sejak 15:39.')
})

test('a part that is broken is said in words, an unknown code at least by its name', () => {
  const refused = (code: string, reason = '') => ({ refusal: { code, reason, overridable: false, facts: {} } })
  expect(reasonOf(refused('broken'))).toContain('server')
  expect(reasonOf(refused('something-new'))).toBe('something-new')
})

test('of an hour today the date is left out, of another day it stays', () => {
  const today = date(Date.now())
  expect(polish(`BTG-6 sedang di 0024 sejak ${today} 16:20:29 WITA.`)).toBe('BTG-6 sedang di 0024 sejak 16:20.')
  expect(polish('sejak 01/02/2020 16:20:29 WITA')).toBe('sejak 01/02/2020 16:20:29 WITA')
})
