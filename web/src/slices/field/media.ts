// Photos and voice made small on the device, before they wait for the network.

import type { Command } from '../../kernel/words'

const LONGEST_PX = 1600
/** Base64 of it stays under what the node takes in one piece. */
const MOST_BYTES = 1_000_000
/** What a line that did not carry more in its time gets. */
const SMALL_BYTES = 400_000
const SMALL_PX = 1200
const QUALITIES = [0.8, 0.65, 0.5, 0.35] as const

/** Width and height so that the longer side is at most `longest`; nothing is made larger. */
export function scaled(width: number, height: number, longest = LONGEST_PX): readonly [number, number] {
  const scale = Math.min(1, longest / Math.max(width, height, 1))
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))]
}

export function base64(bytes: Uint8Array): string {
  let text = ''
  // In pieces: one call with a million arguments would not fit the stack.
  for (let at = 0; at < bytes.length; at += 32_768) text += String.fromCharCode(...bytes.subarray(at, at + 32_768))
  return btoa(text)
}

export type Small = { readonly mime: string; readonly content: string; readonly bytes: number }

/** A photo, turned upright and drawn anew: what the camera wrote into the file (place, owner) does not come along. */
export async function smallPhoto(file: Blob, most = MOST_BYTES, longest = LONGEST_PX): Promise<Small> {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' })
  const [width, height] = scaled(picture.width, picture.height, longest)
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  canvas.getContext('2d')?.drawImage(picture, 0, 0, width, height)
  picture.close()
  for (const quality of QUALITIES) {
    const blob = await encoded(canvas, quality)
    if (blob.size <= most || quality === QUALITIES.at(-1)) return whole(blob, blob.type)
  }
  throw new Error('no picture')
}

/** A photo on its way, made smaller; nothing when it is small already, or no photo. */
export async function smaller(command: Command): Promise<Command | undefined> {
  const { kind, as, mime, content } = command
  if (kind !== 'field.attach-media' || as !== 'photo' || typeof content !== 'string') return undefined
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0))
  if (bytes.length <= SMALL_BYTES) return undefined
  const small = await smallPhoto(new Blob([bytes], { type: String(mime) }), SMALL_BYTES, SMALL_PX)
  return small.bytes < bytes.length ? { ...command, mime: small.mime, content: small.content } : undefined
}

/** WebP where the browser writes it, JPEG where not: it then says so in the type. */
async function encoded(canvas: HTMLCanvasElement, quality: number): Promise<Blob> {
  const as = (mime: string) => new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, mime, quality))
  const first = await as('image/webp')
  const blob = first?.type === 'image/webp' ? first : await as('image/jpeg')
  if (!blob) throw new Error('the browser draws no picture')
  return blob
}

async function whole(blob: Blob, mime: string): Promise<Small> {
  const bytes = new Uint8Array(await blob.arrayBuffer())
  return { mime, content: base64(bytes), bytes: bytes.length }
}

const VOICES = ['audio/webm;codecs=opus', 'audio/ogg;codecs=opus', 'audio/mp4'] as const
const VOICE_BITS = 24_000
/** A voice note is short: what takes longer is said on the radio. */
export const VOICE_MS = 120_000

export type Recording = { stop(): Promise<Small> }

/** Records until it is stopped; rejects where there is no microphone or nobody allowed it. */
export async function record(): Promise<Recording> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
  const mime = VOICES.find((one) => MediaRecorder.isTypeSupported(one))
  const recorder = new MediaRecorder(stream, { ...(mime && { mimeType: mime }), audioBitsPerSecond: VOICE_BITS })
  const parts: Blob[] = []
  recorder.ondataavailable = (event) => parts.push(event.data)
  const ended = new Promise<void>((resolve) => (recorder.onstop = () => resolve()))
  recorder.start()
  return {
    async stop() {
      if (recorder.state !== 'inactive') recorder.stop()
      await ended
      for (const track of stream.getTracks()) track.stop()
      return whole(new Blob(parts), (recorder.mimeType.split(';')[0] ?? '') || 'audio/webm')
    },
  }
}
