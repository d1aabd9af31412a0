import { expect, test, vi } from 'vitest'
import { equal, kept, madeOnce, sameParts } from './sameness'

const row = (unit: string, status: string, crew: readonly string[] = []) => ({ unit, status, crew })
const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

test('an answer that says the same is the same list', () => {
  const before = [row('A', 'ready', ['x']), row('B', 'ready')]
  expect(kept(before, copy(before))).toBe(before)
})

test('only the row that changed is a new object, also when rows move', () => {
  const before = [row('A', 'ready'), row('B', 'ready', ['x']), row('C', 'ready')]
  const after = kept(before, [row('B', 'ready', ['x']), row('A', 'action'), row('C', 'ready')])
  expect(after[0]).toBe(before[1])
  expect(after[1]).toEqual(row('A', 'action'))
  expect(after[2]).toBe(before[2])
})

test('a row that went or came is another list', () => {
  const before = [row('A', 'ready'), row('B', 'ready')]
  expect(kept(before, [row('A', 'ready')])).toEqual([row('A', 'ready')])
  expect(kept(before, [...copy(before), row('C', 'ready')])).toHaveLength(3)
})

test('a field that is absent is not one that is there without a value', () => {
  const before: { unit: string; at?: string | undefined }[] = [{ unit: 'A', at: undefined }]
  expect(kept(before, [{ unit: 'A' }])).not.toBe(before)
})

test('a thing is made again when what it rests on is another', () => {
  const once = madeOnce<object, number>()
  const make = vi.fn(() => 1)
  const one = row('A', 'ready')
  once(one, ['id'], make)
  once(one, ['id'], make)
  expect(make).toHaveBeenCalledTimes(1)
  once(one, ['en'], make)
  expect(make).toHaveBeenCalledTimes(2)
})

test('a list, a record and nothing are three things, also when they are empty', () => {
  const things = [[], {}, null, '', 0, [[]], { a: undefined }, { b: undefined }]
  for (const [i, one] of things.entries())
    for (const [j, other] of things.entries()) expect(equal(one, structuredClone(other))).toBe(i === j)
})

test('lists and maps of the very same parts are told from those of others', () => {
  const [a, b] = [row('A', 'ready'), row('B', 'ready')]
  expect(sameParts([a, b], [a, b])).toBe(true)
  expect(sameParts([a, b], [b, a])).toBe(false)
  expect(sameParts([a], [copy(a)])).toBe(false)
  expect(sameParts(new Map([['x', a]]), new Map([['x', a]]))).toBe(true)
  expect(sameParts(new Map([['x', a]]), new Map([['y', a]]))).toBe(false)
  expect(sameParts(new Map([['x', a]]), new Map([['x', b]]))).toBe(false)
})
