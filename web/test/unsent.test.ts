// What must still be sent is said where its people work: a line in every menu, a mark on it once late, gone when it was
// sent, and nothing to crews. The node's clock goes ahead into the next quarter.
import { mkdirSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { person } from './asks'
import { launch } from './browser.mjs'
import { startDemo } from './demo.mjs'
import { type Demo, faults, oneStory, PATIENCE, signIn } from './kit'

const PICTURES = process.env.SIAGA_PICTURES
const DAY_S = 86_400
type Unsent = { readonly year: number; readonly quarter: number; readonly state: string; readonly days: number }

let demo: Demo
let browser: Browser
let moved = 0

/** So many days into the quarter after this one; the demonstration had incidents in the one before. */
async function daysIntoTheNext(days: number) {
  const today = new Date()
  const next = Date.UTC(today.getUTCFullYear(), Math.floor(today.getUTCMonth() / 3) * 3 + 3, 1)
  moved = Math.round((next - Date.now()) / 1000) + days * DAY_S
  await demo.ahead(moved)
}

const nodeTime = () => new Date(Date.now() + moved * 1000)
const iso = (at: Date) => at.toISOString().replace('Z', '+00:00')

async function waiting() {
  const clerk = await person(demo, 'pelapor')
  return { clerk, rows: await clerk.show<Unsent>('report.unsent', { at: iso(nodeTime()) }) }
}

async function open(account: string, path: string, width = 1280) {
  const context = await browser.newContext({ colorScheme: 'dark', viewport: { width, height: 800 } })
  const page = await context.newPage()
  await page.clock.install({ time: nodeTime() }) // a page that is weeks behind its node takes itself for left alone
  const asked: string[] = []
  page.on('request', (request) => {
    if (request.url().includes('/api/views/report.unsent')) asked.push(request.url())
  })
  await page.goto(demo.address + path)
  await signIn(page, demo, account)
  const button = page.locator('.menu-of-screens > button').first()
  await button.waitFor(PATIENCE)
  return { page, button, asked }
}

async function picture(page: Page, name: string) {
  if (!PICTURES) return
  mkdirSync(PICTURES, { recursive: true })
  await page.screenshot({ path: `${PICTURES}/${name}.png` })
}

beforeAll(async () => {
  ;[demo, browser] = await Promise.all([startDemo({ moved: true }), launch() as Promise<Browser>])
}, 180_000)

afterEach(async ({ task }) => {
  const page = browser?.contexts().at(-1)?.pages().at(-1)
  if (task.result?.state === 'fail' && page) await picture(page, 'unsent-failed').catch(() => {})
}, 40_000)

afterAll(async () => {
  await browser?.close()
  await demo?.stop()
})

oneStory()

test('a quarter that is over and not sent is a line wherever the shift leader works', async () => {
  await daysIntoTheNext(4)
  const { rows } = await waiting()
  expect(rows.some((row) => row.state === 'due' && row.quarter > 0)).toBe(true)
  const { page, button } = await open('danton', '/sop', 820)
  await button.click()
  const line = page.locator('#screens .waits')
  await line.waitFor(PATIENCE)
  expect(await line.textContent()).toMatch(/^Triwulan [IV]+ \d{4} belum dikirim ke e-SPM, (masih|terlambat) \d+ hari/)
  expect(await page.locator('.menu-of-screens .late').count()).toBe(rows.some((row) => row.state === 'late') ? 1 : 0)
  await picture(page, 'unsent-due')
  await page.context().close()
}, 90_000)

/** Whether a quarter is red in its words and at its edge, and how much of it moves. */
function redness(quarter: Element) {
  const red = document.createElement('i')
  red.style.color = 'var(--danger)'
  quarter.append(red)
  const wanted = getComputedStyle(red).color
  red.remove()
  const chip = quarter.querySelector('.chip')
  return {
    chip: !!chip && getComputedStyle(chip).color === wanted && chip.querySelector('svg') !== null,
    edge: getComputedStyle(quarter).boxShadow.startsWith(wanted),
    moves: quarter.getAnimations({ subtree: true }).length,
  }
}

test('once it is late the menu is marked, and the line leads to the quarter until it was sent', async () => {
  await daysIntoTheNext(20)
  const { clerk, rows } = await waiting()
  const late = rows.filter((row) => row.state === 'late')
  expect(late.length).toBeGreaterThan(0)
  const { page, button } = await open('pelapor', '/laporan')
  await button.locator('.late').waitFor(PATIENCE)
  expect(await button.textContent()).toContain(`${late.length} masa belum dikirim, sudah terlambat`)
  await button.click()
  const line = page.locator('#screens .waits')
  expect(await line.textContent()).toContain(`belum dikirim ke e-SPM, terlambat ${-(rows[0]?.days ?? 0)} hari`)
  expect(await faults(page, '.menu-of-screens')).toEqual([])
  await picture(page, 'unsent-late')
  await line.click()
  await page.waitForURL(`**/laporan/spm#${rows[0]?.year}-Q${rows[0]?.quarter}`, PATIENCE)
  const red = page.locator('.quarters li[aria-current][data-s=late]')
  await red
    .first()
    .getByText(/^ ?belum dikirim, terlambat \d+ hari$/)
    .waitFor(PATIENCE)
  for (const theme of ['dark', 'light', 'sun']) {
    await page.evaluate((name) => (document.documentElement.dataset.theme = name), theme)
    expect(await red.first().evaluate(redness)).toEqual({ chip: true, edge: true, moves: 0 })
    expect(await faults(page, '.quarters'), theme).toEqual([])
    await picture(page, `unsent-quarter-${theme}`)
  }
  for (const { year, quarter } of late) {
    const wish = { year, quarter, to: quarter ? 'e-spm' : 'lppd', sent_at: iso(nodeTime()), receipt: 'TT-1' }
    await clerk.ask('report.record-sending', wish, nodeTime())
  }
  await page.locator('.menu-of-screens .late').waitFor({ ...PATIENCE, state: 'detached' })
  await red.first().waitFor({ ...PATIENCE, state: 'detached' })
  await page.context().close()
}, 120_000)

test('the numbers of the menu lead to its screens, whatever waits', async () => {
  const { page, button } = await open('pelapor', '/laporan')
  await button.click()
  const links = page.locator('#screens li > a:first-child')
  const paths = await links.evaluateAll((all) => all.map((one) => one.getAttribute('href')))
  const number = paths.indexOf('/sop') + 1
  expect(number).toBeGreaterThan(paths.indexOf('/laporan') + 1)
  await page.keyboard.press(String(number))
  await page.waitForURL('**/sop', PATIENCE)
  await page.context().close()
}, 90_000)

test('a crew is neither told nor asks', async () => {
  const crew = demo.signIns.find((one: { roles: readonly string[] }) => one.roles.join() === 'crew')
  const { page, button, asked } = await open(crew?.name ?? '', '/armada')
  await button.click()
  await page.locator('#screens li').first().waitFor(PATIENCE)
  expect(await page.locator('#screens .waits').count()).toBe(0)
  expect(asked).toEqual([])
  await page.context().close()
}, 90_000)
