import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { setLanguage } from '../kernel/i18n'
import { FORMS, formAt } from './print-forms'

test('every form has its name in both languages', () => {
  for (const file of ['id', 'en']) {
    const words = JSON.parse(readFileSync(new URL(`../texts/${file}.json`, import.meta.url).pathname, 'utf8'))
    for (const form of FORMS) expect(words[`print.${form}`], `${file} ${form}`).toBeTruthy()
  }
})

test('a form is asked for in the language of the screen', async () => {
  await setLanguage('en')
  expect(formAt('a/b', 'ics-201')).toBe('/api/documents/incidents/a%2Fb/ics-201.pdf?bahasa=en')
  await setLanguage('id')
  expect(formAt('i1', 'daftar-kru')).toBe('/api/documents/incidents/i1/daftar-kru.pdf?bahasa=id')
})
