// The public page as everybody's browser opens it: nothing until the administrator says so, then readable at every width
// and in both themes, and no request goes anywhere but to its own sheet.
import { mkdirSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { person } from './asks'
import { launch } from './browser.mjs'
import { startDemo } from './demo.mjs'
import { type Demo, faults, PATIENCE } from './kit'

const PICTURES = process.env.SIAGA_PICTURES
let demo: Demo
let browser: Browser

beforeAll(async () => {
  ;[demo, browser] = await Promise.all([startDemo(), launch() as Promise<Browser>])
}, 180_000)

afterAll(async () => {
  await browser?.close()
  await demo?.stop()
})

test('everybody reads the figures of the year once the administrator opens them, and no longer than that', async () => {
  const context = await browser.newContext({ viewport: { width: 360, height: 780 }, locale: 'id-ID' })
  const page = await context.newPage()
  expect((await page.goto(`${demo.address}/publik`))?.status()).toBe(404)
  const head = await person(demo, 'admin')
  await head.ask('report.publish-figures', { on: true })
  const asked: string[] = []
  page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  const complaints: string[] = []
  page.on('console', (message) => complaints.push(message.text()))
  await page.goto(`${demo.address}/publik`)
  await page.getByRole('heading', { level: 1 }).waitFor(PATIENCE)
  expect(await page.locator('table').count()).toBe(3)
  expect(asked.filter((path) => path !== '/favicon.ico')).toEqual(['/publik', '/pages/publik.css'])
  expect(complaints.filter((text) => !text.includes('favicon'))).toEqual([])
  expect(await context.cookies()).toEqual([])
  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of [360, 820, 1920]) {
      await page.setViewportSize({ width, height: 900 })
      await page.emulateMedia({ colorScheme })
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      expect(wide, `${width}`).toBeLessThanOrEqual(0)
      expect(await faults(page), `${width} ${colorScheme}`).toEqual([])
      if (PICTURES) {
        mkdirSync(PICTURES, { recursive: true })
        await page.screenshot({ path: `${PICTURES}/publik-${colorScheme}-${width}.png`, fullPage: true })
      }
    }
  await page.getByRole('link', { name: 'English' }).click()
  await page.getByRole('heading', { name: /^Incidents of \d{4}$/ }).waitFor(PATIENCE)
  await head.ask('report.publish-figures', { on: false })
  expect((await page.goto(`${demo.address}/publik?bahasa=id`))?.status()).toBe(404)
  await context.close()
}, 120_000)
