// A night's shortest story in a real browser against a real node: a call comes in, a unit goes, the incident closes.
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launch } from './browser.mjs'
import { startDemo } from './demo.mjs'
import { type Demo, faults, oneStory, PATIENCE } from './kit'

let demo: Demo
let browser: Browser
let context: BrowserContext
let page: Page
let number = ''
let code = ''
const elsewhere: string[] = []
const complaints: string[] = []

beforeAll(async () => {
  ;[demo, browser] = await Promise.all([startDemo(), launch() as Promise<Browser>])
  context = await browser.newContext({ viewport: { width: 1920, height: 1080 }, colorScheme: 'dark' })
  page = await context.newPage()
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(`${demo.address}/`))
      elsewhere.push(request.url())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    // What the browser itself says about a 401 before sign-in or a cut network is no fault of the page.
    if (message.type() === 'error' && !/Failed to load resource|ERR_/.test(message.text()))
      complaints.push(message.text())
  })
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await demo?.stop()
}, 60_000)

oneStory()

const incidents = () => page.getByRole('listbox', { name: 'Kejadian terbuka' }).getByRole('option')

const chosenNumber = async () =>
  ((await page.locator('.inc[aria-selected=true] .t').textContent(PATIENCE)) ?? '').slice(0, 4)

async function command(text: string) {
  await page.keyboard.press('/')
  await page.keyboard.type(text)
  await page.keyboard.press('Enter')
}

