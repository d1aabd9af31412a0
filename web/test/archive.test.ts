// What was copied from an archive, in a real browser against a real node: it waits for nobody, has a list of its own, and
// says from where it was copied.
import { mkdirSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { person } from './asks'
import { launch } from './browser.mjs'
import { startDemo } from './demo.mjs'
import { type Demo, faults, oneStory, PATIENCE, signIn } from './kit'

const PICTURES = process.env.SIAGA_PICTURES
const SOURCE = 'Rekap 2026.xlsx baris 41'

let demo: Demo
let browser: Browser
let page: Page

async function picture(name: string) {
  if (!PICTURES) return
  mkdirSync(PICTURES, { recursive: true })
  await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true })
}

/** What is wrong with the page as it stands, on a phone and on a desk. */
async function looks(name: string): Promise<string[]> {
  const found: string[] = []
  for (const [width, height] of [
    [360, 780],
    [1920, 1080],
  ] as const) {
    await page.setViewportSize({ width, height })
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    if (wide > 0) found.push(`${width}: ${wide} px wider than the window`)
    found.push(...(await faults(page)).map((fault) => `${width}: ${fault}`))
    await picture(`${name}-${width}`)
  }
  return found
}

beforeAll(async () => {
  ;[demo, browser] = await Promise.all([startDemo(), launch() as Promise<Browser>])
}, 180_000)

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await picture('archive-failed').catch(() => {})
}, 40_000)

afterAll(async () => {
  await browser?.close()
  await demo?.stop()
}, 60_000)

describe('a report from an archive', () => {
  oneStory()
  let number = ''

  test('leaves the reports that wait and stands in a list of its own', async () => {
    const head = await person(demo, 'admin')
    const [draft] = await head.show<{ incident: string; number: string }>('report.list', {
      state: 'draft',
      missing: 'true',
    })
    number = draft?.number ?? ''
    const context = await browser.newContext({ colorScheme: 'dark', viewport: { width: 1920, height: 1080 } })
    page = await context.newPage()
    await page.goto(`${demo.address}/laporan`)
    await signIn(page, demo, 'pelapor')
    const line = page.locator('.reports a', { hasText: number })
    await line.waitFor(PATIENCE)
    await head.ask('report.keep-history', { incident: draft?.incident, source: SOURCE, kinds: ['fire'] })
    await line.waitFor({ state: 'detached', ...PATIENCE })
    await page
      .getByRole('radio', { name: 'Dari arsip' })
      .or(page.getByRole('button', { name: 'Dari arsip' }))
      .click()
    await line.waitFor(PATIENCE)
    expect(await page.locator('.reports a').count()).toBe(1)
    expect(await line.textContent()).not.toContain('Kurang')
    expect(await looks('archive-list')).toEqual([])
  }, 120_000)

  test('says from where it was copied, asks for nothing, and can still be filled', async () => {
    await page.locator('.reports a', { hasText: number }).click()
    await page.getByRole('heading', { name: 'disalin dari arsip, tidak wajib dilengkapi' }).waitFor(PATIENCE)
    await page.locator('.trail', { hasText: SOURCE }).waitFor(PATIENCE)
    expect(await page.locator('.steps [aria-current=step]').textContent()).toContain('Dari arsip')
    expect(await page.getByText('harus dilengkapi').count()).toBe(0)
    expect(await page.locator('.q form').count()).toBe(0)
    expect(await page.getByRole('button', { name: 'Kirim untuk ditandatangani' }).count()).toBe(1)
    expect(await looks('archive-report')).toEqual([])
  }, 120_000)
})
