// Two stories at the scene in a real browser against a real node: a house fire with ninety minutes without network in
// the middle (journey c), and command handed from one device to another (journey d).
import { mkdirSync } from 'node:fs'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { houseFire, type Person, person } from './asks'
import { launch } from './browser.mjs'
import { startDemo } from './demo.mjs'
import { type Demo, faults, oneStory, PATIENCE, signIn } from './kit'

const PICTURES = process.env.SIAGA_PICTURES
const TABLET = { viewport: { width: 1180, height: 820 }, hasTouch: true, colorScheme: 'dark' as const }

let demo: Demo
let browser: Browser
let desk: Person
let context: BrowserContext
let page: Page
let incident = ''
let units: string[] = []
/** How far the story is ahead of the real time, in seconds. */
let ahead = 0

async function picture(name: string) {
  if (!PICTURES) return
  mkdirSync(PICTURES, { recursive: true })
  await page.screenshot({ path: `${PICTURES}/${name}.png` })
}

/** Time passes at the node and on the tablet. */
async function minutesPass(minutes: number) {
  ahead += minutes * 60
  await demo.ahead(ahead)
  await page.clock.fastForward(minutes * 60_000)
}

/** A picture larger than what may be kept, as a camera makes it. */
const large = async () =>
  Buffer.from(
    await page.evaluate(() => {
      const canvas = document.createElement('canvas')
      canvas.width = 2400
      canvas.height = 1800
      canvas.getContext('2d')?.fillRect(200, 200, 900, 900)
      return canvas.toDataURL('image/png').split(',')[1] ?? ''
    }),
    'base64',
  )

const crewOf = (unit: string, on = page) => on.locator(`.crew[data-crew="${unit}"]`)
const sheet = (on = page) => on.getByRole('dialog')
const press = (name: string | RegExp, within: ReturnType<typeof sheet> | Page = page) =>
  within
    .getByRole('button', { name, exact: typeof name === 'string' })
    .first()
    .click(PATIENCE)
const digits = async (figure: string) => {
  for (const digit of figure) await sheet().locator('.pad').getByRole('button', { name: digit, exact: true }).click()
}
const board = async () => {
  const [row] = await desk.show<{
    commander: { holder: string; account: string } | null
    crews: { crew: string; inside: { person: string; entered: { at: string }; air: { bar: number }[] }[] }[]
    maydays: { outcome: string | null; crew: string }[]
    pars: { at: string }[]
    sectors: { name: string }[]
  }>('field.board', { incident })
  if (!row) throw new Error('no board')
  return row
}

beforeAll(async () => {
  ;[demo, browser] = await Promise.all([startDemo({ moved: true }), launch() as Promise<Browser>])
  desk = await person(demo, 'danton')
  ;({ incident, units } = await houseFire(desk, 3))
  context = await browser.newContext(TABLET)
  page = await context.newPage()
  await page.clock.install()
}, 180_000)

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await picture('failed').catch(() => {})
}, 40_000)

afterAll(async () => {
  await browser?.close()
  await demo?.stop()
}, 60_000)

