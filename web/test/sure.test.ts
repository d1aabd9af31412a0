// What is on the screen is what happens: a place, a time, an incident that was named, and a picture with its age.
import { randomUUID } from 'node:crypto'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { houseFire, type Person, person } from './asks'
import { launch } from './browser.mjs'
import { startDemo } from './demo.mjs'
import { type Demo, faults, PATIENCE, signIn } from './kit'

let demo: Demo
let browser: Browser
let context: BrowserContext
let page: Page

beforeAll(async () => {
  ;[demo, browser] = await Promise.all([startDemo(), launch() as Promise<Browser>])
  context = await browser.newContext({ viewport: { width: 1600, height: 900 }, colorScheme: 'dark' })
  page = await context.newPage()
  await page.goto(`${demo.address}/meja`)
  await signIn(page, demo, 'danton')
  await page.getByRole('heading', { name: 'Kejadian terbuka' }).waitFor(PATIENCE)
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await demo?.stop()
}, 60_000)

const SEARCH = '**/api/views/places.search?*'

describe('where a call is', () => {
  test('Enter right after other words takes a place of those words', async () => {
    await page.route(SEARCH, async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 600))
      await route.continue()
    })
    await page.keyboard.press('n')
    await page.locator('#where:focus').waitFor(PATIENCE)
    await page.keyboard.type('gunung sari')
    await page.locator('#where-list [role=option]', { hasText: 'Gunung Sari' }).first().waitFor(PATIENCE)
    await page.keyboard.press('Control+a')
    await page.keyboard.type('loktuan')
    await page.keyboard.press('Enter')
    await expect.poll(() => page.locator('#where').inputValue(), PATIENCE).toMatch(/lok ?tuan.+/i)
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await page.unroute(SEARCH)
  }, 60_000)

  test('a search that nobody answers says so, and does not say that there is no such place', async () => {
    await page.route(SEARCH, () => {}) // never answered
    await page.keyboard.press('n')
    await page.locator('#where:focus').waitFor(PATIENCE)
    await page.keyboard.type('gunung sari')
    await page.locator('.call-where').getByText('Mencari…').waitFor(PATIENCE)
    expect(await page.getByText('Tidak ditemukan').count()).toBe(0)
    await page.locator('.call-where').getByText('Server tidak menjawab').waitFor(PATIENCE)
    expect(await faults(page, '.call-where')).toEqual([])
    await page.unroute(SEARCH)
    await page.keyboard.press('Enter')
    await expect.poll(() => page.locator('#where').inputValue(), PATIENCE).toMatch(/Gunung Sari/)
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
  }, 60_000)
})

describe('the command line', () => {
  const line = () => page.getByRole('combobox', { name: 'Baris perintah' })
  const rows = () => page.getByRole('listbox', { name: 'Kejadian terbuka' }).getByRole('option')
  async function type(text: string) {
    await page.keyboard.press('/')
    await page.keyboard.press('Control+a')
    await page.keyboard.type(text)
  }

  test('nobody ends an incident that was not named: Enter writes the line out, Enter again does it and says which', async () => {
    await rows().nth(1).waitFor(PATIENCE)
    const numbers = async () => (await rows().locator('.t').allTextContents()).map((one) => one.slice(0, 4))
    await expect.poll(async () => (await numbers()).every((one) => /^\d{4}$/.test(one)), PATIENCE).toBe(true)
    const number = (await numbers())[1] ?? ''
    await rows().filter({ hasText: number }).click()
    await page.locator('.inc[aria-selected=true]', { hasText: number }).waitFor(PATIENCE)
    const before = await rows().count()
    await type('tutup')
    await page.keyboard.press('Enter')
    await expect.poll(() => line().inputValue(), { timeout: 3000 }).toBe(`tutup ${number}`)
    expect(await rows().count()).toBe(before)
    await page.keyboard.press('Enter')
    await page.locator('.toast', { hasText: `${number} ditutup` }).waitFor(PATIENCE)
    await expect.poll(() => rows().count(), PATIENCE).toBe(before - 1)
  }, 60_000)

  test('a time that is still to come or cannot be read is said so, and nothing is done', async () => {
    const code = (await page.locator('.unit .code').first().textContent(PATIENCE)) ?? ''
    const soon = new Date(Date.now() + 8 * 3_600_000 + 5 * 60_000).toISOString().slice(11, 16)
    await type(`${code.toLowerCase()} siap ${soon}`)
    await page.getByRole('alert').getByText('belum terjadi').waitFor({ timeout: 3000 })
    expect(await faults(page, '.bottom')).toEqual([])
    await page.keyboard.press('Enter')
    expect(await line().inputValue()).toContain(soon)
    await type(`${code.toLowerCase()} siap besok`)
    await page.getByRole('alert').getByText('bukan jam').waitFor({ timeout: 3000 })
    await page.keyboard.press('Enter')
    expect(await page.locator('.toast', { hasText: code }).count()).toBe(0)
    await page.keyboard.press('Control+a')
    await page.keyboard.press('Delete')
    await page.keyboard.press('Escape')
  }, 60_000)
})