describe('the desk', () => {
  test('a dispatcher signs in, and a wrong password is refused in words', async () => {
    const danton = demo.signIns.find((one: { name: string }) => one.name === 'danton')
    await page.goto(`${demo.address}/meja`)
    // Until the node has said that nobody is signed in, the page is empty.
    await page.getByLabel('NIP atau nama pengguna').waitFor(PATIENCE)
    expect(await faults(page)).toEqual([])
    await page.getByLabel('NIP atau nama pengguna').fill('danton')
    await page.getByLabel('Sandi', { exact: true }).fill('bukan sandinya')
    await page.getByRole('button', { name: 'Masuk', exact: true }).click()
    await page.getByRole('alert').waitFor(PATIENCE)
    await page.getByLabel('Sandi', { exact: true }).fill(danton?.password ?? '')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Kejadian terbuka' }).waitFor(PATIENCE)
    await page.getByText('terhubung').waitFor(PATIENCE)
  }, 60_000)

  test('the map is drawn from the node alone and says that it is schematic', async () => {
    await page.locator('.map canvas').waitFor(PATIENCE)
    await page.getByText('skema, bukan untuk operasi').waitFor(PATIENCE)
    await expect.poll(() => page.locator('.marks .post').count(), PATIENCE).toBeGreaterThan(3)
  }, 60_000)

  test('the desk is free of accessibility faults in every theme', async () => {
    for (const theme of ['dark', 'light', 'sun']) {
      while ((await page.evaluate(() => document.documentElement.dataset.theme)) !== theme)
        await page.keyboard.press('t')
      expect(await faults(page), theme).toEqual([])
    }
    await page.keyboard.press('t')
  }, 60_000)

  test('N, the place, Enter, the type, Enter: units are on their way without a mouse', async () => {
    const before = await incidents().count()
    await page.keyboard.press('n')
    await page.keyboard.type('gunung sari')
    await page.locator('#where-list [role=option]').first().waitFor(PATIENCE)
    await page.keyboard.press('Enter')
    await expect.poll(() => incidents().count(), PATIENCE).toBe(before + 1)
    const dense = page.getByRole('button', { name: 'Permukiman padat' })
    await dense.waitFor(PATIENCE)
    expect(await faults(page)).toEqual([])
    const key = (await dense.locator('kbd').textContent()) ?? ''
    expect(key).toMatch(/^[1-9]$/)
    await page.keyboard.press(key)
    await page.locator('.types [aria-pressed=true]', { hasText: 'Permukiman padat' }).waitFor(PATIENCE)
    const send = page.getByRole('button', { name: /^Berangkatkan \d+ armada/ })
    await send.waitFor(PATIENCE)
    await page.keyboard.press('Enter')
    await page.getByText('diberangkatkan', { exact: false }).first().waitFor(PATIENCE)
    await expect.poll(() => incidents().first().textContent(), PATIENCE).toMatch(/\d armada/)
  }, 90_000)

  test('the command line reports a unit, and the list shows it', async () => {
    const chosen = page.locator('.inc[aria-selected=true] .t')
    await expect.poll(() => chosen.textContent(), PATIENCE).toMatch(/^\d{4}/)
    number = ((await chosen.textContent()) ?? '').slice(0, 4)
    const unit = page.locator('.unit', { hasText: `disiagakan · ${number}` }).first()
    code = (await unit.locator('.code').textContent(PATIENCE)) ?? ''
    await page.keyboard.press('/')
    await page.keyboard.type(`${code.toLowerCase()} ja`)
    await page.locator('#command-list [role=option]').first().waitFor(PATIENCE)
    await page.keyboard.press('Enter')
    await page
      .locator('.unit', { hasText: code })
      .filter({ hasText: `di jalan · ${number}` })
      .waitFor(PATIENCE)
    await page.locator('.log li', { hasText: `${code} Roda bergerak` }).waitFor(PATIENCE)
  }, 60_000)

  test('a busy unit is refused with where it is, and one line of reason overrules', async () => {
    const numbers = await page.locator('.inc .t').allTextContents()
    const other = numbers.map((text) => text.slice(0, 4)).find((one) => one !== number) ?? ''
    const pull = async () => {
      await page.keyboard.press('/')
      await page.keyboard.type(`${code.toLowerCase()} ke ${other}`)
      await page.keyboard.press('Enter')
      await page
        .getByRole('alert')
        .filter({ hasText: `${code} sedang di ${number}` })
        .waitFor(PATIENCE)
    }
    await pull()
    await page.getByRole('button', { name: 'Mengerti' }).click()
    await page
      .getByRole('alert')
      .filter({ hasText: code })
      .waitFor({ ...PATIENCE, state: 'detached' })
    await pull()
    await page.getByRole('alert').getByRole('textbox').fill('lebih dekat')
    await page.getByRole('button', { name: 'Tarik dengan alasan' }).click()
    await page
      .locator('.unit', { hasText: code })
      .filter({ hasText: `disiagakan · ${other}` })
      .waitFor(PATIENCE)
  }, 90_000)

  test('without the node the desk says so, keeps what is entered, and sends it afterwards', async () => {
    await page.getByText('semua terkirim').waitFor(PATIENCE)
    // The clock of the device goes back by ten minutes: the age of the picture counts all the same.
    await page.evaluate(() => {
      const real = Date.now
      Date.now = () => real() - 600_000
      Object.assign(window, { clockRight: () => (Date.now = real) })
    })
    await page.waitForTimeout(4000)
    demo.pause()
    await page.getByText('terputus').waitFor(PATIENCE)
    await page.locator('.link', { hasText: /\(([3-9]|[1-5]\d) dtk lalu\)/ }).waitFor(PATIENCE)
    await page.evaluate(() => (window as unknown as { clockRight(): void }).clockRight())
    await page.keyboard.press('j')
    await page.keyboard.type('PLN memutus aliran')
    await page.keyboard.press('Enter')
    await page.locator('.log li.pending', { hasText: 'PLN memutus aliran' }).waitFor(PATIENCE)
    await page.getByText('1 menunggu dikirim').waitFor(PATIENCE)
    demo.resume()
    await page.getByText('semua terkirim').waitFor(PATIENCE)
    await page.locator('.log li:not(.pending)', { hasText: 'PLN memutus aliran' }).waitFor(PATIENCE)
  }, 90_000)

  test('the incident closes with its outcome', async () => {
    await page.getByText('semua terkirim').waitFor(PATIENCE)
    const before = await incidents().count()
    number = await chosenNumber()
    await page.keyboard.press('x')
    await page.getByRole('button', { name: 'Tertangani' }).waitFor(PATIENCE)
    await page.keyboard.press('1')
    await expect.poll(() => incidents().count(), PATIENCE).toBe(before - 1)
  }, 60_000)

  test('S shows what is over, and a line of reason opens it again', async () => {
    await page.keyboard.press('s')
    const over = page.getByRole('listbox', { name: 'Kejadian selesai' }).getByRole('option', { name: number })
    await over.click()
    await page.getByRole('heading', { name: new RegExp(`^${number}`) }).waitFor(PATIENCE)
    expect(await faults(page, '.left')).toEqual([])
    await command(`buka ${number} api menyala lagi`)
    await page.locator('.log li', { hasText: 'Kejadian dibuka lagi: api menyala lagi' }).waitFor(PATIENCE)
    await page.keyboard.press('s')
    await incidents().filter({ hasText: number }).waitFor(PATIENCE)
  }, 60_000)

  test('a time is corrected by hand, the former one stands in the journal', async () => {
    await page.keyboard.press('m')
    await page.getByRole('button', { name: 'Perbaiki waktu' }).waitFor(PATIENCE)
    expect(await faults(page, '.right')).toEqual([])
    await page.keyboard.press('1')
    const answered = page.getByRole('textbox', { name: 'Laporan diterima' })
    await answered.waitFor(PATIENCE)
    expect(await faults(page, '.right')).toEqual([])
    const before = await answered.inputValue()
    const [h = 0, m = 0, s = 0] = before.split(':').map(Number)
    const seconds = (h * 3600 + m * 60 + s + 86_340) % 86_400
    const part = (n: number) => String(Math.floor(n)).padStart(2, '0')
    const earlier = [seconds / 3600, (seconds / 60) % 60, seconds % 60].map(part).join(':')
    await answered.fill('pukul lima')
    await page.keyboard.press('Enter')
    await page.getByText('Tulis jam seperti').waitFor(PATIENCE)
    await answered.fill(earlier)
    await page.keyboard.press('Enter')
    const line = page.locator('.log li', { hasText: `Laporan diterima ${earlier}, diperbaiki` })
    await line.locator('del', { hasText: before }).waitFor(PATIENCE)
    await page.getByText(`sejak panggilan ${earlier}`).waitFor(PATIENCE)
  }, 60_000)

  test('after a click on an incident Space goes on to the next, and the focus with it', async () => {
    await incidents().filter({ hasText: number }).click()
    const focused = () =>
      page.evaluate(() => document.activeElement?.querySelector('.t')?.textContent?.slice(0, 4) ?? 'elsewhere')
    const seen: string[] = []
    do {
      const before = await chosenNumber()
      seen.push(before)
      await page.keyboard.press('Space')
      await expect.poll(chosenNumber, PATIENCE).not.toBe(before)
      await expect.poll(focused, PATIENCE).toBe(await chosenNumber())
    } while ((await chosenNumber()) !== number)
    expect(seen).toHaveLength(await incidents().count())
  }, 60_000)

  test('units go again, and one is swapped for another', async () => {
    await incidents().filter({ hasText: number }).click() // the promised Enter holds after the mouse too
    await page.getByRole('button', { name: /^Berangkatkan \d+ armada/ }).waitFor(PATIENCE)
    await page.keyboard.press('Enter')
    const there = page.locator('.unit', { hasText: `disiagakan · ${number}` })
    await there.first().waitFor(PATIENCE)
    await page.getByText('semua terkirim').waitFor(PATIENCE)
    const leaves = (await there.first().locator('.code').textContent()) ?? ''
    const free = page.locator('.unit', { hasText: /siap ·|cadangan ·/ })
    const goes = (await free.first().locator('.code').textContent()) ?? ''
    await command(`tukar ${leaves} ${goes}`.toLowerCase())
    await there.filter({ hasText: goes }).waitFor(PATIENCE)
    await there.filter({ hasText: leaves }).waitFor({ ...PATIENCE, state: 'detached' })
    await page.locator('.log li', { hasText: `${leaves} dilepas` }).waitFor(PATIENCE)
  }, 60_000)

  test('a road is closed where the incident is, and opened again', async () => {
    await page.keyboard.press('r')
    const close = page.getByRole('button', { name: 'Tutup jalan di sini' })
    await close.waitFor(PATIENCE)
    expect(await faults(page, '.right')).toEqual([])
    await page.keyboard.press('Enter')
    await page.locator('.marks .shut-text').waitFor({ ...PATIENCE, state: 'attached' })
    await page.keyboard.press('r')
    await page.getByRole('button', { name: 'Buka', exact: true }).click()
    await page.locator('.marks .shut-text').waitFor({ ...PATIENCE, state: 'detached' })
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await close.waitFor({ ...PATIENCE, state: 'detached' })
  }, 60_000)

  test('an exercise is one from its first second, to the eye and in the journal of calls', async () => {
    await page.keyboard.press('n')
    await page.keyboard.press('Alt+l')
    await page.locator('.call-head', { hasText: 'LATIHAN' }).waitFor(PATIENCE)
    await page.keyboard.type('loktuan')
    await page.locator('#where-list [role=option]').first().waitFor(PATIENCE)
    await page.keyboard.press('Enter')
    const drill = incidents()
      .filter({ hasText: 'LATIHAN' })
      .filter({ hasText: /^[A-Z]?\d{4}/ })
    await drill.first().locator('.sym[data-k=drill]').waitFor(PATIENCE)
    await page.keyboard.press('p')
    await page.getByRole('button', { name: 'Rujukan rekaman' }).waitFor(PATIENCE)
    expect(await faults(page, '.right')).toEqual([])
    await page.getByRole('button', { name: 'Rujukan rekaman' }).click()
    await page.getByLabel('Nomor atau letak rekaman').fill('rek-7')
    await page.keyboard.press('Enter')
    await page.locator('.call-about dd', { hasText: 'rek-7' }).waitFor(PATIENCE)
    await page.keyboard.press('p')
    await page.getByRole('button', { name: 'Hasil panggilan' }).click()
    await page.getByRole('button', { name: 'Uji coba' }).click()
    await page.locator('.call-about .chip', { hasText: 'Uji coba' }).waitFor(PATIENCE)
    await page.getByText('semua terkirim').waitFor(PATIENCE)
    await page.keyboard.press('Escape')
    const before = await incidents().count()
    await command(`batal ${await chosenNumber()} latihan selesai`)
    await expect.poll(() => incidents().count(), PATIENCE).toBe(before - 1)
  }, 60_000)

  test('English is one key away', async () => {
    await page.keyboard.press('l')
    await page.getByRole('heading', { name: 'Open incidents' }).waitFor(PATIENCE)
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('en')
    await page.keyboard.press('l')
  })

  test('on a phone the same desk is three pages, each free of faults', async () => {
    await page.setViewportSize({ width: 360, height: 780 })
    for (const name of ['Daftar', 'Peta', /^\d{4}$|Rincian/]) {
      await page.getByRole('navigation', { name: 'Halaman Meja' }).getByRole('link', { name }).click()
      expect(await faults(page), String(name)).toEqual([])
      const wide = await page.evaluate(() => document.documentElement.scrollWidth)
      expect(wide).toBeLessThanOrEqual(360)
    }
    await page.getByRole('button', { name: 'lainnya' }).first().click()
    await page.getByRole('button', { name: 'Perbaiki waktu' }).click()
    await page.getByRole('textbox', { name: 'Laporan diterima' }).waitFor(PATIENCE)
    expect(await faults(page)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
  }, 60_000)

  test('nothing was asked of anybody but the node, and nothing went wrong on the page', () => {
    expect(elsewhere).toEqual([])
    expect(complaints).toEqual([])
  })
})
