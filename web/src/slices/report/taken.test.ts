import { expect, test } from 'vitest'
import { zone } from '../../kernel/clock'
import { takenAt, takenWords, typedTaken } from './taken'

/** A JPEG that holds nothing but what a camera writes of the time, with the place beside it. */
function jpeg(taken: string, offset = '', little = true): ArrayBuffer {
  const tiff = new DataView(new ArrayBuffer(200))
  const u16 = (at: number, n: number) => tiff.setUint16(at, n, little)
  const u32 = (at: number, n: number) => tiff.setUint32(at, n, little)
  const text = (at: number, words: string) =>
    [...words].forEach((one, n) => {
      tiff.setUint8(at + n, one.charCodeAt(0))
    })
  const row = (at: number, tag: number, kind: number, count: number, value: number) => {
    u16(at, tag)
    u16(at + 2, kind)
    u32(at + 4, count)
    u32(at + 8, value)
  }
  tiff.setUint16(0, little ? 0x4949 : 0x4d4d)
  u16(2, 42)
  u32(4, 8)
  u16(8, 2)
  row(10, 0x8769, 4, 1, 40)
  row(22, 0x8825, 4, 1, 190)
  u16(40, offset ? 2 : 1)
  row(42, 0x9003, 2, 20, 100)
  if (offset) row(54, 0x9011, 2, 7, 130)
  text(100, taken)
  text(130, offset)
  const head = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xe1, 0, 208, 0x45, 0x78, 0x69, 0x66, 0, 0]
  return new Uint8Array([...head, ...new Uint8Array(tiff.buffer), 0xff, 0xda]).buffer
}

test('what the camera wrote is when it was taken, with its zone or else in that of the agency', () => {
  zone.value = 'Asia/Makassar'
  expect(takenAt(jpeg('2026:11:26 14:05:09'))).toBe('2026-11-26T06:05:09.000Z')
  expect(takenAt(jpeg('2026:11:26 14:05:09', '+07:00'))).toBe('2026-11-26T07:05:09.000Z')
  expect(takenAt(jpeg('2026:11:26 14:05:09', '+07:00', false))).toBe('2026-11-26T07:05:09.000Z')
})

test('a file that says no time says none, whatever else it is', () => {
  const whole = new Uint8Array(jpeg('2026:11:26 14:05:09'))
  expect(takenAt(jpeg('0000:00:00 00:00:00'))).toBeUndefined()
  expect(takenAt(jpeg(''))).toBeUndefined()
  for (const length of [0, 1, 12, 40, 90]) expect(takenAt(whole.slice(0, length).buffer)).toBeUndefined()
  expect(takenAt(new TextEncoder().encode('no picture').buffer as ArrayBuffer)).toBeUndefined()
})

test('a time is typed as it stands there, and comes back the same', () => {
  zone.value = 'Asia/Jayapura'
  const at = '2026-11-26T20:30:09.000Z'
  expect(takenWords(at)).toBe('27/11/2026 05:30:09')
  expect(typedTaken(takenWords(at), 0)).toBe(at)
  expect(typedTaken(' 27/11/2026 5.30', 0)).toBe('2026-11-26T20:30:00.000Z')
})

test('an hour alone is that nearest to the incident; what is no time is none', () => {
  zone.value = 'Asia/Makassar'
  const near = Date.parse('2026-11-26T06:00:00Z')
  expect(typedTaken('14:20', near)).toBe('2026-11-26T06:20:00.000Z')
  for (const none of ['31/02/2026 10:00', '01/13/2026 10:00', '26/11/2026', 'sore', '26/11/2026 25:00'])
    expect(typedTaken(none, near)).toBeUndefined()
})
