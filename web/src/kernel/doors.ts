// The two doors and the sign-in, as HTTP: nothing here decides anything.
import { signal } from '@preact/signals'
import type { About } from './archive'
import type { Row, ViewName } from './contract'
import type { Shown } from './live'
import type { Answer, Asked, Refusal } from './words'

export type Session = {
  readonly account: string
  readonly name: string
  readonly roles: readonly string[]
  readonly agency: string
  readonly csrf: string
  /** The enrolled device this browser is, if it is one. */
  readonly device?: string | null
}

export type SignIn = { readonly session: Session } | { readonly refusal: Refusal }

/** A line that died without a word must not hold the queue: the same ask is simply sent again. */
const SEND_MS = 8000
const SHOW_MS = 15_000
/** A quarter of a megabyte over the thinnest line that still carries anything. */
const PIECE_MS = 60_000
/** A photo has a line of its own and the time it needs over the thinnest line that still carries anything (24 kbit/s). */
const BULKY_MS = 60_000
const THINNEST_BYTES_PER_MS = 3
/** A photo that the node shows, over the same line. */
export const LARGE_MS = 480_000
/** A document that the node makes first. */
const DOCUMENT_MS = 120_000

/** The language words of the node are asked in; set by i18n. */
export const spoken = signal('id')

/** How far this device's clock is behind the node's (ms), from the latest answer's Date header. */
export const clockOffset = signal(0)

/** An instant as ISO text with its offset. */
export const deviceClock = (at: number) => new Date(at).toISOString().replace('Z', '+00:00')

/** Whose session the browser's cookie is, as the node last said it; the mark of changes comes from there. */
let holder: Session | undefined

export class Away extends Error {}

async function call(path: string, init: RequestInit & { headers?: Record<string, string> } = {}): Promise<Response> {
  const sent = Date.now()
  const answer = await fetch(path, {
    ...init,
    credentials: 'same-origin',
    // The device's own clock, uncorrected: the node compares it with its own and warns when they differ.
    headers: {
      'Siaga-Clock': deviceClock(sent),
      'Accept-Language': spoken.value,
      ...(holder && { 'X-CSRF-Token': holder.csrf }),
      ...init.headers,
    },
  })
  const date = Date.parse(answer.headers.get('Date') ?? '')
  // Whole seconds and half a round trip: below a second the device is taken at its word.
  const took = Date.now() - sent
  const off = date + 500 - (sent + took / 2)
  const sure = Math.max(1500, 1000 + took / 2) // a slow answer tells less
  // Only what it must be: every clock on the screen follows, so it does not tremble with every answer.
  if (Number.isFinite(off) && Math.abs(off - clockOffset.peek()) >= sure)
    clockOffset.value = Math.abs(off) < sure ? 0 : Math.round(off)
  return answer
}

const json = (body: unknown) => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
})

async function refusal(answer: Response): Promise<Refusal> {
  const said = (await answer.json().catch(() => ({}))) as Partial<Refusal> & { field?: string; detail?: string }
  return {
    code: said.code ?? (answer.status === 400 ? 'malformed' : `http-${answer.status}`),
    reason: said.reason ?? said.detail ?? '',
    overridable: said.overridable ?? false,
    facts: { ...said.facts, ...(said.field && { field: said.field }) },
  }
}

const within = (ms: number, stop?: AbortSignal) =>
  stop ? AbortSignal.any([stop, AbortSignal.timeout(ms)]) : AbortSignal.timeout(ms)

const retryAfter = (answer: Response) => Math.max(1, Number(answer.headers.get('Retry-After')) || 1) * 1000

/** Who is signed in here; rejects when the node does not answer in time. */
export async function whoAmI(withinMs = SEND_MS): Promise<Session | undefined> {
  const answer = await call('/api/session', { signal: AbortSignal.timeout(withinMs) })
  if (answer.status === 401) {
    holder = undefined
    return undefined
  }
  if (!answer.ok) throw new Away(`session: ${answer.status}`)
  holder = (await answer.json()) as Session
  return holder
}

export async function signIn(name: string, password: string): Promise<SignIn> {
  holder = undefined
  const answer = await call('/api/session', { ...json({ name, password }), signal: AbortSignal.timeout(SEND_MS) })
  if (!answer.ok) return { refusal: await refusal(answer) }
  const session = (await answer.json()) as Session
  holder = session
  return { session }
}

export async function signOut(): Promise<void> {
  await call('/api/session', { method: 'DELETE', signal: AbortSignal.timeout(SEND_MS) })
  holder = undefined
}

