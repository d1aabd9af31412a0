// A large file of the node, kept on the device in pieces: read where it is already here, fetched where it is not. What
// was read is kept, so a download only has to bring what is missing, and one that was cut off goes on where it stopped.
import { computed, signal } from '@preact/signals'
import type { Notes, Pieces } from './shelf'

/** A file as the node has it; another mark is another file. */
export type About = { readonly mark: string; readonly bytes: number }
/** The file this device works with: when the node last said that it is the present one (device time, ms). */
export type Held = About & { readonly at: number; readonly pieces: number }

export type Means = {
  name: string
  pieces: Pieces
  notes: Notes
  /** What the node has; undefined when it has none; rejects when it is away. */
  about(): Promise<About | undefined>
  /** Some bytes of that very file; rejects when the node is away or has another one by now. */
  fetch(mark: string, first: number, last: number): Promise<ArrayBuffer>
  now?(): number
}

export const PIECE = 256 * 1024

export const piecesOf = (bytes: number) => Math.ceil(bytes / PIECE)
export const complete = (held: Held) => held.pieces >= piecesOf(held.bytes)

export function openArchive(means: Means) {
  const { pieces, notes } = means
  const now = means.now ?? Date.now
  const held = signal<Held | undefined>(undefined)
  const loading = signal(false)
  /** A newer file that is being fetched while the map still draws from the whole old one. */
  let coming: Held | undefined
  const under = new Map<string, Promise<ArrayBuffer>>()

  const keyOf = (file: About, n: number) => `${means.name} ${file.mark} ${String(n).padStart(6, '0')}`

  async function count(file: About): Promise<number> {
    const prefix = `${means.name} ${file.mark} `
    return (await pieces.names()).filter((name) => name.startsWith(prefix)).length
  }

  /** One piece, from the device or from the node; asked twice at the same time it is fetched once. */
  async function piece(file: About, n: number): Promise<ArrayBuffer> {
    const key = keyOf(file, n)
    const here = await pieces.get(key)
    if (here) return here
    const running = under.get(key)
    if (running) return running
    const first = n * PIECE
    const fetching = (async () => {
      const found = await means.fetch(file.mark, first, Math.min(first + PIECE, file.bytes) - 1)
      await pieces.put(key, found)
      if (held.value?.mark === file.mark) held.value = { ...held.value, pieces: held.value.pieces + 1 }
      else if (coming?.mark === file.mark) coming = { ...coming, pieces: coming.pieces + 1 }
      return found
    })().finally(() => under.delete(key))
    under.set(key, fetching)
    return fetching
  }

  async function take(file: Held) {
    coming = undefined
    held.value = file
    await notes.put(means.name, { mark: file.mark, bytes: file.bytes, at: file.at })
    await pieces.keepOnly(`${means.name} ${file.mark} `)
  }

  /** Asks the node which file is the present one. A whole old map stays until the new one is whole. */
  async function refresh() {
    const there = await means.about().catch(() => null)
    if (there === null) return
    if (!there) {
      held.value = undefined
      await notes.drop(means.name)
      return pieces.keepOnly('no such piece')
    }
    const file: Held = { ...there, at: now(), pieces: await count(there) }
    const old = held.value
    if (old && old.mark !== file.mark && complete(old)) {
      coming = file
      return download()
    }
    await take(file)
  }

  /** Fetches what is missing; goes on where it stopped when it is called again. */
  async function download() {
    if (loading.value) return
    const file = coming ?? held.value
    if (!file) return
    loading.value = true
    try {
      for (let n = 0; n < piecesOf(file.bytes) && loading.value; n++) await piece(file, n)
      if (coming?.mark === file.mark && complete(coming)) await take(coming)
    } catch {
      // The node is away, or has yet another file: what came stays, the next call goes on.
    } finally {
      loading.value = false
    }
  }

  return {
    held: computed(() => held.value),
    loading: computed(() => loading.value),

    /** What this device kept, before the node is asked. */
    async restore() {
      const file = await notes.get<About & { at: number }>(means.name)
      if (file && !held.value) held.value = { ...file, pieces: await count(file) }
    },

    refresh,
    download,
    /** The person wants to go on later. */
    pause() {
      loading.value = false
    },

    /** Bytes of the file in use. */
    async read(mark: string, offset: number, length: number): Promise<ArrayBuffer> {
      const file = held.value
      if (file?.mark !== mark) throw new Error('another file is in use by now')
      const end = Math.min(offset + length, file.bytes)
      const out = new Uint8Array(Math.max(0, end - offset))
      for (let n = Math.floor(offset / PIECE); n * PIECE < end; n++) {
        const part = new Uint8Array(await piece(file, n))
        const from = Math.max(offset, n * PIECE)
        const to = Math.min(end, n * PIECE + part.length)
        out.set(part.subarray(from - n * PIECE, to - n * PIECE), from - offset)
      }
      return out.buffer
    },
  }
}

export type Archive = ReturnType<typeof openArchive>
