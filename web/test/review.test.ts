// Looking back in a real browser against a real node: an incident is played from its log, a finding is followed up, the
// next similar incident asks whether the change worked, and a lesson is shared that names nobody.
import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Person, person, unitsFor } from './asks'
import { launch } from './browser.mjs'
import { startDemo } from './demo.mjs'
import { type Demo, faults, oneStory, PATIENCE, signIn } from './kit'

const PICTURES = process.env.SIAGA_PICTURES
const MINUTE = 60_000

let demo: Demo
let browser: Browser
let desk: Person
let page: Page
let first = ''

async function picture(name: string) {
  if (!PICTURES) return
  mkdirSync(PICTURES, { recursive: true })
  await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: !name.startsWith('failed') })
}

/** The page at the three widths, in both themes, and once in English. */
async function looks(name: string) {
  if (!PICTURES) return
  for (const [width, height] of [
    [360, 780],
    [820, 1180],
    [1920, 1080],
  ] as const)
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.setViewportSize({ width, height })
      await page.emulateMedia({ colorScheme })
      await page.waitForTimeout(400)
      await picture(`${name}-${colorScheme}-${width}`)
    }
  await page.emulateMedia({ colorScheme: 'dark' })
}

async function pageOf(account: string, how: BrowserContextOptions = { viewport: { width: 1920, height: 1080 } }) {
  const context = await browser.newContext({ colorScheme: 'dark', ...how })
  const opened = await context.newPage()
  await opened.addInitScript(() =>
    addEventListener('siaga-map', (event) => Object.assign(window, { drawn: (event as CustomEvent).detail })),
  )
  await opened.goto(`${demo.address}/tinjauan`)
  await signIn(opened, demo, account)
  await opened.getByRole('heading', { name: 'Kejadian selesai' }).waitFor(PATIENCE)
  return opened
}

/** A house fire of some time ago, minute by minute, as desk and scene said it; closed after 42 minutes. */
async function pastFire(begun: number): Promise<string> {
  const incident = randomUUID()
  const at = (minute: number) => new Date(begun + minute * MINUTE)
  const [one = '', two = '', other = ''] = await unitsFor(desk, 3)
  const say = (minute: number, kind: string, command: Record<string, unknown>, override?: string) =>
    desk.ask(kind, command, at(minute), override)
  const place = { lon: 117.4896, lat: 0.1289, type: 'fire.dense-housing', place: 'Jl. Gunung Sari RT 12' }
  await say(0, 'intake.open-incident', { incident, ...place })
  const proposal = {
    at: at(1).toISOString(),
    card: 'dense-housing',
    level: 1,
    engine: '1',
    way: 'roads',
    units: [one, other].map((unit) => ({ unit, eta_s: 300, eta_sd_s: 40, fulfils: [], why: '', way: 'roads' })),
  }
  const dispatch = { dispatch: randomUUID(), incident, units: [one, two], proposal }
  await say(1, 'dispatch.dispatch', dispatch, `rem ${other} sedang dicek`)
  for (const [minute, unit, status] of [
    [2, one, 'on-the-way'],
    [4.5, two, 'on-the-way'],
    [6.5, one, 'arrived'],
    [8, one, 'ready-to-serve'],
    [10, two, 'arrived'],
    [11, two, 'ready-to-serve'],
  ] as const)
    await say(minute, 'dispatch.report-status', { unit, status, incident })
  const admin = await person(demo, 'admin')
  await admin.ask('dispatch.link-tracker', { tracker: `app.${two}`, unit: two })
  for (let half = 9; half <= 20; half++)
    await desk.position(two, at(half / 2), [117.4726 + (half - 9) * 0.0015, 0.1365 - (half - 9) * 0.0007])
  await say(7, 'field.assume-command', { incident, holder: 'Danton A' })
  await say(7.5, 'field.set-sector', { incident, sector: 'depan', name: 'Sektor 1' })
  await say(8.5, 'field.move-crew', { incident, crew: one, to: 'depan' })
  await say(9, 'field.report-entry', { incident, crew: one, sector: 'depan', wearers: [{ person: '1', bar: 300 }] })
  await say(9.5, 'field.set-task', { incident, task: randomUUID(), kind: 'task', text: 'cari lantai 2' })
  const gas = {
    hazard: randomUUID(),
    kind: 'gas',
    shape: 'point',
    points: [{ lon: 117.4893, lat: 0.1292 }],
    radius_m: 40,
  }
  await say(12, 'field.mark-hazard', { incident, ...gas })
  await say(16, 'field.report-air', { incident, crew: one, person: '1', bar: 190 })
  await say(20, 'field.report-par', { incident, crew: one, result: 'complete', present: 3 })
  await say(25, 'field.report-exit', { incident, crew: one })
  await say(36, 'dispatch.set-mark', { incident, clock: 'out' })
  await say(40, 'intake.note-incident', { incident, note: 'Warga kembali ke rumah' })
  await say(42, 'dispatch.close-incident', { incident, outcome: 'handled' })
  return incident
}

