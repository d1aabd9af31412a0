// Which screen a path opens, and where somebody begins.
import { expect, test } from 'vitest'
import { homeOf, openTo, restOf, type Screen, screenAt } from './screens'

const part = () => Promise.resolve(() => null)
const LIST: readonly Screen[] = [
  {
    path: '/desk',
    also: ['/call'],
    words: 'desk.title',
    roles: ['a'],
    home: (who) => who.roles.includes('a'),
    load: part,
  },
  { path: '/board', words: 'desk.title', roles: ['a', 'b'], home: (who) => who.roles.includes('b'), load: part },
  { path: '/device', words: 'desk.title', load: part },
]
const who = (...roles: string[]) => ({ account: 'x', roles })

test('a path opens its screen, with what stands behind it', () => {
  expect(screenAt(LIST, '/call')?.path).toBe('/desk')
  expect(screenAt(LIST, '/board/i-7')?.path).toBe('/board')
  expect(screenAt(LIST, '/boards')).toBeUndefined()
  expect(restOf('/board', '/board/i-7')).toBe('i-7')
  expect(restOf('/board', '/board')).toBe('')
})

test('who has several roles begins where the first of them does', () => {
  expect(homeOf(LIST, who('b', 'a'))?.path).toBe('/desk')
  expect(homeOf(LIST, who('b'))?.path).toBe('/board')
})

test('who has no home begins with the first screen that is theirs', () => {
  expect(homeOf(LIST, who('c'))?.path).toBe('/device')
  expect(openTo(LIST[1] as Screen, ['c'])).toBe(false)
})
