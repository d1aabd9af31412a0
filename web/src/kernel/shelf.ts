// What this device keeps when the page is closed, in IndexedDB: asks not yet answered, pictures of views, who was signed
// in, and pieces of large files such as the map.
import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import type { Pictures } from './live'
import type { Shelf } from './outbox'
import type { Asked } from './words'

type Picture = { at: number; position: number; rows: readonly unknown[] }

/** The session the node last confirmed here: no secret of it, only what an application without network must know. */
export type Remembered = {
  readonly account: string
  readonly name: string
  readonly roles: readonly string[]
  readonly agency: string
  readonly device?: string
  /** When the node was last heard to hold it (device time, ms). */
  readonly confirmedAt: number
}

/** A picture as the page about this device lists it. */
export type Stored = { readonly key: string; readonly at: number; readonly rows: number }

interface Kept extends DBSchema {
  asks: { key: string; value: Asked }
  pictures: { key: string; value: Picture }
  notes: { key: string; value: unknown }
  pieces: { key: string; value: ArrayBuffer }
}

/** Small things by name; the whole device has one of each. */
export type Notes = {
  get<Kind>(name: string): Promise<Kind | undefined>
  put(name: string, value: unknown): Promise<void>
  drop(name: string): Promise<void>
}

/** Parts of large files, by a name that sorts them. */
export type Pieces = {
  get(name: string): Promise<ArrayBuffer | undefined>
  put(name: string, piece: ArrayBuffer): Promise<void>
  names(): Promise<readonly string[]>
  /** Drops every piece whose name does not begin so. */
  keepOnly(prefix: string): Promise<void>
}

export type Cupboard = {
  shelf: Shelf
  pictures: Pictures
  notes: Notes
  pieces: Pieces
  clearPictures(): Promise<void>
  stored(): Promise<readonly Stored[]>
}

const VERSION = 2

export async function openCupboard(name = 'siaga'): Promise<Cupboard> {
  let db: Promise<IDBPDatabase<Kept>>
  const open = async (version?: number): Promise<IDBPDatabase<Kept>> =>
    openDB<Kept>(name, version, {
      upgrade(fresh, from) {
        if (from < 1) {
          fresh.createObjectStore('asks', { keyPath: 'id' })
          fresh.createObjectStore('pictures')
        }
        if (from < 2) {
          fresh.createObjectStore('notes')
          fresh.createObjectStore('pieces')
        }
      },
      // A newer version of the page, in another window, wants to add to the store: let it, and go on with what it made.
      blocking(_from, _to, event) {
        ;(event.target as IDBDatabase).close()
        db = open()
      },
    })
  db = open(VERSION)
  try {
    await db
  } catch {
    return inMemory() // a private window without storage: works, but forgets when closed
  }
  return {
    shelf: {
      load: async () => (await db).getAll('asks'),
      get: async (id) => (await db).get('asks', id),
      put: async (asked) => void (await (await db).put('asks', asked)),
      drop: async (id) => (await db).delete('asks', id),
    },
    pictures: {
      load: async (key) => (await db).get('pictures', key),
      save: async (key, at, position, rows) => void (await (await db).put('pictures', { at, position, rows }, key)),
    },
    notes: {
      get: async <Kind>(key: string) => (await (await db).get('notes', key)) as Kind | undefined,
      put: async (key, value) => void (await (await db).put('notes', value, key)),
      drop: async (key) => (await db).delete('notes', key),
    },
    pieces: {
      get: async (key) => (await db).get('pieces', key),
      put: async (key, piece) => void (await (await db).put('pieces', piece, key)),
      names: async () => (await db).getAllKeys('pieces'),
      async keepOnly(prefix) {
        const all = await (await db).getAllKeys('pieces')
        for (const key of all) if (!key.startsWith(prefix)) await (await db).delete('pieces', key)
      },
    },
    clearPictures: async () => (await db).clear('pictures'),
    async stored() {
      const found: Stored[] = []
      const reading = (await db).transaction('pictures')
      for (let at = await reading.store.openCursor(); at; at = await at.continue())
        found.push({ key: at.key, at: at.value.at, rows: at.value.rows.length })
      return found
    },
  }
}

export function inMemory(): Cupboard {
  const asks = new Map<string, Asked>()
  const pictures = new Map<string, Picture>()
  const notes = new Map<string, unknown>()
  const pieces = new Map<string, ArrayBuffer>()
  return {
    shelf: {
      load: async () => [...asks.values()],
      get: async (id) => asks.get(id),
      put: async (asked) => void asks.set(asked.id, asked),
      drop: async (id) => void asks.delete(id),
    },
    pictures: {
      load: async (key) => pictures.get(key),
      save: async (key, at, position, rows) => void pictures.set(key, { at, position, rows }),
    },
    notes: {
      get: async <Kind>(key: string) => notes.get(key) as Kind | undefined,
      put: async (key, value) => void notes.set(key, value),
      drop: async (key) => void notes.delete(key),
    },
    pieces: {
      get: async (key) => pieces.get(key),
      put: async (key, piece) => void pieces.set(key, piece),
      names: async () => [...pieces.keys()].sort(),
      async keepOnly(prefix) {
        for (const key of [...pieces.keys()]) if (!key.startsWith(prefix)) pieces.delete(key)
      },
    },
    clearPictures: async () => pictures.clear(),
    stored: async () => [...pictures].map(([key, { at, rows }]) => ({ key, at, rows: rows.length })),
  }
}