/** `stop`: it gives the line up to others. */
export async function send(asked: Asked, stop?: AbortSignal): Promise<Answer> {
  // After a start without network nobody has asked the node yet who is signed in; nothing is sent in another's name.
  const asking = holder ?? (await whoAmI())
  if (asking?.account !== asked.account) return { is: 'signed-out' }
  const { kind, as, ...fields } = asked.command
  const command = { ...fields, ...(as !== undefined && { kind: as }) }
  const sent = json({
    ask: {
      id: asked.id,
      at: asked.at,
      ...(asked.seenAt && { seen_at: asked.seenAt }),
      ...(asked.override && { override: asked.override }),
    },
    command,
  })
  const withinMs = asked.bulky ? BULKY_MS + Math.ceil(sent.body.length / THINNEST_BYTES_PER_MS) : SEND_MS
  const answer = await call(`/api/commands/${kind}`, { ...sent, signal: within(withinMs, stop) })
  if (answer.status === 202) return { is: 'kept' }
  if (answer.ok) return { is: 'accepted', position: ((await answer.json()) as { position: number }).position }
  if (answer.status === 401) return { is: 'signed-out' }
  if (answer.status === 429) return { is: 'later', afterMs: retryAfter(answer) }
  if (answer.status === 409 || answer.status === 503) {
    // A no for now: who decides about it is on the way to another node, and the device keeps it (kernel.md 8).
    const said = await refusal(answer.clone())
    const busy = said.code === 'broken' || said.code.startsWith('http-')
    if (answer.headers.has('Retry-After') && !busy) return { is: 'waits', afterMs: retryAfter(answer) }
  }
  if (answer.status === 408 || answer.status === 502 || answer.status === 503 || answer.status === 504) throw new Away()
  if (answer.status >= 500) return { is: 'broken' }
  const said = await refusal(answer)
  if (said.code !== 'csrf') return { is: 'refused', refusal: said }
  holder = undefined // another window has signed in anew: ask who it is, then send again
  return { is: 'later', afterMs: 500 }
}

export async function show(
  name: string,
  params: Readonly<Record<string, string>>,
  etag?: string,
): Promise<Shown<unknown>> {
  const query = new URLSearchParams(params).toString()
  const answer = await call(`/api/views/${name}${query ? `?${query}` : ''}`, {
    signal: AbortSignal.timeout(SHOW_MS),
    headers: { ...(etag && { 'If-None-Match': etag }) },
  })
  const position = Number(answer.headers.get('Siaga-Position') ?? -1)
  if (answer.status === 304) return { position }
  if (!answer.ok) throw new Away(`${name}: ${answer.status}`)
  const shown = (await answer.json()) as { position: number; rows: readonly unknown[] }
  const tag = answer.headers.get('ETag')
  return { position: Math.max(position, shown.position), rows: shown.rows, ...(tag && { etag: tag }) }
}

/** One look at a view that nobody keeps open (type-ahead, completion). */
export async function glance<Name extends ViewName>(
  name: Name,
  params: Readonly<Record<string, string>> | readonly (readonly [name: string, value: string])[],
  stop?: AbortSignal,
  withinMs = SHOW_MS,
): Promise<readonly Row<Name>[]> {
  const pairs = Array.isArray(params) ? params.map(([key, value]) => [key, value]) : Object.entries(params)
  const query = new URLSearchParams(pairs).toString()
  const answer = await call(`/api/views/${name}${query ? `?${query}` : ''}`, { signal: within(withinMs, stop) })
  if (!answer.ok) throw new Away(`${name}: ${answer.status}`)
  return ((await answer.json()) as { rows: readonly Row<Name>[] }).rows
}

export type LinkPicture = { readonly picture: Blob; readonly address: string }

/**
 * A one-time link as a picture for another device's camera, and the address it leads to; its code travels in the body,
 * never in an address.
 */
export async function linkPicture(code: string): Promise<LinkPicture> {
  const answer = await call('/api/devices/qr', { ...json({ code }), signal: AbortSignal.timeout(SHOW_MS) })
  if (!answer.ok) throw new Away(`link: ${answer.status}`)
  return { picture: await answer.blob(), address: answer.headers.get('Siaga-Address') ?? location.origin }
}

/** Where something is; the newest place replaces the one before, so nothing is kept for later. */
export async function sendPosition(position: Readonly<Record<string, string | number>>): Promise<void> {
  const answer = await call('/api/positions', { ...json(position), signal: AbortSignal.timeout(SEND_MS) })
  if (!answer.ok) throw new Away(`positions: ${answer.status}`)
}

export function listen(lastId: string | undefined, stop: AbortSignal): Promise<Response> {
  return call('/api/feed', {
    signal: stop,
    cache: 'no-store',
    headers: { Accept: 'text/event-stream', ...(lastId && { 'Last-Event-ID': lastId }) },
  })
}

/** The base map the node has; undefined when it has none. */
export async function mapAbout(): Promise<About | undefined> {
  const answer = await call('/api/map', { signal: AbortSignal.timeout(SHOW_MS) })
  if (answer.status === 404) return undefined
  if (!answer.ok) throw new Away(`map: ${answer.status}`)
  return (await answer.json()) as About
}

/** Some bytes of that very map. */
export async function mapPiece(mark: string, first: number, last: number): Promise<ArrayBuffer> {
  const answer = await call('/api/map/tiles', {
    signal: AbortSignal.timeout(PIECE_MS),
    cache: 'no-store', // they are kept by the device itself
    headers: { Range: `bytes=${first}-${last}`, 'If-Match': `"${mark}"` },
  })
  if (answer.status !== 206) throw new Away(`map: ${answer.status}`)
  return answer.arrayBuffer()
}

/** Which release the node runs. */
export async function nodeVersion(): Promise<string> {
  const answer = await call('/health', { signal: AbortSignal.timeout(SEND_MS), cache: 'no-store' })
  return ((await answer.json()) as { version: string }).version
}

/** A sign of life. */
export async function ping(stop: AbortSignal): Promise<void> {
  const answer = await call('/health', { signal: stop, cache: 'no-store' })
  if (answer.status >= 500) throw new Away()
}

/** A document that the node makes now; rejects when it cannot. */
export async function makeDocument(path: string): Promise<Blob> {
  const answer = await call(path, { method: 'POST', signal: AbortSignal.timeout(DOCUMENT_MS) })
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
  return answer.blob()
}
