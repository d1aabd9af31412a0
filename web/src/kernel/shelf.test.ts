// What waits survives a closed page: kept in the browser's own store, row by row.
import 'fake-indexeddb/auto'
import { expect, test } from 'vitest'
import { openCupboard } from './shelf'

const ask = (id: string) => ({ id, at: '2026-11-24T09:00:00Z', account: 'op', command: { kind: 'a.one' } })

test('asks and pictures are there after the page was closed, and gone when dropped', async () => {
  const first = await openCupboard('one')
  await first.shelf.put(ask('a1'))
  await first.shelf.put(ask('a2'))
  await first.shelf.put({ ...ask('a1'), acceptedAt: 4 })
  await first.pictures.save('board?', 99, 7, [{ unit: 'E1' }])
  const second = await openCupboard('one')
  expect(await second.shelf.load()).toEqual([{ ...ask('a1'), acceptedAt: 4 }, ask('a2')])
  expect(await second.pictures.load('board?')).toEqual({ at: 99, position: 7, rows: [{ unit: 'E1' }] })
  await second.shelf.drop('a1')
  await second.clearPictures()
  expect(await first.shelf.load()).toEqual([ask('a2')])
  expect(await first.pictures.load('board?')).toBeUndefined()
})

test('without a store the page works and forgets', async () => {
  const kept = globalThis.indexedDB
  Object.assign(globalThis, { indexedDB: undefined })
  const cupboard = await openCupboard('two')
  Object.assign(globalThis, { indexedDB: kept })
  await cupboard.shelf.put(ask('a1'))
  expect(await cupboard.shelf.load()).toEqual([ask('a1')])
})
