import { describe, expect, test } from 'vitest'
import { click, listenToPush, read, type Scope, show } from './push-worker'

const PROOF = '0123456789abcdef0123456789abcdef'
const LINK = `https://siaga.example.go.id/saya#d7.p-12/2/${PROOF}`
const DATA = JSON.stringify({
  id: 'd7.p-12',
  title: 'Rumah tinggal, Jl. Gunung Sari',
  text: 'BTG 1, berangkat.',
  link: LINK,
})

function worker(open: readonly string[] = [], answer = 204) {
  const shown: { title: string; options: NotificationOptions & { actions?: readonly unknown[] } }[] = []
  const posted: { path: string; body: unknown }[] = []
  const opened: string[] = []
  const target = new EventTarget()
  const scope: Scope & EventTarget = Object.assign(target, {
    location: { origin: 'https://10.1.2.3' },
    registration: {
      showNotification: async (title: string, options: NotificationOptions) => void shown.push({ title, options }),
    },
    clients: {
      matchAll: async () =>
        open.map((url) => ({
          url,
          focus: async () => void opened.push('focus'),
          navigate: async (to: string) => void opened.push(to),
        })),
      openWindow: async (url: string) => void opened.push(url),
    },
    fetch: async (path: string, init: RequestInit) => {
      posted.push({ path, body: JSON.parse(String(init.body)) })
      if (!answer) throw new TypeError('no network')
      return new Response(null, { status: answer })
    },
  })
  return { scope, shown, posted, opened }
}

describe('a pushed alert', () => {
  test('is shown until a hand takes it, and the node hears that it arrived', async () => {
    const { scope, shown, posted } = worker()
    await show(scope, DATA)
    expect(shown[0]?.title).toBe('Rumah tinggal, Jl. Gunung Sari')
    expect(shown[0]?.options).toMatchObject({ body: 'BTG 1, berangkat.', tag: 'd7.p-12', requireInteraction: true })
    expect(posted).toEqual([{ path: '/api/paging/arrived', body: { alert: 'd7.p-12', turn: 2, proof: PROOF } }])
  })

  test('is shown also when the node cannot be told', async () => {
    const { scope, shown } = worker([], 0)
    await show(scope, DATA)
    expect(shown).toHaveLength(1)
  })

  test('that cannot be read is shown all the same, without acts', async () => {
    for (const data of [undefined, '', '{', '{"id": 3}', JSON.stringify({ id: 'x', title: 'y', link: 'elsewhere' })]) {
      const { scope, shown, posted } = worker()
      await show(scope, data)
      expect(shown).toHaveLength(1)
      expect(shown[0]?.options.actions).toBeUndefined()
      expect(posted).toEqual([])
    }
  })
})

describe('a touch on it', () => {
  test('opens its page, by our own address', async () => {
    const { scope, opened } = worker(['https://10.1.2.3/meja'])
    await click(scope, '', LINK)
    expect(opened).toEqual([`/saya#d7.p-12/2/${PROOF}`])
  })

  test('takes the page that is open already', async () => {
    const { scope, opened } = worker(['https://10.1.2.3/saya'])
    await click(scope, '', LINK)
    expect(opened).toEqual([`/saya#d7.p-12/2/${PROOF}`, 'focus'])
  })

  test('answers from the lock screen without opening anything', async () => {
    const { scope, posted, opened } = worker()
    await click(scope, 'coming', LINK)
    await click(scope, 'not', LINK)
    expect(posted.map((one) => one.body)).toEqual([
      { alert: 'd7.p-12', proof: PROOF, coming: true },
      { alert: 'd7.p-12', proof: PROOF, coming: false },
    ])
    expect(opened).toEqual([])
  })

  test('opens the page when the answer did not arrive', async () => {
    for (const answer of [0, 403]) {
      const { scope, opened } = worker([], answer)
      await click(scope, 'coming', LINK)
      expect(opened).toHaveLength(1)
    }
  })
})

test('both are put on the worker, which waits for them', async () => {
  const { scope, shown, opened } = worker()
  listenToPush(scope)
  const waited: Promise<unknown>[] = []
  const waitUntil = (done: Promise<unknown>) => void waited.push(done)
  scope.dispatchEvent(Object.assign(new Event('push'), { data: { text: () => DATA }, waitUntil }))
  let closed = 0
  const notification = { data: { link: LINK }, close: () => void closed++ }
  scope.dispatchEvent(Object.assign(new Event('notificationclick'), { action: '', notification, waitUntil }))
  await Promise.all(waited)
  expect([shown.length, opened.length, closed]).toEqual([1, 1, 1])
})

test('a link is three parts behind its #, and nothing else is one', () => {
  expect(read(LINK)?.path).toBe(`/saya#d7.p-12/2/${PROOF}`)
  for (const wrong of ['', '/saya', '/saya#', '/saya#a/b/c', `/saya#a/1/${PROOF}0`, `/saya#/1/${PROOF}`])
    expect(read(wrong), wrong).toBeUndefined()
})
