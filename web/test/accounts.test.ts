// The administrator's screen in a real browser: an account that can sign in until it is closed, a token that works until
// it is revoked, receivers that are called, a device that comes in by a link once, and nothing secret left on the device.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launch } from './browser.mjs'
import { startDemo } from './demo.mjs'
import { type Demo, faults, oneStory, PATIENCE, signIn } from './kit'

let demo: Demo
let browser: Browser
let context: BrowserContext
let page: Page
let password = ''
let token = ''
let link = ''

beforeAll(async () => {
  ;[demo, browser] = await Promise.all([startDemo(), launch() as Promise<Browser>])
  context = await browser.newContext({ viewport: { width: 1366, height: 900 } })
  page = await context.newPage()
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await demo?.stop()
}, 60_000)

oneStory()

const row = (name: string) => page.locator('.thing', { has: page.locator('summary b', { hasText: name }) })
/** Its line, which opens it. */
const head = (name: string) => row(name).locator('> details > summary')
const press = (name: string, within: Page | ReturnType<typeof row> = page) =>
  within.getByRole('button', { name, exact: true }).click(PATIENCE)
/** The form for a new one, above the list. */
const made = () => page.locator('main > .new')
/** An act that is asked twice. */
async function surely(words: string, sure: string, name: string) {
  await press(words, row(name))
  await press(sure, row(name))
}
const enters = async (name: string, secret: string) =>
  (
    await fetch(`${demo.address}/api/session`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ name, password: secret }),
    })
  ).status
const looks = async (bearer: string) =>
  (await fetch(`${demo.address}/api/views/access.me`, { headers: { Authorization: `Bearer ${bearer}` } })).status

/** All that this browser keeps. */
const stored = () =>
  page.evaluate(async () => {
    const opening = indexedDB.open('siaga')
    await new Promise((resolve) => (opening.onsuccess = resolve))
    const names = [...opening.result.objectStoreNames]
    const all = await Promise.all(
      names.map(async (name) => {
        const reading = opening.result.transaction(name).objectStore(name).getAll()
        await new Promise((resolve) => (reading.onsuccess = resolve))
        return JSON.stringify(reading.result)
      }),
    )
    return all.join() + JSON.stringify({ ...localStorage })
  })
/** A link for a new device, as the screen makes it. */
async function offerDevice(label: string, unit: string) {
  await made().locator('summary').first().click()
  await made().getByLabel('Perangkat apa').fill(label)
  await made().getByLabel('Armada').selectOption(unit)
  await press('Buat tautan')
  await page.getByText(`Tautan untuk ${label} dibuat.`).waitFor(PATIENCE)
}
/** Another browser opens the link and presses the button; what it is told. */
async function takeUp(address: string): Promise<string> {
  const device = await browser.newContext({ locale: 'id-ID', viewport: { width: 820, height: 1180 } })
  const tab = await device.newPage()
  await tab.goto(address)
  expect(await faults(tab)).toEqual([])
  await tab.getByRole('button', { name: 'Daftarkan perangkat' }).click(PATIENCE)
  await tab.waitForFunction(() => document.querySelector('#said')?.textContent, undefined, PATIENCE)
  const said = (await tab.locator('#said').textContent()) ?? ''
  await device.close()
  return said
}

