// The kernel of the page stays ignorant: it knows no slice and no word of the fire service.
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const HERE = new URL('.', import.meta.url)
const files = readdirSync(HERE).filter((name) => /\.tsx?$/.test(name) && !name.includes('.test.'))
const WORDS = /\b(incident|unit|fire|dispatch|hydrant|station|crew|caller|ambulance|armada|kejadian|panggilan)s?\b/i

test('the kernel imports nothing of a slice', () => {
  expect(files.length).toBeGreaterThan(10)
  for (const name of files) expect(readFileSync(new URL(name, HERE), 'utf8'), name).not.toMatch(/from '\.\.\/slices/)
})

test('the kernel speaks no word of the fire service', () => {
  for (const name of files) expect(readFileSync(new URL(name, HERE), 'utf8').match(WORDS)?.[0], name).toBeUndefined()
})
