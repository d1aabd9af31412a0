// Every request tells the node what this device's clock says, so that the node can warn when they differ.
import { afterEach, expect, test, vi } from 'vitest'
import { clockOffset, glance, listen, ping, send, show, signIn, whoAmI } from './doors'

afterEach(() => vi.unstubAllGlobals())

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