describe('accounts', () => {
  test('an administrator makes an account; its password is shown once and signs in', async () => {
    await page.goto(`${demo.address}/pengaturan`)
    await signIn(page, demo, 'admin')
    await page.getByRole('heading', { name: 'Akun' }).waitFor(PATIENCE)
    await row('komandan').waitFor(PATIENCE)
    await made().locator('summary').first().click()
    await page.getByLabel('NIP atau nama pengguna').fill('operator-3')
    await made().getByLabel('operator', { exact: true }).check()
    await page.keyboard.press('Enter')
    await page.getByText('Akun operator-3 dibuat.').waitFor(PATIENCE)
    password = (await page.locator('.once output').textContent()) ?? ''
    expect(password).toMatch(/^(\w{4}-){3}\w{4}$/)
    expect(await enters('operator-3', password)).toBe(200)
    expect(await faults(page)).toEqual([])
    await press('Sudah dicatat')
    expect(await page.content()).not.toContain(password)
  }, 90_000)

  test('nothing of it is stored on the device', async () => {
    expect(await stored()).toContain('admin')
    expect(await stored()).not.toContain(password)
  }, 60_000)

  test('signed out everywhere, closed, and opened again: the node does what the screen says', async () => {
    await head('operator-3').click()
    await surely('Keluarkan dari semua perangkat', 'Ya, keluarkan sekarang', 'operator-3')
    await page.getByText('operator-3 dikeluarkan dari semua perangkat.').waitFor(PATIENCE)
    await surely('Tutup akun', 'Ya, tutup dan keluarkan', 'operator-3')
    await row('operator-3').getByText('ditutup').waitFor(PATIENCE)
    expect(await enters('operator-3', password)).toBe(401)
    await press('Buka lagi', row('operator-3'))
    await page.getByText('Akun operator-3 dibuka lagi.').waitFor(PATIENCE)
    expect(await enters('operator-3', password)).toBe(200)
  }, 90_000)

  test('the last administrator stays one: the refusal is a sentence on the screen', async () => {
    await head('admin').click()
    await surely('Tutup akun', 'Ya, tutup dan keluarkan', 'admin')
    await page.locator('.said-of[data-s=watch]').waitFor(PATIENCE)
    expect(await page.locator('.said-of').textContent()).toMatch(/administrator/)
    expect(await row('admin').getAttribute('data-off')).toBeNull()
  }, 60_000)

  test('a token is made by keyboard, works, and works no more when it is revoked', async () => {
    await page.locator('h1').click()
    await page.keyboard.press('3')
    await page.getByRole('heading', { name: 'Token' }).waitFor(PATIENCE)
    await made().locator('summary').first().focus()
    await page.keyboard.press('Enter')
    await page.getByLabel('Untuk program apa').fill('penjadwalan')
    await made().getByLabel('perencana', { exact: true }).focus()
    await page.keyboard.press('Space')
    await page.keyboard.press('Enter')
    await page.getByText('Token penjadwalan diterbitkan.').waitFor(PATIENCE)
    token = (await page.locator('.once output').textContent()) ?? ''
    expect(await looks(token)).toBe(200)
    expect(await faults(page)).toEqual([])
    await head('penjadwalan').click()
    await surely('Cabut token', 'Ya, token ini tidak berlaku lagi', 'penjadwalan')
    await row('penjadwalan').waitFor({ state: 'detached', ...PATIENCE })
    expect(await looks(token)).toBe(401)
  }, 90_000)

  test('a receiver is entered, goes off duty, and is removed', async () => {
    await page.locator('h1').click()
    await page.keyboard.press('4')
    await page.getByRole('heading', { name: 'Penerima' }).waitFor(PATIENCE)
    await made().locator('summary').first().click()
    await page.getByLabel('Kode di dinas (bukan nama)').fill('DR-07')
    await page.getByLabel('Nomor telepon').fill('+6281200000000')
    await made().getByLabel('SMS', { exact: true }).check()
    await press('Tambah penerima')
    await page.getByText('DR-07 akan dipanggil.').waitFor(PATIENCE)
    await head('DR-07').click()
    expect(await faults(page)).toEqual([])
    await press('Lepas piket', row('DR-07'))
    await head('DR-07').filter({ hasText: 'lepas piket' }).waitFor(PATIENCE)
    await row('DR-07').getByLabel('Akun yang menjawab').selectOption('pelatih')
    await press('Simpan', row('DR-07'))
    await page.getByText('Pengaturan DR-07 disimpan.').waitFor(PATIENCE)
    await surely('Hapus penerima', 'Ya, hapus beserta alamatnya', 'DR-07')
    await row('DR-07').waitFor({ state: 'detached', ...PATIENCE })
  }, 90_000)

  test('an organisation is called by webhook: its secret is shown once, its address is seen by who opens it', async () => {
    await made().locator('summary').first().click()
    await made().getByLabel('Siapa').selectOption('organisation')
    await page.getByLabel('Kode di dinas (bukan nama)').fill('RSUD')
    await made().getByLabel('Alamat webhook').fill('https://alarm.example.org/siaga')
    await made().getByLabel('Webhook', { exact: true }).check()
    await made().getByText('Ikut mendengar').click()
    await made().getByLabel('BTG-1', { exact: true }).check()
    await press('Tambah penerima')
    await page.getByText('RSUD akan dipanggil.').waitFor(PATIENCE)
    const first = (await page.locator('.once output').textContent()) ?? ''
    expect(first).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    await press('Sudah dicatat')
    await head('RSUD').click()
    await row('RSUD').getByText('Lihat dan ubah alamat').click()
    const address = row('RSUD').getByLabel('Alamat webhook')
    await address.waitFor(PATIENCE)
    expect(await address.inputValue()).toBe('https://alarm.example.org/siaga')
    expect(await faults(page)).toEqual([])
    await row('RSUD').getByLabel('Alamat e-mail').fill('igd@example.org')
    await press('Simpan alamat', row('RSUD'))
    await page.getByText('Alamat RSUD disimpan.').waitFor(PATIENCE)
    const second = (await page.locator('.once output').textContent()) ?? ''
    expect(second).toMatch(/^whsec_/)
    expect(second).not.toBe(first)
    await surely('Hapus penerima', 'Ya, hapus beserta alamatnya', 'RSUD')
    await row('RSUD').waitFor({ state: 'detached', ...PATIENCE })
  }, 90_000)

  test('a device is enrolled by a link that works once: the other browser rides on the unit it was made for', async () => {
    await page.locator('h1').click()
    await page.keyboard.press('2')
    await page.getByRole('heading', { name: 'Perangkat' }).waitFor(PATIENCE)
    await offerDevice('tablet BTG-2', 'BTG-2')
    link = (await page.locator('.once output').textContent()) ?? ''
    expect(link).toMatch(/\/masuk\/perangkat#sge_[A-Za-z0-9_-]{43}$/)
    await page.getByAltText('Kode QR tautan ini').waitFor(PATIENCE)
    expect(
      await page.getByAltText('Kode QR tautan ini').evaluate((of) => (of as HTMLImageElement).naturalWidth > 100),
    ).toBe(true)
    expect(await faults(page)).toEqual([])
    expect(await takeUp(link)).toMatch(/^Perangkat terdaftar/)
    // The link is worth nothing now, and goes from the screen by itself.
    await page.locator('.once').waitFor({ state: 'detached', ...PATIENCE })
    await head('tablet BTG-2').filter({ hasText: 'BTG-2 · kru' }).waitFor(PATIENCE)
    expect(await takeUp(link)).toMatch(/sudah dipakai/)
  }, 120_000)

  test('the device moves to another unit, and is shut out', async () => {
    await head('tablet BTG-2').click()
    await row('tablet BTG-2').getByLabel('Armada').selectOption('BTG-3')
    await press('Pindahkan', row('tablet BTG-2'))
    await page.getByText('tablet BTG-2 sekarang di BTG-3.').waitFor(PATIENCE)
    await head('tablet BTG-2').filter({ hasText: 'BTG-3 · kru' }).waitFor(PATIENCE)
    expect(await faults(page)).toEqual([])
    await surely('Cabut perangkat', 'Ya, perangkat ini tidak bisa masuk lagi', 'tablet BTG-2')
    await row('tablet BTG-2').waitFor({ state: 'detached', ...PATIENCE })
  }, 90_000)

  test('a link that is taken back lets nobody in, and no code of a link is in the log or on this device', async () => {
    await offerDevice('pos Loktuan', '')
    const other = (await page.locator('.once output').textContent()) ?? ''
    await head('pos Loktuan').click()
    await surely('Tarik tautan', 'Ya, tautan ini tidak berlaku lagi', 'pos Loktuan')
    await page.locator('.once').waitFor({ state: 'detached', ...PATIENCE })
    expect(await takeUp(other)).toMatch(/sudah dipakai atau sudah lewat/)
    const kept = readdirSync(demo.data).filter((name) => name.startsWith('siaga.db'))
    expect(kept).toContain('siaga.db')
    for (const one of [link, other]) {
      const code = one.split('#')[1] ?? ''
      expect(code).not.toBe('')
      expect(await page.content()).not.toContain(code)
      expect(await stored()).not.toContain(code)
      expect(kept.filter((name) => readFileSync(join(demo.data, name)).includes(code))).toEqual([])
    }
  }, 120_000)
})