describe('the wall', () => {
  test('says how old its picture is also while an alarm stands on it', async () => {
    const mayday = randomUUID()
    const desk = await person(demo, 'danton')
    const { incident, units } = await houseFire(desk, 1)
    await desk.ask('field.call-mayday', { incident, mayday, crew: units[0], person: '1', where: 'lantai 2' })
    const wall = await browser.newContext({ viewport: { width: 1920, height: 1080 }, colorScheme: 'dark' })
    const screen = await wall.newPage()
    await screen.goto(`${demo.address}/dinding`)
    await signIn(screen, demo, 'danton')
    await screen.locator('.wall-screen > .alarm').waitFor(PATIENCE)
    await screen.getByText('terhubung').waitFor(PATIENCE)
    demo.pause()
    await screen
      .locator('.wall-screen > .alarm .link', { hasText: /luring, gambar \d\d:\d\d, \d+ dtk/ })
      .waitFor({ timeout: 60_000 })
    expect(await faults(screen, '.wall-screen > .alarm')).toEqual([])
    demo.resume()
    await wall.close()
    await desk.ask('field.end-mayday', { incident, mayday, outcome: 'rescued' })
  }, 150_000)
})

describe('what was never seen here', () => {
  let tablet: BrowserContext
  let screen: Page
  let scene: { incident: string; units: string[] }
  let desk: Person

  beforeAll(async () => {
    desk = await person(demo, 'danton')
    scene = await houseFire(desk, 1)
    await desk.ask('field.report-entry', {
      incident: scene.incident,
      crew: scene.units[0],
      sector: 'staging',
      wearers: [{ person: '1', bar: 300 }],
    })
    tablet = await browser.newContext({ viewport: { width: 820, height: 1180 }, colorScheme: 'dark' })
    screen = await tablet.newPage()
    await screen.goto(`${demo.address}/komando/${scene.incident}`)
    await signIn(screen, demo, 'danton')
    await screen.locator('.crew').first().waitFor(PATIENCE)
    await screen.evaluate(() => navigator.serviceWorker.ready.then(() => true))
    await screen.waitForTimeout(6000) // pictures are written, and what comes later is on the device
    await tablet.setOffline(true)
  }, 120_000)

  afterAll(() => tablet?.close())

  const said = async () => ((await screen.locator('body').innerText()) ?? '').replace(/\s+/g, ' ')
  const CALM = /Tidak ada kejadian terbuka|0 siap|0 peringatan|0 terbuka|Tidak ada temuan|hanya untuk ruang kendali/

  test.each(['/penghubung', '/dinding', '/peringatan', '/tinjauan', '/serah-jaga'])(
    '%s says that there is no copy here, not that all is calm',
    async (path) => {
      await screen.goto(`${demo.address}${path}`)
      await expect.poll(said, { timeout: 15_000 }).toMatch(/Belum ada salinan di perangkat ini|kejadian terbuka|\d{4}/)
      await screen.waitForTimeout(500)
      expect(await said()).not.toMatch(CALM)
      if (!/penghubung|dinding/.test(path)) expect(await said()).toContain('Belum ada salinan di perangkat ini')
      expect(await faults(screen)).toEqual([])
    },
    60_000,
  )

  test('a tablet that holds a board leads back to it, without network', async () => {
    await screen.goto(`${demo.address}/komando`)
    await screen.locator('.card.scene', { hasText: 'Gunung Sari RT 12' }).first().click(PATIENCE)
    await screen.locator('.crew').first().waitFor(PATIENCE)
  }, 60_000)

  test('a board whose incident is closed says so, and is found again as long as somebody is inside', async () => {
    await desk.ask('dispatch.close-incident', { incident: scene.incident, outcome: 'handled' }, new Date(), 'uji')
    await tablet.setOffline(false)
    await screen.getByText('Kejadian sudah ditutup.').waitFor(PATIENCE)
    expect(await said()).toContain('1 orang masih tercatat di dalam.')
    expect(await faults(screen, '.over')).toEqual([])
    await screen.getByRole('button', { name: 'Pilih kejadian' }).first().click(PATIENCE)
    await screen.locator('.card.scene', { hasText: 'Kejadian sudah ditutup.' }).click(PATIENCE)
    await screen.locator('.crew').first().waitFor(PATIENCE)
  }, 60_000)
})
