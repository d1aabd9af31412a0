// Ask ids sort by the time they were made and never meet.
import { expect, test } from 'vitest'
import { newId } from './ids'

test('ids made later sort later', () => {
  const ids = [1, 2, 255, 256, 2 ** 40].map((at) => newId(at))
  expect([...ids].sort()).toEqual(ids)
})

test('ids of one instant differ and fit what the node accepts', () => {
  const ids = Array.from({ length: 500 }, () => newId(7))
  expect(new Set(ids).size).toBe(500)
  for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/)
})
