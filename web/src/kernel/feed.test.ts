// The feed resumes where it stopped, says at once that the node is gone, and never reads half a notice.
import { describe, expect, test } from 'vitest'
import { backOff, frames, type Notice, openFeed } from './feed'

const settled = () => new Promise((resolve) => setTimeout(resolve, 5))

function node() {
  const asked: (string | undefined)[] = []
  const open: ReadableStreamDefaultController<Uint8Array>[] = []
  const state = { status: 200 }
  const bytes = new TextEncoder()
  const connect = async (lastId: string | undefined) => {
    asked.push(lastId)
    if (state.status === 0) throw new Error('no network')
    const body = new ReadableStream<Uint8Array>({ start: (control) => void open.push(control) })
    return new Response(body, { status: state.status })
  }
  const say = (text: string) => open.at(-1)?.enqueue(bytes.encode(text))
  return { asked, connect, state, say, hangUp: () => open.at(-1)?.close() }
}

type Means = Parameters<typeof openFeed>[0]

function listen(connect: Means['connect'], more: Partial<Means> = {}) {
  const notices: Notice[] = []
  const waits: number[] = []
  let resume = () => {}
  const feed = openFeed({
    connect,
    onNotice: (notice) => void notices.push(notice),
    wait: (ms) =>
      new Promise((resolve) => {
        waits.push(ms)
        resume = resolve
      }),
    ...more,
  })
  return { feed, notices, waits, resume: () => resume() }
}

describe('feed', () => {
  test('frames are cut at blank lines, comments carry nothing, the rest waits', () => {
    const cut = frames(': beat\n\nid: 7\nevent: stale\ndata: {"a":\ndata: 1}\n\nid: 8\nev')
    expect(cut.whole).toEqual([
      { event: 'message', data: '' },
      { event: 'stale', data: '{"a":\n1}', id: '7' },
    ])
    expect(cut.rest).toBe('id: 8\nev')
  })

  test('a notice that comes in pieces is read once, whole', async () => {
    const { connect, say } = node()
    const { feed, notices } = listen(connect)
    void feed.start()
    await settled()
    say('id: 12\nevent: stale\ndata: {"position":12,"vi')
    await settled()
    expect(notices).toEqual([])
    say('ews":["a.b"]}\n\n')
    await settled()
    expect(notices).toEqual([{ position: 12, views: ['a.b'] }])
    expect(feed.position.value).toBe(12)
    feed.stop()
  })

  test('after a lost line it asks from the last notice on', async () => {
    const { connect, say, hangUp, asked } = node()
    const { feed, resume } = listen(connect)
    void feed.start()
    await settled()
    expect(feed.line.value).toBe('connected')
    say('id: 41\nevent: stale\ndata: {"position":41,"views":[]}\n\n')
    await settled()
    hangUp()
    await settled()
    expect(feed.line.value).toBe('lost')
    resume()
    await settled()
    expect(feed.line.value).toBe('connected')
    expect(asked).toEqual([undefined, '41'])
    feed.stop()
  })

  test('waits grow and stop growing, and start short again after a line that worked', async () => {
    const { connect, state, hangUp } = node()
    const { feed, waits, resume } = listen(connect)
    state.status = 0
    void feed.start()
    for (let i = 0; i < 5; i++) {
      await settled()
      resume()
    }
    await settled()
    expect(waits.slice(0, 5)).toEqual([0, 1, 2, 3, 4].map(backOff))
    state.status = 200
    resume()
    await settled()
    hangUp()
    await settled()
    expect(waits.at(-1)).toBe(backOff(0))
    feed.stop()
  })

  test('a stream that neither speaks nor answers a ping counts as lost', async () => {
    const { connect } = node()
    const { feed } = listen(connect, { quietMs: 20, ping: () => new Promise(() => {}) })
    void feed.start()
    await settled()
    expect(feed.line.value).toBe('connected')
    await expect.poll(() => feed.line.value).toBe('lost')
    feed.stop()
  })

  test('a clock that is set back does not hide a stream that has died', async () => {
    const { connect } = node()
    let at = 1_000_000
    const dead = () => new Promise<never>(() => {})
    const { feed } = listen(connect, { ping: dead, quietMs: 40, now: () => at })
    void feed.start()
    await settled()
    expect(feed.line.value).toBe('connected')
    at -= 600_000
    for (let beat = 0; beat < 10 && feed.line.value === 'connected'; beat++) {
      await new Promise((resolve) => setTimeout(resolve, 15))
      at += 15
    }
    expect(feed.line.value).toBe('lost')
  })

  test('a quiet stream stays up as long as the node answers', async () => {
    const { connect } = node()
    let pings = 0
    const { feed } = listen(connect, { quietMs: 12, ping: async () => void pings++ })
    void feed.start()
    await expect.poll(() => pings).toBeGreaterThan(3)
    expect(feed.line.value).toBe('connected')
    feed.stop()
  })

  test('a sign-in that has ended stops the feed and says so', async () => {
    const { connect, state, asked } = node()
    state.status = 401
    const { feed } = listen(connect)
    await feed.start()
    expect(feed.line.value).toBe('signed-out')
    expect(asked).toHaveLength(1)
  })
})
