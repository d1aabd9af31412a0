// Every screen there is, in both themes and at three widths, on a quiet day in Indonesian and while a MAYDAY runs in
// English: without accessibility faults, without scrolling sideways, without a complaint, and without a request to anybody
// but the node.
import { randomUUID } from 'node:crypto'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SCREENS } from '../src/screens'
import { houseFire, type Person, person } from './asks'
import { launch } from './browser.mjs'
import { startDemo } from './demo.mjs'
import { type Demo, faults, PATIENCE, signIn } from './kit'

const THEMES = ['dark', 'light'] as const
const WIDTHS = { 360: 780, 820: 1180, 1920: 1080 } as const
/** What must stand on a screen before it is looked at: not only its frame, but what it is there to show. */
const SHOWS: Readonly<Record<string, string>> = {
  '/meja': '.desk [role=option]',
  '/komando': '.komando .scene, .komando .crew',
  '/dinding': '.wall-screen .inc',
  '/penghubung': '.scene-of',
  '/serah-jaga': '.line-of-shift',
  '/slip': '.copy-slip .pick-units button',
  '/laporan': '.reports a',
  '/sop': '.cardrow',
  '/tinjauan': '.incrow',
  '/perangkat': '.own .facts',
}
let demo: Demo
let browser: Browser
let context: BrowserContext
let page: Page
let desk: Person
let incident = ''
const complaints: string[] = []
const elsewhere: string[] = []

/** Who opens it: somebody in whose menu it stands. */
const opener = (roles: readonly string[] | undefined) =>
  !roles || roles.includes('dispatcher') ? 'danton' : roles.includes('administrator') ? 'admin' : 'koordinator'

async function pageOf(account: string) {
  const made = await browser.newContext({ viewport: { width: 1920, height: 1080 }, colorScheme: 'dark' })
  made.on('request', (request) => {
    const url = request.url()
    if (!/^(data|blob):/.test(url) && !url.startsWith(`${demo.address}/`)) elsewhere.push(url)
  })
  const first = await made.newPage()
  await first.goto(`${demo.address}/`)
  await signIn(first, demo, account)
  await first.getByLabel('Sandi', { exact: true }).waitFor({ state: 'detached', ...PATIENCE })
  // Only now: that nobody is signed in yet, the node says with an error, and the browser repeats it.
  first.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${new URL(first.url()).pathname}: ${message.text()}`)
  })
  first.on('pageerror', (error) => complaints.push(`${new URL(first.url()).pathname}: ${error.message}`))
  return [made, first] as const
}

/** What a screen does wrong as it stands, in one theme and one width after the other. */
async function wrong(): Promise<string[]> {
  const found: string[] = []
  for (const [width, height] of Object.entries(WIDTHS)) {
    await page.setViewportSize({ width: Number(width), height })
    for (const theme of THEMES) {
      await page.emulateMedia({ colorScheme: theme })
      await page.waitForFunction((name) => document.documentElement.dataset.theme === name, theme, PATIENCE)
      const wide = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      if (wide > 0) found.push(`${width} ${theme}: ${wide} px wider than the window`)
      found.push(...(await faults(page)).map((fault) => `${width} ${theme}: ${fault}`))
    }
  }
  return found
}

async function stands(path: string, screen: string, language: 'id' | 'en') {
  await page.evaluate((chosen) => localStorage.setItem('siaga.language', chosen), language)
  await page.goto(demo.address + path)
  await page.waitForFunction((chosen) => document.documentElement.lang === chosen, language, PATIENCE)
  await page
    .locator(SHOWS[screen] ?? 'h1, h2')
    .first()
    .waitFor(PATIENCE)
}

beforeAll(async () => {
  ;[demo, browser] = await Promise.all([startDemo(), launch() as Promise<Browser>])
  desk = await person(demo, 'danton')
  ;[context, page] = await pageOf('danton')
}, 180_000)

afterAll(async () => {
  await browser?.close()
  await demo?.stop()
}, 60_000)

/** Each screen once; `also`: pages of it that are worth their own look. */
function each(language: 'id' | 'en', also: () => readonly string[]) {
  for (const screen of SCREENS) {
    test(`${screen.path} holds in both themes at every width`, async () => {
      const account = opener(screen.roles)
      const own = account === 'danton' ? undefined : await pageOf(account)
      const before = page
      if (own) page = own[1]
      try {
        for (const path of [screen.path, ...also().filter((one) => one.startsWith(`${screen.path}/`))]) {
          await stands(path, screen.path, language)
          if (incident) await page.getByText('MAYDAY').first().waitFor(PATIENCE)
          expect(await wrong(), path).toEqual([])
        }
      } finally {
        page = before
        await own?.[0].close()
      }
    }, 240_000)
  }
}

describe('on a quiet day', () => {
  each('id', () => [])
})

describe('while a MAYDAY runs', () => {
  test('somebody inside calls it', async () => {
    const fire = await houseFire(desk, 2)
    incident = fire.incident
    const [crew = ''] = fire.units
    await desk.ask('field.assume-command', { incident, holder: 'Danton A' })
    await desk.ask('field.report-entry', { incident, crew, sector: 'staging', wearers: [{ person: '1', bar: 300 }] })
    // So little that the card says two things at once: who is in danger, and that they must turn back.
    await desk.ask('field.report-air', { incident, crew, person: '1', bar: 180 })
    await desk.ask('field.call-mayday', { incident, mayday: randomUUID(), crew, person: '1', where: 'lantai 2' })
    await page.goto(`${demo.address}/meja`)
    await page.getByText('MAYDAY').first().waitFor(PATIENCE)
  }, 90_000)

  each('en', () => [`/komando/${incident}`])
})

test('no screen complained, and nothing was asked of anybody but the node', async () => {
  await context.close()
  expect(complaints).toEqual([])
  expect(elsewhere).toEqual([])
})
