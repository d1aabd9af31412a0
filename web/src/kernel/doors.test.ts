// Every request tells the node what this device's clock says, so that the node can warn when they differ.
import { afterEach, expect, test, vi } from 'vitest'
import { glance, listen, ping, send, show, signIn, whoAmI } from './doors'

afterEach(() => vi.unstubAllGlobals())

test('every request carries the clock of the device, with its offset', async () => {
  const clocks: (string | undefined)[] = []
  vi.stubGlobal('fetch', async (_: string, init: RequestInit) => {
    clocks.push((init.headers as Record<string, string>)['Siaga-Clock'])
    return new Response(JSON.stringify({ position: 1, rows: [], csrf: '' }))
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
