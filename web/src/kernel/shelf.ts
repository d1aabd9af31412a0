// What this device keeps when the page is closed: asks not yet answered, and pictures of views. IndexedDB.
import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import type { Pictures } from './live'
import type { Shelf } from './outbox'
import type { Asked } from './words'

type Picture = { at: number; position: number; rows: readonly unknown[] }

interface Kept extends DBSchema {
  asks: { key: string; value: Asked }
  pictures: { key: string; value: Picture }
}

export type Cupboard = { shelf: Shelf; pictures: Pictures; clearPictures(): Promise<void> }

export async function openCupboard(name = 'siaga'): Promise<Cupboard> {
  let db: IDBPDatabase<Kept>
  try {
    db = await openDB<Kept>(name, 1, {
      upgrade(fresh) {
        fresh.createObjectStore('asks', { keyPath: 'id' })
        fresh.createObjectStore('pictures')
      },
    })
  } catch {
    return inMemory() // a private window without storage: works, but forgets when closed
  }
  return {
    shelf: {
      load: () => db.getAll('asks'),
      put: async (asked) => void (await db.put('asks', asked)),
      drop: (id) => db.delete('asks', id),
    },
    pictures: {
      load: (key) => db.get('pictures', key),
      save: async (key, at, position, rows) => void (await db.put('pictures', { at, position, rows }, key)),
    },
    clearPictures: () => db.clear('pictures'),
  }
}

export function inMemory(): Cupboard {
  const asks = new Map<string, Asked>()
  const pictures = new Map<string, Picture>()
  return {
    shelf: {
      load: async () => [...asks.values()],
      put: async (asked) => void asks.set(asked.id, asked),
      drop: async (id) => void asks.delete(id),
    },
    pictures: {
      load: async (key) => pictures.get(key),
      save: async (key, at, position, rows) => void pictures.set(key, { at, position, rows }),
    },
    clearPictures: async () => pictures.clear(),
  }
}
