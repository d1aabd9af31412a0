// A crew's whole trip on a phone in a real browser against a real node (journey b): sent, on the way, no network, at the
// scene, back. With SIAGA_PICTURES naming a folder, each step is taken as a picture.
import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Person, person } from './asks'
import { launch } from './browser.mjs'
import { startDemo } from './demo.mjs'
import { type Demo, faults, oneStory, PATIENCE, signIn } from './kit'

const PICTURES = process.env.SIAGA_PICTURES
const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, colorScheme: 'dark' as const }
const NEAR_HOME = { longitude: 117.4896, latitude: 0.1289 }

type UnitRow = { unit: string; status: string; people: number; answered: boolean; incident: string | null }
type IncidentRow = {
  incident: string
  units: { unit: string; clocks: Record<string, string | null> }[]
  clocks: Record<string, string | null>
}

let demo: Demo
let browser: Browser
let desk: Person
let context: BrowserContext
let page: Page
let own = ''
let number = ''
const incident = randomUUID()
const complaints: string[] = []

async function picture(name: string) {
  if (!PICTURES) return
  mkdirSync(PICTURES, { recursive: true })
  await page.screenshot({ path: `${PICTURES}/${name}.png` })
}

const big = (name: string) => page.locator('.four').getByRole('button', { name })
const done = (name: string) => page.locator('.four .done', { hasText: name })
const unitNow = async () => {
  const row = (await desk.show<UnitRow>('dispatch.board')).find((one) => one.unit === own)
  if (!row) throw new Error(`no ${own}`)
  return row
}
const clocksNow = async () => {
  const [row] = await desk.show<IncidentRow>('dispatch.incident', { incident })
  return row?.units.find((sent) => sent.unit === own)?.clocks ?? {}
}
/** A second touch at once is not meant: the screen waits for it to pass. */
const settle = () => page.waitForTimeout(1300)
const wide = () => page.evaluate(() => document.documentElement.scrollWidth)

beforeAll(async () => {
  ;[demo, browser] = await Promise.all([startDemo(), launch() as Promise<Browser>])
  desk = await person(demo, 'danton')
  const ready = (await desk.show<UnitRow>('dispatch.board')).find((one) => one.status === 'ready' && one.people > 2)
  own = ready?.unit ?? ''
  context = await browser.newContext({ ...PHONE, permissions: ['geolocation'], geolocation: NEAR_HOME })
  page = await context.newPage()
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' && !/Failed to load resource|ERR_|vibrate/.test(message.text()))
      complaints.push(message.text())
  })
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await demo?.stop()
}, 60_000)

oneStory()

