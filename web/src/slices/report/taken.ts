// When a photo was taken, as its camera wrote it into the file. Of all a camera writes only this is read, on the device:
// what is sent is drawn anew and holds nothing of it.
import { date, instantNear, ms, time } from '../../kernel/clock'

const EXIF_AT = 0x8769
const TAKEN = 0x9003
const TAKEN_ZONE = 0x9011
const TEXT = 2
/** A camera writes this into the first part of the file. */
export const LOOKED_AT = 131_072

type Tags = ReadonlyMap<number, { readonly kind: number; readonly count: number; readonly at: number }>

/** The instant (ISO) a JPEG says it was taken; undefined where it says none. Without a zone it is the agency's. */
export function takenAt(file: ArrayBuffer): string | undefined {
  try {
    const view = new DataView(file)
    const start = exifOf(view)
    return start === undefined ? undefined : instant(view, start)
  } catch {
    return undefined // a length in it points outside: what is broken says nothing
  }
}

/** Where the TIFF of the EXIF part begins. */
function exifOf(view: DataView): number | undefined {
  if (view.getUint16(0) !== 0xffd8) return undefined
  for (let at = 2; view.getUint8(at) === 0xff; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint8(at + 1)
    if (marker === 0xe1 && view.getUint32(at + 4) === 0x45786966) return at + 10
    if (marker === 0xda) return undefined
  }
  return undefined
}

function instant(view: DataView, start: number): string | undefined {
  const little = view.getUint16(start) === 0x4949
  const tagsAt = (at: number): Tags => {
    const found = new Map()
    for (let n = 0, row = at + 2; n < view.getUint16(at, little); n++, row += 12)
      found.set(view.getUint16(row, little), {
        kind: view.getUint16(row + 2, little),
        count: view.getUint32(row + 4, little),
        at: row + 8,
      })
    return found
  }
  const text = (tags: Tags, tag: number) => {
    const found = tags.get(tag)
    if (found?.kind !== TEXT) return ''
    const at = found.count > 4 ? start + view.getUint32(found.at, little) : found.at
    const bytes = new Uint8Array(view.buffer, at, Math.min(found.count, 40))
    return String.fromCharCode(...bytes).replace(/\0.*$/, '')
  }
  const more = tagsAt(start + view.getUint32(start + 4, little)).get(EXIF_AT)
  if (!more) return undefined
  const tags = tagsAt(start + view.getUint32(more.at, little))
  const said = /^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)$/.exec(text(tags, TAKEN))
  if (!said) return undefined
  const local = `${said[1]}-${said[2]}-${said[3]}T${said[4]}`
  const zone = /^[+-]\d\d:\d\d$/.exec(text(tags, TAKEN_ZONE))?.[0]
  return zone ? iso(Date.parse(local + zone)) : instantOfLocal(local)
}

const iso = (at: number) => (Number.isFinite(at) ? new Date(at).toISOString() : undefined)

/** `2026-11-26T14:05:00` in the agency's zone as an instant. */
function instantOfLocal(local: string): string | undefined {
  const as = Date.parse(`${local}Z`)
  return Number.isFinite(as) ? iso(2 * as - Date.parse(`${localOf(as)}Z`)) : undefined
}

function localOf(at: number): string {
  const [day, month, year] = date(at).split('/')
  return `${year}-${month}-${day}T${time(at)}`
}

/** An instant as it stands in a box, and is typed: day and time of the agency. */
export const takenWords = (at: string) => `${date(at)} ${time(at)}`

const TYPED = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})[\s,]+(\d{1,2})[:.](\d\d)(?:[:.](\d\d))?$/

/** `26/11/2026 14:05`, or an hour alone: that nearest to the incident. Undefined for what is no time. */
export function typedTaken(text: string, near: number): string | undefined {
  const said = TYPED.exec(text.trim())
  if (!said) return instantNear(text.trim(), near)
  const [day = '', month = '', year, hour = '', minute, second = '00'] = said.slice(1)
  const two = (part: string) => part.padStart(2, '0')
  const local = `${year}-${two(month)}-${two(day)}T${two(hour)}:${minute}:${second ?? '00'}`
  const at = instantOfLocal(local)
  // The 31st of a short month is no day.
  return at && localOf(ms(at)) === local ? at : undefined
}