describe('a house fire', () => {
  oneStory()

  test('a commander begins at the choice of scenes and takes command of the one that burns', async () => {
    await page.goto(`${demo.address}/`)
    await signIn(page, demo, 'komandan')
    await page.getByRole('heading', { name: 'Pilih kejadian' }).waitFor(PATIENCE)
    expect(new URL(page.url()).pathname).toBe('/komando')
    await page.locator('.scene', { hasText: 'Gunung Sari' }).click()
    await press('Ambil komando')
    await sheet().getByLabel('Kode jabatan').fill('Danton A')
    await press('Ambil komando sebagai Danton A', sheet())
    await page.locator('.who-commands', { hasText: 'Danton A' }).waitFor(PATIENCE)
    expect(await faults(page)).toEqual([])
  }, 90_000)

  test('two sectors are opened; a crew goes in with the pressure of each wearer, by the pad alone', async () => {
    const [first = '', second = '', third = ''] = units
    await press('Lain')
    await press(/^Buka sektor/, sheet())
    await press('Buka Sektor 1 depan', sheet())
    await press('Lain')
    await press(/^Buka sektor/, sheet())
    await press('Buka Sektor 2 kiri', sheet())
    await page.getByRole('region', { name: 'Sektor 2 kiri' }).waitFor(PATIENCE)

    await crewOf(first).locator('.name').click()
    await press('Masuk', sheet())
    await digits('300')
    await press('lanjut', sheet())
    await digits('290')
    await picture('c-1-enter')
    await press(/^Masuk, 2 orang/, sheet())
    await crewOf(first).locator('.n', { hasText: 'di dalam' }).waitFor(PATIENCE)
    await expect.poll(async () => (await board()).crews.find((one) => one.crew === first)?.inside.length).toBe(2)

    // Moving by two touches: the crew, then where it goes.
    await crewOf(second).locator('.grip').click()
    await press('Ke Sektor 2 kiri')
    const there = page.getByRole('region', { name: 'Sektor 2 kiri' }).locator(`[data-crew="${second}"]`)
    await there.waitFor(PATIENCE)

    // And by its grip, which is the faster way to the same.
    const grip = await crewOf(third).locator('.grip').boundingBox()
    const to = await page.getByRole('region', { name: 'Sektor 1 depan' }).boundingBox()
    if (!grip || !to) throw new Error('nothing to drag')
    await page.mouse.move(grip.x + grip.width / 2, grip.y + grip.height / 2)
    await page.mouse.down()
    await page.mouse.move(to.x + 120, to.y + 200, { steps: 8 })
    await page.mouse.up()
    await page.getByRole('region', { name: 'Sektor 1 depan' }).locator(`[data-crew="${third}"]`).waitFor(PATIENCE)
    expect(await faults(page)).toEqual([])
  }, 90_000)

  test('PAR of all: each crew answers, and the list says who has not', async () => {
    await press('PAR semua')
    await sheet().getByText('dari 3 regu menjawab').waitFor(PATIENCE)
    for (const crew of units) {
      await sheet()
        .getByRole('group', { name: `Hasil PAR Regu ${crew}` })
        .getByRole('button', { name: /^Lengkap/ })
        .click()
    }
    await sheet().locator('.figure', { hasText: '3' }).waitFor(PATIENCE)
    expect(await faults(page)).toEqual([])
    await press('Tutup', sheet())
  }, 60_000)

  test('without network for ninety minutes the board goes on: entry, PAR, air and MAYDAY are kept on the tablet', async () => {
    const [first = '', second = '', third = ''] = units
    await context.setOffline(true)
    await minutesPass(4)
    await page
      .getByText(/terputus|luring/)
      .first()
      .waitFor(PATIENCE)

    // A second crew goes in where nobody but this tablet sees it.
    await crewOf(second).getByRole('button', { name: 'Masuk' }).click()
    await digits('300')
    await press('lanjut', sheet())
    await digits('300')
    await press(/^Masuk, 2 orang/, sheet())
    await crewOf(second).locator('.n', { hasText: 'di dalam' }).waitFor(PATIENCE)
    await expect.poll(() => crewOf(second).getAttribute('class')).toContain('pending')
    await picture('c-2-offline')

    // Air runs low: the tablet says so by itself, and somebody reads the gauge.
    await minutesPass(9)
    await page.locator('.field-alarm', { hasText: first }).waitFor(PATIENCE)
    await press('Saya tangani')
    await crewOf(first).getByRole('button', { name: 'Bar', exact: true }).click()
    await digits('140')
    await press(/^Catat .+ 140 bar/, sheet())
    await sheet().locator('.wearer-tabs', { hasText: '140 bar' }).waitFor(PATIENCE)
    await press('Tutup', sheet())
    await picture('c-3-low-air')

    // MAYDAY with one touch, then who and what is needed; a second one while the first runs.
    await press('MAYDAY')
    await page.locator('.may').waitFor(PATIENCE)
    await press(new RegExp(`^Regu ${second}`), sheet())
    await press('Terjebak, tertimbun', sheet())
    await press('Ke langkah MAYDAY', sheet())
    await page.locator('.may h1', { hasText: second }).waitFor(PATIENCE)
    await page.getByRole('checkbox', { name: /Kabarnya diulang/ }).click()
    await press(`Kirim Regu ${third} masuk`)
    await press('Tutup', sheet())
    expect(await faults(page)).toEqual([])
    await picture('c-4-mayday')
    await press('MAYDAY lagi')
    await press('Ke langkah MAYDAY', sheet())
    expect(await page.locator('.may').count()).toBe(2)

    // Its end is held for two seconds: a slip of the finger ends nothing.
    for (const left of [1, 0]) {
      const end = page.getByRole('button', { name: /MAYDAY selesai/ })
      await end.click()
      expect(await page.locator('.may').count()).toBe(left + 1)
      await end.focus()
      await page.keyboard.down('Enter')
      await page.clock.runFor(2100)
      await page.keyboard.up('Enter')
      await press(left ? 'Diselamatkan' : 'Keliru', sheet())
      await expect.poll(() => page.locator('.may').count()).toBe(left)
    }

    await crewOf(first).getByRole('button', { name: 'Keluar' }).click()
    await press(/^Semua keluar/)

    // A photo is made small here and waits with the rest.
    await press('Catat')
    // A note that is begun outlives a closed sheet, by Escape or by the tablet's own way back.
    await sheet().locator('textarea').fill('asap tebal')
    await page.keyboard.press('Escape')
    await sheet().waitFor({ ...PATIENCE, state: 'detached' })
    await press('Catat')
    await page.goBack()
    await sheet().waitFor({ ...PATIENCE, state: 'detached' })
    await press('Catat')
    expect(await sheet().locator('textarea').inputValue()).toBe('asap tebal')
    await sheet().locator('textarea').fill('')
    await sheet()
      .locator('input[type=file]')
      .setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: await large() })
    await sheet().locator('.lines .pending').waitFor(PATIENCE)
    await press('Tutup', sheet())
    await minutesPass(77)
    expect(await page.locator('.crew.pending').count()).toBeGreaterThan(0)
    await picture('c-5-ninety-minutes')
  }, 180_000)

  test('meanwhile the desk heard that nobody was accounted for, since the node counts too', async () => {
    await expect
      .poll(async () => (await desk.show<{ kind: string; times: number }>('field.alarms')).map((one) => one.kind), {
        timeout: 60_000,
      })
      .toContain('par-overdue')
  }, 90_000)

  test('with the network back every observation is in place, at the time it was seen, once', async () => {
    const [first = '', second = ''] = units
    await context.setOffline(false)
    await minutesPass(1)
    await page.locator('.link', { hasText: 'terhubung' }).waitFor(PATIENCE)
    await expect.poll(() => page.locator('.crew.pending').count(), { timeout: 90_000 }).toBe(0)

    const row = await board()
    const crew = (id: string) => row.crews.find((one) => one.crew === id)
    expect(crew(first)?.inside).toEqual([])
    expect(crew(second)?.inside.map((one) => one.air.map((air) => air.bar))).toEqual([[300], [300]])
    expect(row.maydays.map((one) => one.outcome).sort()).toEqual(['mistaken', 'rescued'])
    const entered = Date.parse(crew(second)?.inside[0]?.entered.at ?? '')
    const now = Date.now() + ahead * 1000
    // It went in some eighty-seven minutes ago, though the node heard of it just now.
    expect((now - entered) / 60_000).toBeGreaterThan(80)
    expect((now - entered) / 60_000).toBeLessThan(95)

    const journal = await desk.show<{ kind: string }>('field.journal', { incident })
    const times = (kind: string) => journal.filter((one) => one.kind === kind).length
    expect(times('field.crew-entered')).toBe(2)
    expect(times('field.mayday-ended')).toBe(2)
    expect(times('field.air-read')).toBe(1)

    await expect.poll(async () => (await desk.show('field.media', { incident })).length, { timeout: 60_000 }).toBe(1)
    await press('Catat')
    await press('Buka', sheet())
    const shown = sheet().locator('.lines img')
    await shown.waitFor(PATIENCE)
    expect(await shown.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))).toBe(1600)
    await press('Tutup', sheet())
    await picture('c-6-back')
  }, 180_000)
})

