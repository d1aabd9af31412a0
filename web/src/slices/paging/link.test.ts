import { afterEach, expect, test, vi } from 'vitest'
import { answerTo, linkOf, lookAt } from './link'

const PROOF = '0123456789abcdef0123456789abcdef'
const LINK = { alert: 'd7.p-12', proof: PROOF }
afterEach(() => vi.unstubAllGlobals())

test('a link is an alert, its turn and its proof; anything else is none', () => {
  expect(linkOf(`d7.p-12/1/${PROOF}`)).toEqual(LINK)
  for (const wrong of ['', 'daftar', 'd7.p-12/1', `/1/${PROOF}`, `d7.p-12/1/${PROOF}x`])
    expect(linkOf(wrong), wrong).toBeUndefined()
})

test('an answer goes with its proof and without who is signed in on the telephone', async () => {
  const fetch = vi.fn(async (_path: string, _init: RequestInit) => new Response(null, { status: 204 }))
  vi.stubGlobal('fetch', fetch)
  expect(await answerTo(LINK, true, 10)).toEqual({ is: 'ok', value: undefined })
  const [path, init] = fetch.mock.calls[0] ?? []
  expect(path).toBe('/api/paging/answer')
  expect(init?.credentials).toBe('omit')
  expect(JSON.parse(String(init?.body))).toEqual({ ...LINK, coming: true, minutes: 10 })
})

test('a link that is over and a node that is away are told apart', async () => {
  vi.stubGlobal('fetch', async () => new Response('{}', { status: 403 }))
  expect(await lookAt(LINK)).toEqual({ is: 'over' })
  vi.stubGlobal('fetch', async () => new Response('{}', { status: 503 }))
  expect(await lookAt(LINK)).toEqual({ is: 'away' })
  vi.stubGlobal('fetch', async () => {
    throw new TypeError('no network')
  })
  expect(await lookAt(LINK)).toEqual({ is: 'away' })
})
