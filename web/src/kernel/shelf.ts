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
const STORES = [['asks', 'id'], ['pictures'], ['notes'], ['pieces']] as const

export async function openCupboard(name = 'siaga'): Promise<Cupboard> {
  let db: Promise<IDBPDatabase<Kept>>
  const open = async (version?: number): Promise<IDBPDatabase<Kept>> =>
    openDB<Kept>(name, version, {
      upgrade(fresh) {
        for (const [store, keyPath] of STORES)
          if (!fresh.objectStoreNames.contains(store)) fresh.createObjectStore(store, keyPath ? { keyPath } : {})
      },
      // A newer version of the page, in another window, wants to add to the store: let it, and go on with what it made. Or
      // somebody clears the store away: begin it anew.
      blocking(_from, to, event) {
        ;(event.target as IDBDatabase).close()
        db = open(to === null ? VERSION : undefined)
      },
    })
  db = open(VERSION)
  try {
    await db
  } catch {
    const { shelf, ...rest } = inMemory() // a private window without storage: works, but forgets when closed
    return { ...rest, shelf: { ...shelf, forgets: true } }
  }
  /** The browser may have closed the store under the page, for want of room or because its data was cleared. */
  async function use<Found>(run: (store: IDBPDatabase<Kept>) => Promise<Found>): Promise<Found> {
    const held = db
    try {
      return await run(await held)
    } catch (failed) {
      if ((failed as Error).name !== 'InvalidStateError') throw failed
      if (db === held) db = open(VERSION).catch(() => open())
      return run(await db)
    }
  }
  return {
    shelf: {
      load: () => use((db) => db.getAll('asks')),
      get: (id) => use((db) => db.get('asks', id)),
      put: async (asked) => void (await use((db) => db.put('asks', asked))),
      drop: (id) => use((db) => db.delete('asks', id)),
    },
    pictures: {
      load: (key) => use((db) => db.get('pictures', key)),
      save: async (key, at, position, rows) =>
        void (await use((db) => db.put('pictures', { at, position, rows }, key))),
    },
    notes: {
      get: async <Kind>(key: string) => (await use((db) => db.get('notes', key))) as Kind | undefined,
      put: async (key, value) => void (await use((db) => db.put('notes', value, key))),
      drop: (key) => use((db) => db.delete('notes', key)),
    },
    pieces: {
      get: (key) => use((db) => db.get('pieces', key)),
      put: async (key, piece) => void (await use((db) => db.put('pieces', piece, key))),
      names: () => use((db) => db.getAllKeys('pieces')),
      keepOnly: (prefix) =>
        use(async (db) => {
          for (const key of await db.getAllKeys('pieces')) if (!key.startsWith(prefix)) await db.delete('pieces', key)
        }),
    },
    clearPictures: () => use((db) => db.clear('pictures')),
    stored: () =>
      use(async (db) => {
        const found: Stored[] = []
        const reading = db.transaction('pictures')
        for (let at = await reading.store.openCursor(); at; at = await at.continue())
          found.push({ key: at.key, at: at.value.at, rows: at.value.rows.length })
        return found
      }),
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
