// Pictures of one sort are one line, as old as the oldest of them.
import { expect, test } from 'vitest'
import { grouped } from './this-device'

test('journals of several incidents are one line with the age of the oldest', () => {
  expect(
    grouped([
      { key: 'dispatch.journal?incident=a', at: 50, rows: 3 },
      { key: 'dispatch.board?', at: 70, rows: 29 },
      { key: 'dispatch.journal?incident=b', at: 40, rows: 2 },
    ]),
  ).toEqual([
    { key: 'dispatch.journal', at: 40, rows: 5 },
    { key: 'dispatch.board', at: 70, rows: 29 },
  ])
})
