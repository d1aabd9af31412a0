// Every request tells the node what this device's clock says, so that the node can warn when they differ.
import { afterEach, expect, test, vi } from 'vitest'
import { clockOffset, glance, listen, makeDocument, ping, send, show, signIn, whoAmI } from './doors'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

test('every request carries the clock of the device, with its offset', async () => {
  const clocks: (string | undefined)[] = []
  vi.stubGlobal('fetch', async (_: string, init: RequestInit) => {
    clocks.push((init.headers as Record<string, string>)['Siaga-Clock'])
    return new Response(JSON.stringify({ position: 1, rows: [], account: 'op', csrf: '' }))
  })
  const stop = new AbortController().signal
  await whoAmI()
  await signIn('op', 'x')
  await show('access.me', {})
  await glance('access.me', {})
  await send({ id: 'a', at: 'b', account: 'op', command: { kind: 'intake.hold-call', call: 'c' } })
  await listen(undefined, stop)
  await ping(stop)
  expect(clocks).toHaveLength(7)
  for (const clock of clocks) {
    expect(clock).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$/)
    expect(Math.abs(Date.parse(clock ?? '') - Date.now())).toBeLessThan(60_000)
  }
})

/** A node that holds these sessions, one after the other, and tells what it was asked. */
function node(sessions: readonly ({ account: string; csrf: string } | undefined)[]) {
  const asked: string[] = []
  const left = [...sessions]
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    const mark = (init.headers as Record<string, string>)['X-CSRF-Token']
    asked.push(`${path} ${mark ?? '-'}`)
    if (path === '/api/session') {
      const session = left.shift()
      return session ? new Response(JSON.stringify(session)) : new Response('{}', { status: 401 })
    }
    return mark === 'stale'
      ? new Response(JSON.stringify({ code: 'csrf' }), { status: 403 })
      : new Response(JSON.stringify({ position: 7 }))
  })
  return asked
}

const ask = { id: 'a', at: 'b', account: 'op', command: { kind: 'intake.hold-call', call: 'c' } }

test('after a start without network the session is asked for before anything is sent', async () => {
  node([undefined])
  await whoAmI()
  const asked = node([{ account: 'op', csrf: 'm1' }])
  expect(await send(ask)).toEqual({ is: 'accepted', position: 7 })
  expect(asked).toEqual(['/api/session -', '/api/commands/intake.hold-call m1'])
})

test('what one person asked is never sent in the name of another who has signed in since', async () => {
  node([undefined])
  await whoAmI()
  const asked = node([{ account: 'someone-else', csrf: 'm2' }])
  expect(await send(ask)).toEqual({ is: 'signed-out' })
  expect(asked).toEqual(['/api/session -'])
})

test('a mark that another window has made stale is no refusal: it is fetched, and the ask is sent again', async () => {
  node([{ account: 'op', csrf: 'stale' }])
  await whoAmI()
  expect(await send(ask)).toEqual({ is: 'later', afterMs: 500 })
  node([{ account: 'op', csrf: 'm3' }])
  expect(await send(ask)).toEqual({ is: 'accepted', position: 7 })
})

test('a node that is busy says nothing about who is signed in', async () => {
  vi.stubGlobal('fetch', async () => new Response('{}', { status: 429 }))
  await expect(whoAmI()).rejects.toThrow('429')
})

test('a no for now says how long to wait; a node that is away or busy is not an answer', async () => {
  node([{ account: 'op', csrf: 'm1' }])
  await whoAmI()
  const no = (status: number, code: string | undefined, headers: Record<string, string> = { 'Retry-After': '5' }) =>
    vi.stubGlobal('fetch', async () => new Response(code ? JSON.stringify({ code }) : '<html>', { status, headers }))
  for (const status of [409, 503]) {
    no(status, 'field-in-transit')
    expect(await send(ask)).toEqual({ is: 'waits', afterMs: 5000 })
  }
  no(409, 'field-in-transit', {})
  expect(await send(ask)).toMatchObject({ is: 'refused', refusal: { code: 'field-in-transit' } })
  for (const code of ['broken', undefined]) {
    no(503, code)
    await expect(send(ask)).rejects.toThrow()
  }
})

test('how far the clock of the device is off does not tremble with every answer', async () => {
  const answer = async (aheadMs: number) => {
    const date = new Date(Date.now() + aheadMs).toUTCString()
    vi.stubGlobal('fetch', async () => new Response('{}', { headers: { Date: date } }))
    await ping(new AbortController().signal)
    return clockOffset.value
  }
  expect(await answer(700)).toBe(0)
  const off = await answer(60_000)
  expect(Math.abs(off - 60_000)).toBeLessThan(1200)
  expect(await answer(60_300)).toBe(off)
  expect(Math.abs((await answer(90_000)) - 90_000)).toBeLessThan(1200)
  expect(await answer(0)).toBe(0)
})

test('a node that takes a request and says nothing holds up nobody for ever', async () => {
  const limits: number[] = []
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    limits.push(ms)
    return AbortSignal.abort(new DOMException('late', 'TimeoutError'))
  })
  vi.stubGlobal('fetch', (_: string, { signal }: RequestInit) =>
    signal?.aborted ? Promise.reject(signal.reason) : new Promise(() => {}),
  )
  const typing = new AbortController().signal
  for (const asked of [
    signIn('op', 'x'),
    glance('access.me', {}),
    glance('access.me', {}, typing),
    glance('access.me', {}, undefined, 2000),
    makeDocument('/api/paper/pack'),
  ])
    await expect(asked).rejects.toThrow('late')
  expect(limits).toHaveLength(5)
  expect(limits[0]).toBeLessThanOrEqual(10_000)
  expect(limits[3]).toBe(2000)
  expect(limits[4]).toBeGreaterThan(60_000)
})

test('a photo has as long as it needs over 24 kbit/s, anything else its eight seconds', async () => {
  node([{ account: 'op', csrf: 'm1' }])
  await whoAmI()
  const limits: number[] = []
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    limits.push(ms)
    return new AbortController().signal
  })
  await send(ask)
  const content = 'x'.repeat(1_333_000)
  await send({ ...ask, bulky: true, command: { kind: 'field.attach-media', content } })
  expect(limits[0]).toBe(8000)
  expect(limits[1]).toBeGreaterThan((1_333_000 * 8) / 24)
})

test('a body that came too slowly is no refusal: it is sent again', async () => {
  node([{ account: 'op', csrf: 'm1' }])
  await whoAmI()
  vi.stubGlobal('fetch', async () => new Response(JSON.stringify({ code: 'too-slow' }), { status: 408 }))
  await expect(send(ask)).rejects.toThrow()
})
