// What is on the screen is what happens: a place, a time, an incident that was named, and a picture with its age.
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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
