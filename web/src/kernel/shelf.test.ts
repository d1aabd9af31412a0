// What waits survives a closed page: kept in the browser's own store, row by row.
import 'fake-indexeddb/auto'
import { deleteDB, openDB } from 'idb'
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

test('who was signed in, pieces of the map and the list of pictures are kept too', async () => {
  const cupboard = await openCupboard('three')
  await cupboard.notes.put('session', { account: 'op', confirmedAt: 5 })
  await cupboard.pieces.put('v1/0002', new ArrayBuffer(3))
  await cupboard.pieces.put('v0/0001', new ArrayBuffer(1))
  await cupboard.pictures.save('board?', 99, 7, [{ unit: 'E1' }, { unit: 'E2' }])
  await cupboard.pieces.keepOnly('v1/')
  expect(await cupboard.notes.get('session')).toEqual({ account: 'op', confirmedAt: 5 })
  expect(await cupboard.pieces.names()).toEqual(['v1/0002'])
  expect(await cupboard.stored()).toEqual([{ key: 'board?', at: 99, rows: 2 }])
  await cupboard.notes.drop('session')
  expect(await cupboard.notes.get('session')).toBeUndefined()
})

test('what an older version of the page kept is still there after the store has grown', async () => {
  const older = await openDB('four', 1, {
    upgrade(fresh) {
      fresh.createObjectStore('asks', { keyPath: 'id' })
      fresh.createObjectStore('pictures')
    },
  })
  await older.put('asks', ask('a1'))
  older.close()
  const cupboard = await openCupboard('four')
  expect(await cupboard.shelf.load()).toEqual([ask('a1')])
})

test('a window with an older page lets a newer one add to the store, and goes on keeping', async () => {
  const here = await openCupboard('five')
  const newer = await openDB('five', 3, { upgrade: (fresh) => void fresh.createObjectStore('more') })
  await here.shelf.put(ask('a1'))
  expect(await here.shelf.load()).toEqual([ask('a1')])
  newer.close()
})

test('a store that somebody else has made without its parts gets them', async () => {
  ;(await openDB('six', 1)).close()
  const cupboard = await openCupboard('six')
  await cupboard.shelf.put(ask('a1'))
  expect(await cupboard.shelf.load()).toEqual([ask('a1')])
})

test('a store that the browser closed under the page, its data cleared, is opened anew', async () => {
  const opened: IDBDatabase[] = []
  const open = IDBFactory.prototype.open
  IDBFactory.prototype.open = function (...args) {
    const request = open.apply(this, args)
    request.addEventListener('success', () => opened.push(request.result))
    return request
  }
  const cupboard = await openCupboard('seven')
  IDBFactory.prototype.open = open
  await cupboard.shelf.put(ask('a1'))
  for (const one of opened) one.close()
  await cupboard.shelf.put(ask('a2'))
  expect((await cupboard.shelf.load()).map(({ id }) => id)).toEqual(['a1', 'a2'])
})

test('a store that was deleted while the page is open is whole again, now and at the next opening', async () => {
  const cupboard = await openCupboard('eight')
  await cupboard.shelf.put(ask('a1'))
  await deleteDB('eight')
  await cupboard.shelf.put(ask('a2'))
  await cupboard.notes.put('session', { account: 'op' })
  const next = await openCupboard('eight')
  expect(await next.shelf.load()).toEqual([ask('a2')])
})
