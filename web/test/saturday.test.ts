// A bad Saturday night (journey e): twelve calls in twenty minutes, three operators at once, each with a desk of their own.
// With SIAGA_PICTURES naming a folder, the desks and the wall are taken as pictures.
import { mkdirSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Person, person } from './asks'
import { launch } from './browser.mjs'
import { startDemo } from './demo.mjs'
import { type Demo, faults, oneStory, signIn } from './kit'

const PICTURES = process.env.SIAGA_PICTURES
const ROUND_S = 300
/** Three browsers with a map each on a machine with two cores are slow; how fast a desk is, the bench measures. */
const PATIENCE = { timeout: 120_000 }
/** Each round, one call for each operator: where the caller is. */
const ROUNDS = [
  ['gunung sari', 'loktuan', 'berbas'],
  ['ahmad yani', 'kanaan', 'belimbing'],
  ['bhayangkara', 'satimpo', 'guntung'],
  ['tanjung laut', 'gunung elai', 'bontang lestari'],
] as const
const OPERATORS = ['operator-1', 'operator-2', 'danton'] as const
/** Who may send units; the others take calls and leave the sending to them. */
const SENDERS: readonly string[] = ['operator-1', 'danton']

type IncidentRow = { incident: string; number: string; units: { unit: string; ended_at: string | null }[] }
type Desk = { name: string; page: Page }

let demo: Demo
let browser: Browser
let watcher: Person
let before = 0
let sentBefore = 0
let ahead = 0
const desks: Desk[] = []
const complaints: string[] = []

async function picture(page: Page, name: string) {
  if (!PICTURES) return
  mkdirSync(PICTURES, { recursive: true })
  await page.bringToFront()
  await page.screenshot({ path: `${PICTURES}/${name}.png`, ...PATIENCE })
}

const sentOf = (rows: readonly IncidentRow[]) =>
  rows.flatMap((row) => row.units.filter((unit) => !unit.ended_at).map((unit) => unit.unit))
const open = () => watcher.show<IncidentRow>('dispatch.incidents')
const numbersOn = async (page: Page) => {
  const texts = await page.locator('.incidents .inc .t').allTextContents()
  return texts.map((text) => text.slice(0, 4)).sort()
}

/** One call by keyboard: the place, one of the likeliest types, and the units when this operator sends any. */
async function takeCall({ name, page }: Desk, where: string, key: string) {
  await page.keyboard.press('n')
  await page.locator('#where').fill(where)
  await page.locator('#where-list [role=option]').first().waitFor(PATIENCE)
  await page.keyboard.press('Enter')
  await page.locator('.types button').first().waitFor(PATIENCE)
  await page.keyboard.press(key)
  await page.locator('.types [aria-pressed=true]').waitFor(PATIENCE)
  if (SENDERS.includes(name)) {
    // When nobody is left to send, Enter sends nobody: the incident waits, and the list says so.
    await page.getByText(/dihitung \d\d:\d\d/).waitFor(PATIENCE)
    await page.keyboard.press('Enter')
  }
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await page.locator('.call-head').waitFor({ ...PATIENCE, state: 'detached' })
  // Two may have reached for the same unit: the second is told, and goes on.
  const told = page.locator('.note [role=alert], .refusal').getByRole('button', { name: 'Mengerti' })
  if (await told.count()) await told.first().click()
}

beforeAll(async () => {
  ;[demo, browser] = await Promise.all([startDemo({ moved: true }), launch() as Promise<Browser>])
  watcher = await person(demo, 'admin')
  const night = await open()
  before = night.length
  sentBefore = sentOf(night).length
  for (const name of OPERATORS) {
    const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, colorScheme: 'dark' })
    const page = await context.newPage()
    page.on('pageerror', (error) => complaints.push(`${name}: ${error.message}`))
    page.on('console', (message) => {
      if (message.type() === 'error' && !/Failed to load resource|ERR_|vibrate/.test(message.text()))
        complaints.push(`${name}: ${message.text()}`)
    })
    await page.goto(`${demo.address}/meja`)
    await signIn(page, demo, name)
    await page.getByRole('heading', { name: 'Kejadian terbuka' }).waitFor(PATIENCE)
    await page.getByText('terhubung').waitFor(PATIENCE)
    desks.push({ name, page })
  }
}, 400_000)

afterAll(async () => {
  await browser?.close()
  await demo?.stop()
}, 60_000)

oneStory()

describe('a bad Saturday night', () => {
  ROUNDS.forEach((places, round) => {
    test(`round ${round + 1}: three calls at once, from ${places.join(', ')}`, async () => {
      await Promise.all(desks.map((desk, n) => takeCall(desk, places[n] ?? '', String(1 + ((round + n) % 4)))))
      const wanted = before + 3 * (round + 1)
      await expect.poll(async () => (await open()).length, PATIENCE).toBe(wanted)
      for (const { page } of desks)
        await expect.poll(() => page.locator('.incidents .inc').count(), PATIENCE).toBe(wanted)
      ahead += ROUND_S
      await demo.ahead(ahead)
    }, 500_000)
  })

  test('every call is an incident of its own, and no unit is at two places', async () => {
    const rows = await open()
    expect(new Set(rows.map((row) => row.number)).size).toBe(before + 12)
    const sent = sentOf(rows)
    expect(new Set(sent).size).toBe(sent.length)
    // The few that were still ready went, and whoever could get none says so in the list.
    expect(sent.length).toBeGreaterThan(sentBefore)
    expect(rows.some((row) => !row.units.length)).toBe(true)
    await desks[0]?.page.getByText(/\d+ tanpa armada/).waitFor(PATIENCE)
  })

  test('all three desks show the same night, and nothing waits to be sent', async () => {
    const shown = (await open()).map((row) => row.number.slice(-4)).sort()
    for (const { name, page } of desks) {
      await page.getByText('semua terkirim').waitFor(PATIENCE)
      await expect.poll(() => numbersOn(page), { ...PATIENCE, message: name }).toEqual(shown)
      await picture(page, `e-desk-${name}`)
    }
  }, 400_000)

  test('the overloaded desk is free of accessibility faults', async () => {
    for (const { name, page } of desks) expect(await faults(page), name).toEqual([])
  }, 400_000)

  test('dispatches nobody answered ask for a hand, and one hand quiets all three desks', async () => {
    const alarms = () => watcher.show<{ alarm: string; taken_at: string | null }>('dispatch.alarms')
    await expect.poll(async () => (await alarms()).length, PATIENCE).toBeGreaterThan(0)
    const [first] = desks
    for (const { page } of desks) await page.locator('.desk > .alarm').waitFor(PATIENCE)
    for (let left = 40; left && (await alarms()).some((row) => !row.taken_at); left--) {
      await first?.page.keyboard.press('a')
      await first?.page.waitForTimeout(300)
    }
    for (const { page } of desks) await page.locator('.desk > .alarm').waitFor({ ...PATIENCE, state: 'detached' })
  }, 400_000)

  test('the wall counts what does not fit, and says what is still ready', async () => {
    const page = await desks[0]?.page.context().newPage()
    if (!page) throw new Error('no desk')
    await page.goto(`${demo.address}/dinding`)
    await page.getByText(/\d+ kejadian lain/).waitFor(PATIENCE)
    await page.locator('.rdy').waitFor(PATIENCE)
    expect(await faults(page)).toEqual([])
    await picture(page, 'e-wall')
    await page.close()
  }, 400_000)

  test('nothing went wrong on any page', () => {
    expect(complaints).toEqual([])
  })
})