describe('a crew on a phone', () => {
  test('who signs in as crew begins on the unit screen, and says once which unit the phone rides on', async () => {
    await page.goto(demo.address)
    await signIn(page, demo, 'kru-btg-1')
    await page.getByRole('heading', { name: 'Perangkat ini ikut armada mana?' }).waitFor(PATIENCE)
    expect(new URL(page.url()).pathname).toBe('/armada')
    expect(await faults(page)).toEqual([])
    await picture('b1-which-unit')
    await page.getByRole('button', { name: new RegExp(`^${own}\\b`) }).click()
    await page.getByRole('heading', { name: 'Tidak ada penugasan' }).waitFor(PATIENCE)
    expect(await faults(page)).toEqual([])
    await picture('b2-at-rest')
  }, 90_000)

  test('a dispatch fills the screen: what, where, how far, what is known, and one big act', async () => {
    await desk.ask('intake.open-incident', {
      incident,
      lon: 117.4989,
      lat: 0.1378,
      type: 'fire.dense-housing',
      place: 'Jl. Gunung Sari RT 12',
    })
    await desk.ask('intake.note-incident', { incident, note: 'Gang sempit, masuk dari timur' })
    await desk.ask('dispatch.dispatch', { dispatch: randomUUID(), incident, units: [own] })
    await page.getByRole('heading', { name: /Permukiman padat/ }).waitFor(PATIENCE)
    number = ((await page.locator('.headline h1').textContent()) ?? '').match(/\d{4}/)?.[0] ?? ''
    await page.getByText('Jl. Gunung Sari RT 12').waitFor(PATIENCE)
    await page.getByText('Gang sempit, masuk dari timur').waitFor(PATIENCE)
    await page.getByText('perkiraan tiba').waitFor(PATIENCE)
    await page.getByRole('region', { name: 'Jalan ke lokasi' }).waitFor(PATIENCE)
    expect(await faults(page)).toEqual([])
    expect(await wide()).toBeLessThanOrEqual(360)
    await picture('b3-sent')
  }, 60_000)

  test('one touch acknowledges, and the desk knows', async () => {
    await big('Terima').click()
    await done('Diterima').waitFor(PATIENCE)
    await expect.poll(async () => (await unitNow()).answered, PATIENCE).toBe(true)
    await settle()
    await big('Roda bergerak').click()
    await done('Roda bergerak').waitFor(PATIENCE)
    await expect.poll(async () => (await unitNow()).status, PATIENCE).toBe('on-the-way')
    await picture('b4-on-the-way')
  }, 60_000)

  test('the crew agrees to share its position, and the desk sees where the unit is', async () => {
    await page.getByRole('button', { name: 'lainnya' }).click()
    const agree = page.getByRole('switch', { name: /Posisi armada/ })
    expect(await agree.getAttribute('aria-checked')).toBe('false')
    expect(await faults(page)).toEqual([])
    await agree.click()
    const place = async () =>
      (await desk.show<{ unit: string; lon: number }>('dispatch.positions')).find((row) => row.unit === own)?.lon
    await expect.poll(place, PATIENCE).toBeCloseTo(NEAR_HOME.longitude, 4)
    await picture('b5-more')
    await page.getByRole('button', { name: 'Tutup', exact: true }).click()
  }, 60_000)

  test('a hasty second touch does nothing', async () => {
    await settle()
    await big('Tiba').click()
    await page.locator('.four .main').click()
    await done('Tiba').waitFor(PATIENCE)
    await expect.poll(async () => (await unitNow()).status, PATIENCE).toBe('arrived')
    await page.waitForTimeout(500)
    expect((await unitNow()).status).toBe('arrived')
  }, 60_000)

  test('without network everything stays on the screen, and what is said waits with its own time', async () => {
    await page.getByText('terhubung').waitFor(PATIENCE)
    await context.setOffline(true)
    demo.pause()
    await page.getByText('terputus').waitFor(PATIENCE)
    await settle()
    await big('Siap melayani').click()
    await done('Siap melayani').waitFor(PATIENCE)
    await page.getByText('1 menunggu dikirim').waitFor(PATIENCE)
    await page.getByText('Gang sempit, masuk dari timur').waitFor(PATIENCE)
    expect(await faults(page)).toEqual([])
    expect(await wide()).toBeLessThanOrEqual(360)
    await picture('b6-no-network')
  }, 90_000)

  test('back in coverage it is sent with the time it was seen, once', async () => {
    const said = ((await done('Siap melayani').locator('small').textContent()) ?? '').trim()
    await page.waitForTimeout(2000)
    demo.resume()
    await context.setOffline(false)
    await page.getByText('terhubung').waitFor(PATIENCE)
    await expect.poll(async () => (await unitNow()).status, PATIENCE).toBe('ready-to-serve')
    const recorded = (await clocksNow())['ready-to-serve'] ?? ''
    const local = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Makassar', timeStyle: 'medium' })
    expect(local.format(new Date(recorded))).toBe(said)
    const journal = await desk.show<{ kind: string; facts: { status?: string } }>('dispatch.journal', { incident })
    expect(journal.filter((line) => line.facts.status === 'ready-to-serve')).toHaveLength(1)
  }, 60_000)

  test('the board of the incident is one touch away, and the way back too', async () => {
    await page.getByRole('link', { name: /Papan/ }).click()
    await expect.poll(() => new URL(page.url()).pathname, PATIENCE).toBe(`/komando/${incident}`)
    await page.goBack()
    await page.locator('.four').waitFor(PATIENCE)
  }, 60_000)

  test('the fire is out, the unit goes home and is ready again', async () => {
    await page.getByRole('button', { name: 'lainnya' }).click()
    await page.getByRole('button', { name: 'Api padam' }).click()
    await expect
      .poll(async () => (await desk.show<IncidentRow>('dispatch.incident', { incident }))[0]?.clocks.out, PATIENCE)
      .toBeTruthy()
    await settle()
    await big('Kembali').click()
    await done('Kembali').waitFor(PATIENCE)
    await picture('b7-going-home')
    await settle()
    await big('Siap').last().click()
    await page.getByRole('heading', { name: 'Tidak ada penugasan' }).waitFor(PATIENCE)
    await expect.poll(async () => (await unitNow()).status, PATIENCE).toBe('ready')
    const clocks = await clocksNow()
    for (const clock of ['dispatched', 'on-the-way', 'arrived', 'ready-to-serve', 'returned', 'ready-again'])
      expect(clocks[clock], clock).toBeTruthy()
    expect(number).toMatch(/^\d{4}$/)
    await picture('b8-ready-again')
  }, 90_000)

  test('nothing went wrong on the page, in the sun theme either', async () => {
    await page.evaluate(() => localStorage.setItem('siaga.theme', 'sun'))
    await page.reload()
    await page.getByRole('heading', { name: 'Tidak ada penugasan' }).waitFor(PATIENCE)
    expect(await faults(page)).toEqual([])
    expect(complaints).toEqual([])
  }, 60_000)
})
