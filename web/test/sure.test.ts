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
    await rows().nth(1).click()
    const number = ((await rows().nth(1).locator('.t').textContent()) ?? '').slice(0, 4)
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
