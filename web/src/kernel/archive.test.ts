// A file in pieces: read as if it were whole, fetched once, resumed where it stopped, never mixed with another.
import { expect, test } from 'vitest'
import { type About, complete, openArchive, PIECE } from './archive'
import { inMemory } from './shelf'

const SIZE = 2 * PIECE + 1000

/** A node with one file, whose bytes say where they lie. */
function node() {
  const cupboard = inMemory()
  const there: { about: About | undefined; away: boolean; asked: string[] } = {
    about: { mark: 'a', bytes: SIZE },
    away: false,
    asked: [],
  }
  const open = () =>
    openArchive({
      name: 'map',
      pieces: cupboard.pieces,
      notes: cupboard.notes,
      now: () => 77,
      about: async () => {
        if (there.away) throw new Error('away')
        return there.about
      },
      fetch: async (mark, first, last) => {
        there.asked.push(`${mark} ${first}-${last}`)
        if (there.away || there.about?.mark !== mark) throw new Error('away')
        return Uint8Array.from({ length: last - first + 1 }, (_, n) => (first + n) % 251).buffer
      },
    })
  return { cupboard, there, open }
}

const bytes = async (archive: ReturnType<typeof openArchive>, offset: number, length: number) => [
  ...new Uint8Array(await archive.read('a', offset, length)),
]
const expected = (offset: number, length: number) => Array.from({ length }, (_, n) => (offset + n) % 251)

test('bytes across the edge of two pieces are those of the file, and each piece is fetched once', async () => {
  const { there, open } = node()
  const archive = open()
  await archive.refresh()
  expect(await bytes(archive, PIECE - 3, 6)).toEqual(expected(PIECE - 3, 6))
  await Promise.all([bytes(archive, 5, 3), bytes(archive, PIECE + 9, 3)])
  expect(there.asked).toEqual([`a 0-${PIECE - 1}`, `a ${PIECE}-${2 * PIECE - 1}`])
  expect(await bytes(archive, SIZE - 4, 100)).toEqual(expected(SIZE - 4, 4))
})

test('what was looked at is there without the node, also after the page was closed', async () => {
  const { there, open } = node()
  const first = open()
  await first.refresh()
  await bytes(first, 10, 10)
  there.away = true
  const again = open()
  await again.restore()
  await again.refresh()
  expect(again.held.value).toEqual({ mark: 'a', bytes: SIZE, at: 77, pieces: 1 })
  expect(await bytes(again, 10, 10)).toEqual(expected(10, 10))
  await expect(again.read('a', PIECE + 1, 4)).rejects.toThrow('away')
})

test('a download that was cut off goes on with what is missing', async () => {
  const { there, open } = node()
  const archive = open()
  await archive.refresh()
  await bytes(archive, PIECE, 1)
  there.away = true
  await archive.download()
  expect(archive.held.value && complete(archive.held.value)).toBe(false)
  there.away = false
  there.asked.length = 0
  await archive.download()
  expect(there.asked).toEqual([`a 0-${PIECE - 1}`, `a ${2 * PIECE}-${SIZE - 1}`])
  expect(archive.held.value && complete(archive.held.value)).toBe(true)
  expect(archive.loading.value).toBe(false)
})

test('a whole old map stays in use until the new one is whole; then nothing of it is left', async () => {
  const { cupboard, there, open } = node()
  const archive = open()
  await archive.refresh()
  await archive.download()
  there.about = { mark: 'b', bytes: PIECE + 1 }
  const refreshing = archive.refresh()
  await Promise.resolve()
  expect(archive.held.value?.mark).toBe('a')
  await refreshing
  expect(archive.held.value).toEqual({ mark: 'b', bytes: PIECE + 1, at: 77, pieces: 2 })
  expect(await cupboard.pieces.names()).toEqual(['map b 000000', 'map b 000001'])
  await expect(archive.read('a', 0, 4)).rejects.toThrow('another file')
})

test('of an old map that is not whole nothing is kept', async () => {
  const { cupboard, there, open } = node()
  const archive = open()
  await archive.refresh()
  await bytes(archive, 0, 1)
  there.about = { mark: 'b', bytes: 9 }
  await archive.refresh()
  expect(archive.held.value).toMatchObject({ mark: 'b', pieces: 0 })
  expect(await cupboard.pieces.names()).toEqual([])
})

test('a node without a map leaves none on the device', async () => {
  const { cupboard, there, open } = node()
  const archive = open()
  await archive.refresh()
  await archive.download()
  there.about = undefined
  await archive.refresh()
  expect(archive.held.value).toBeUndefined()
  expect(await cupboard.pieces.names()).toEqual([])
})