/** The map's land has the colour that the page has for it, also after the device changed to another theme. */
async function mapFollows(colorScheme: 'light' | 'dark') {
  await page.emulateMedia({ colorScheme })
  await page.waitForFunction(
    (name) => {
      const { drawn } = window as unknown as { drawn: { getPaintProperty(layer: string, name: string): unknown } }
      const wanted = getComputedStyle(document.documentElement).getPropertyValue('--land').trim()
      return document.documentElement.dataset.theme === name && drawn.getPaintProperty('land', 'fill-color') === wanted
    },
    colorScheme,
    PATIENCE,
  )
}

const button = (name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' })
const finding = () => page.locator('.find', { hasText: 'PAR pertama lewat' })
const checked = () => page.locator('.checks > li', { hasText: 'PAR pertama lewat' })

beforeAll(async () => {
  ;[demo, browser] = await Promise.all([startDemo({ moved: true }), launch() as Promise<Browser>])
  desk = await person(demo, 'danton')
}, 180_000)

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await picture('failed').catch(() => {})
}, 40_000)

afterAll(async () => {
  await browser?.close()
  await demo?.stop()
}, 60_000)

describe('a review', () => {
  oneStory()

  test('opens an incident that is over, and shows each moment of it everywhere at once', async () => {
    first = await pastFire(Date.now() - 180 * MINUTE)
    page = await pageOf('danton')
    await page.goto(`${demo.address}/tinjauan/${first}`)
    await page.getByRole('heading', { level: 1, name: /Siap beraksi 08:00 setelah panggilan/ }).waitFor(PATIENCE)
    const clock = page.locator('.ans .clock')
    await clock.getByText('00:00').waitFor(PATIENCE)
    expect(await page.locator('.brd').textContent()).toContain('belum ada komandan')
    await page.locator('.jr .log').getByRole('button', { name: /Ke / }).first().waitFor(PATIENCE)
    await page.keyboard.press('End')
    await clock.getByText('42:00').waitFor(PATIENCE)
    const entry = page.locator('.jr li', { hasText: '300 bar' })
    await entry.getByRole('button').click()
    await clock.getByText('09:00').waitFor(PATIENCE)
    await page.locator('.brd', { hasText: 'Danton A' }).waitFor(PATIENCE)
    await page.locator('.brd .mini[data-inside]', { hasText: '300 bar' }).waitFor(PATIENCE)
    await page.locator('.recs', { hasText: 'sedang dicek' }).waitFor(PATIENCE)
    // Its tracker says where the second unit was on the road then.
    await page
      .locator('.map')
      .getByText(/skema, bukan untuk operasi · posisi pada \d\d:\d\d:\d\d$/)
      .waitFor(PATIENCE)
    expect(await page.locator('.map .hazard-sign').count()).toBe(0)
    await page.locator('.jr li', { hasText: '190 bar' }).getByRole('button').click()
    await page.locator('.map .hazard-sign').waitFor(PATIENCE)
    expect(await faults(page)).toEqual([])
    await mapFollows('light')
    await mapFollows('dark')
    await looks('one')
  }, 120_000)

  test('a finding of that moment gets an owner and a change that holds', async () => {
    await page.keyboard.press('f')
    await page.getByLabel('Apa yang ditemukan').fill('PAR pertama lewat satu menit')
    await page.getByLabel('Tentang').selectOption({ label: 'PAR' })
    expect(await faults(page, '.find-form')).toEqual([])
    await button('Catat temuan').click()
    await finding().getByText('tanpa pemilik 0 hari').waitFor(PATIENCE)
    await page.getByRole('heading', { level: 1, name: /1 temuan. 1 belum ada pemilik/ }).waitFor(PATIENCE)
    await finding().getByRole('button', { name: 'Tunjuk pemilik' }).click()
    await page.getByLabel('Pemilik', { exact: true }).selectOption({ label: 'perencana' })
    await button('Tunjuk').click()
    await finding().getByText('menunggu perubahan').waitFor(PATIENCE)
    await finding().getByRole('button', { name: 'Usulkan perubahan' }).click()
    await page.getByLabel('Kartu, rencana atau pelatihan').selectOption({ label: 'Kebakaran permukiman padat' })
    await page.getByLabel('Apa yang diubah').fill('Kanal kedua sejak regu kedua masuk')
    await button('Usulkan').click()
    await finding().getByRole('button', { name: 'Perubahan sudah berlaku' }).click()
    await finding().getByText('dicek 0 dari 3').waitFor(PATIENCE)
    await finding().getByRole('link', { name: 'Kebakaran permukiman padat versi 1' }).waitFor(PATIENCE)
    expect(await faults(page)).toEqual([])
    await looks('finding')
  }, 120_000)

  test('it is not over before a similar incident showed that the change works', async () => {
    await finding().getByRole('button', { name: 'Tutup temuan' }).click()
    await page.getByRole('status').filter({ hasText: 'Belum ada kejadian' }).waitFor(PATIENCE)
    await page.getByLabel('Mengapa ditutup tanpa cek').waitFor(PATIENCE)
    await page.keyboard.press('Escape')
    await demo.ahead(3600)
    await pastFire(Date.now() + 5 * MINUTE)
    await page.goto(`${demo.address}/tinjauan`)
    await page.getByRole('heading', { level: 1, name: /perubahan bisa dicek/ }).waitFor(PATIENCE)
    expect(await faults(page)).toEqual([])
    await looks('all')
    await checked().getByRole('link').click()
    await page.getByText('Perubahan dari kejadian lain bisa dicek di sini.').waitFor(PATIENCE)
    await checked().getByRole('button', { name: 'Cek hasilnya' }).click()
    await page.getByLabel('Catatan').fill('PAR tepat sepuluh menit')
    await button('Catat hasil cek').click()
    await checked().waitFor({ state: 'detached', ...PATIENCE })
    await page.goto(`${demo.address}/tinjauan`)
    await page.locator('.todo a', { hasText: 'PAR pertama lewat' }).click()
    await finding().getByText('perubahan berhasil').waitFor(PATIENCE)
    await page.locator('.dr', { hasText: 'Sampai siap' }).getByText('08:00').first().waitFor(PATIENCE)
    await page.getByText(/Titik: \d+ kejadian sejenis/).waitFor(PATIENCE)
    await finding().getByRole('button', { name: 'Tutup temuan' }).click()
    await finding()
      .getByText(/^ *selesai/)
      .waitFor(PATIENCE)
  }, 120_000)

  test('a lesson is shared in words of its own, without numbers of people', async () => {
    await finding().getByRole('button', { name: 'Bagikan pelajaran' }).click()
    await page.getByLabel('Judul').fill('PAR pada menit kesepuluh')
    await page.getByLabel('Apa yang terjadi').fill('Dua regu satu kanal; hubungi 0812 3456 7890')
    await page.getByLabel('Apa yang kami ubah').fill('Kanal kedua sejak regu kedua masuk')
    await button('Bagikan').click()
    await page.getByRole('status').filter({ hasText: 'nomor telepon' }).waitFor(PATIENCE)
    await page.getByLabel('Apa yang terjadi').fill('Dua regu satu kanal, PAR pertama lewat satu menit')
    expect(await faults(page)).toEqual([])
    await button('Bagikan').click()
    await page.getByRole('status').filter({ hasText: 'Pelajaran dibagikan' }).waitFor(PATIENCE)
    await page.goto(`${demo.address}/tinjauan`)
    await page.locator('.lesson', { hasText: 'PAR pada menit kesepuluh' }).waitFor(PATIENCE)
    expect(await faults(page)).toEqual([])
  }, 90_000)
})
