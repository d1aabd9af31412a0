// Cases made by Python (tests/*/made.py): a first line about all of them, then one a line.
import { existsSync, readFileSync } from 'node:fs'

const FOLDER = process.env.SIAGA_CASES ?? new URL('../../../../tests/field/cases', import.meta.url).pathname

export function made<About, Case>(name: string, folder = FOLDER): { about: About; cases: readonly Case[] } {
  const path = `${folder}/${name}.jsonl`
  if (!existsSync(path)) throw new Error(`${path} is missing: run made.py beside its folder`)
  const [about, ...cases] = readFileSync(path, 'utf8').trimEnd().split('\n')
  return { about: JSON.parse(about ?? '') as About, cases: cases.map((line) => JSON.parse(line) as Case) }
}

/** Both values the same; figures within a millionth of each other. */
export function near(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number')
    return a === b || Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(a), Math.abs(b))
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b) return a === b
  const [left, right] = [Object.keys(a), Object.keys(b)]
  return (
    Array.isArray(a) === Array.isArray(b) &&
    left.length === right.length &&
    left.every((key) => key in b && near((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]))
  )
}