describe('command is handed over', () => {
  oneStory()
  let other: BrowserContext
  let taker: Page

  test('the giver opens it for a code, and stays commander', async () => {
    await press('Serah komando')
    await sheet().getByLabel('Diserahkan kepada').fill('Danton B')
    await press('Mulai serah ke Danton B', sheet())
    await sheet().getByText('10 kotak belum').waitFor(PATIENCE)
    expect((await board()).commander?.holder).toBe('Danton A')
  }, 60_000)

  test('both tick on their own devices; the taker goes on without network', async () => {
    other = await browser.newContext({ viewport: { width: 412, height: 915 }, isMobile: true, hasTouch: true })
    taker = await other.newPage()
    await taker.clock.install({ time: Date.now() + ahead * 1000 })
    await taker.goto(`${demo.address}/komando/${incident}`)
    await signIn(taker, demo, 'danton')
    await taker.locator('.komando .col').first().waitFor(PATIENCE)
    await press('Lain', taker)
    await press(/^Serah komando/, sheet(taker))
    const tick = (on: Page, side: string) =>
      sheet(on).locator(`[role=checkbox][aria-checked=false][aria-label$="${side}"]`).first().click(PATIENCE)
    for (let n = 0; n < 5; n++) await tick(page, 'Danton A')
    await sheet().getByText('5 kotak belum').waitFor(PATIENCE)
    await sheet(taker).getByText('5 kotak belum').waitFor(PATIENCE)
    expect(await faults(taker)).toEqual([])

    await other.setOffline(true)
    for (let n = 0; n < 5; n++) await tick(taker, 'Danton B')
    // The taker's device knows that it is complete; the giver's does not, and nobody guesses there.
    await taker.locator('.who-commands', { hasText: 'Danton B' }).waitFor({ state: 'attached', ...PATIENCE })
    expect(await page.locator('.who-commands').textContent()).toContain('Danton A')
    expect((await board()).commander?.holder).toBe('Danton A')
  }, 120_000)

  test('the last square that reaches the node changes the commander everywhere', async () => {
    await other.setOffline(false)
    await expect.poll(async () => (await board()).commander?.holder, { timeout: 60_000 }).toBe('Danton B')
    await page.locator('.who-commands', { hasText: 'Danton B' }).waitFor(PATIENCE)
    await other.close()
  }, 90_000)
})
