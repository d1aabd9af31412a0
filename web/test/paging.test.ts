// A crew is called: the station's page rings and takes a hand, and a telephone answers by the link of its message.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launch } from './browser.mjs'
import { startDemo } from './demo.mjs'
import { type Demo, faults, oneStory, PATIENCE } from './kit'

const PHONE = '+6281254000111'

type Fields = Readonly<Record<string, unknown>>

let demo: Demo
let browser: Browser
let gateway: Server
let page: Page
let incident = ''
let unit = ''
let station = ''
const messages: { to: string; text: string }[] = []

/** The doors, as one of the demonstration's people. */
async function as(name: string) {
  const password = demo.signIns.find((one: { name: string }) => one.name === name)?.password
  const answer = await fetch(`${demo.address}/api/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name, password }),
  })
  const { csrf } = (await answer.json()) as { csrf: string }
  const cookie = answer.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
  const headers = { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf, cookie }
  return {
    async ask(kind: string, command: Fields) {
      const body = JSON.stringify({ ask: { id: crypto.randomUUID(), at: new Date().toISOString() }, command })
      const said = await fetch(`${demo.address}/api/commands/${kind}`, { method: 'POST', headers, body })
      expect([kind, said.status, await said.text()].slice(0, 2)).toEqual([kind, 200])
    },
    async view(name: string, params: Record<string, string> = {}) {
      const said = await fetch(`${demo.address}/api/views/${name}?${new URLSearchParams(params)}`, { headers })
      // biome-ignore lint/suspicious/noExplicitAny: rows of many views, read by the test that asks for them
      return ((await said.json()) as { rows: any[] }).rows
    },
  }
}

function freePort(): Promise<number> {
  const probe = createServer()
  return new Promise((resolve) =>
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    }),
  )
}

beforeAll(async () => {
  gateway = createServer((request, answer) => {
    let body = ''
    request.on('data', (part) => (body += part))
    request.on('end', () => {
      messages.push(JSON.parse(body))
      answer.writeHead(202, { 'Content-Type': 'application/json' }).end('{"id":"sms-1"}')
    })
  })
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve))
  const port = await freePort()
  process.env.SIAGA_ADDRESS = `http://127.0.0.1:${port}` // without it a message carries no link
  process.env.SIAGA_SMS_URL = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}/send`
  ;[demo, browser] = await Promise.all([startDemo({ port }), launch() as Promise<Browser>])
  delete process.env.SIAGA_SMS_URL
  delete process.env.SIAGA_ADDRESS
  const admin = await as('admin')
  incident = (await admin.view('dispatch.incidents'))[0].incident
  // A station of its own: the demonstration's past may still ring at another.
  await new Promise((resolve) => setTimeout(resolve, 3000))
  for (const row of await admin.view('dispatch.board')) {
    if (row.status === 'out-of-service' || !row.people || station) continue
    if ((await admin.view('paging.station', { station: row.at_station })).length) continue
    station = row.at_station
    unit = row.unit
  }
  await admin.ask('dispatch.report-status', { unit, status: 'ready' }) // whatever it did at this hour
  await admin.ask('paging.set-receiver', {
    receiver: 'kru-btg-1',
    kind: 'account',
    subject: 'demo.kru-btg-1',
    ways: ['sms'],
    hears: [unit],
    addresses: { phone: PHONE },
  })
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await demo?.stop()
  gateway?.close()
}, 60_000)

oneStory()

test('a station without a call is quiet and says so', async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: 'dark' })
  page = await context.newPage()
  const crew = demo.signIns.find((one: { name: string }) => one.name === 'kru-btg-1')
  await page.goto(`${demo.address}/pos?stasiun=${station}`)
  await page.getByLabel('NIP atau nama pengguna').fill('kru-btg-1')
  await page.getByLabel('Sandi', { exact: true }).fill(crew?.password ?? '')
  await page.getByRole('button', { name: 'Masuk', exact: true }).click()
  await page.getByRole('heading', { name: 'Tidak ada panggilan' }).waitFor(PATIENCE)
  await page.close() // the sign-in was a touch already: a page that opens by itself has had none
  page = await context.newPage()
  await page.goto(`${demo.address}/pos?stasiun=${station}`)
  await page.getByRole('heading', { name: 'Tidak ada panggilan' }).waitFor(PATIENCE)
  // Some browsers let a page sound by itself, others want a touch first: the button stands only where one is wanted.
  const unlock = page.getByRole('button', { name: 'Nyalakan suara' })
  const gone = unlock.waitFor({ state: 'detached', ...PATIENCE })
  if (await unlock.isVisible()) await Promise.any([unlock.click(PATIENCE), gone]) // it may go by itself just now
  await gone
  expect(await faults(page)).toEqual([])
}, 60_000)

test('a dispatch rings there with a sentence to be read out, and the node hears that it arrived', async () => {
  const danton = await as('danton')
  await danton.ask('dispatch.dispatch', { dispatch: crypto.randomUUID(), incident, units: [unit] })
  await page.getByRole('heading', { name: unit }).waitFor(PATIENCE)
  await page.locator('.spoken', { hasText: `${unit.replace('-', ' ')}, berangkat.` }).waitFor(PATIENCE)
  expect(await faults(page)).toEqual([])
  await expect
    .poll(async () => {
      const rows = await danton.view('paging.alerts', { incident })
      return rows.find((row) => row.receiver === `pos-${station}` && row.units.includes(unit))?.tries[0]?.delivered_at
    }, PATIENCE)
    .toBeTruthy()
}, 60_000)

test('a telephone that is signed in nowhere answers by the link of its message', async () => {
  await expect.poll(() => messages.length, PATIENCE).toBe(1)
  expect(messages[0]?.to).toBe(PHONE)
  const hash = /\/saya(#\S+)$/.exec(messages[0]?.text ?? '')?.[1]
  const phone = await (await browser.newContext({ viewport: { width: 360, height: 780 }, isMobile: true })).newPage()
  await phone.goto(`${demo.address}/saya${hash}`)
  await phone.locator('.said-big', { hasText: 'berangkat.' }).waitFor(PATIENCE)
  expect(await faults(phone)).toEqual([])
  await phone.getByRole('button', { name: 'Saya datang 10 mnt' }).click()
  await phone.getByText('Anda menjawab: datang, tiba').waitFor(PATIENCE)
  const danton = await as('danton')
  const row = (await danton.view('paging.alerts', { incident })).find((one) => one.receiver === 'kru-btg-1')
  expect([row.state, row.coming, Boolean(row.seen_at)]).toEqual(['answered', true, true])
  await phone.context().close()
}, 60_000)

test('a pushed alert is shown by the worker, and an answer from the lock screen reaches the node', async () => {
  const danton = await as('danton')
  const mine = async () =>
    (await danton.view('paging.alerts', { incident })).find((one) => one.receiver === 'kru-btg-1')
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
  const [worker] = page.context().serviceWorkers()
  const link = /https?:\S+$/.exec(messages[0]?.text ?? '')?.[0] ?? ''
  const pushed = JSON.stringify({ id: 'x', title: 'Rumah tinggal', text: `${unit}, berangkat.`, link })
  // As a push service would hand it over: a test asks none of the internet, and a browser without a screen shows nothing.
  const shown = await worker?.evaluate(async (data) => {
    const scope = self as unknown as ServiceWorkerGlobalScope
    const shown: [string, string | undefined][] = []
    scope.registration.showNotification = async (title, options) => void shown.push([title, options?.body])
    const waiting: Promise<unknown>[] = []
    const event = Object.assign(new PushEvent('push', { data }), {
      waitUntil: (done: Promise<unknown>) => void waiting.push(done),
    })
    dispatchEvent(event)
    await Promise.all(waiting)
    return shown
  }, pushed)
  expect(shown).toEqual([['Rumah tinggal', `${unit}, berangkat.`]])
  expect((await mine()).tries[0].delivered_at).toBeTruthy()
  await worker?.evaluate(async (link) => {
    const waiting: Promise<unknown>[] = []
    const event = Object.assign(new Event('notificationclick'), {
      notification: { data: { link }, close: () => {} },
      action: 'not',
      waitUntil: (done: Promise<unknown>) => void waiting.push(done),
    })
    dispatchEvent(event)
    await Promise.all(waiting)
  }, link)
  expect((await mine()).coming).toBe(false)
}, 60_000)

test('a hand takes the call, the dispatch counts as answered, and the page is quiet once the unit has left', async () => {
  await page.getByRole('button', { name: 'Diterima' }).click()
  await page.getByRole('button', { name: 'Diterima' }).waitFor({ state: 'detached', ...PATIENCE })
  const danton = await as('danton')
  const board = async () => (await danton.view('dispatch.board')).find((row) => row.unit === unit)
  await expect.poll(async () => (await board()).answered, PATIENCE).toBe(true)
  await page.getByRole('button', { name: `${unit} berangkat` }).click()
  await page.getByRole('heading', { name: 'Tidak ada panggilan' }).waitFor(PATIENCE)
  await expect.poll(async () => (await board()).status, PATIENCE).toBe('on-the-way')
}, 60_000)

test('when the line is lost the page says that calls do not reach it', async () => {
  demo.pause()
  try {
    await page.getByText('Sambungan ke server putus sejak').waitFor({ timeout: 90_000 })
    expect(await page.getByRole('heading', { name: 'Tidak ada panggilan' }).count()).toBe(0)
    expect(await faults(page)).toEqual([])
    await page.getByRole('button', { name: 'Diketahui' }).click()
  } finally {
    demo.resume()
  }
  await page.getByText('Sambungan ke server putus sejak').waitFor({ state: 'detached', timeout: 60_000 })
}, 180_000)
