// The administrator's screen in a real browser: an account that can sign in until it is closed, a token that works until
// it is revoked, a receiver that is called, and nothing secret left on the device.
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
const press = (name: string, within: Page | ReturnType<typeof row> = page) =>
  within.getByRole('button', { name, exact: true }).click(PATIENCE)
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

describe('accounts', () => {
  test('an administrator makes an account; its password is shown once and signs in', async () => {
    await page.goto(`${demo.address}/pengaturan`)
    await signIn(page, demo, 'admin')
    await page.getByRole('heading', { name: 'Akun' }).waitFor(PATIENCE)
    await row('komandan').waitFor(PATIENCE)
    await page.locator('.new summary').click()
    await page.getByLabel('NIP atau nama pengguna').fill('operator-3')
    await page.locator('.new').getByLabel('operator', { exact: true }).check()
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
    const stored = await page.evaluate(async () => {
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
    expect(stored).toContain('admin')
    expect(stored).not.toContain(password)
  }, 60_000)

  test('signed out everywhere, closed, and opened again: the node does what the screen says', async () => {
    await row('operator-3').locator('summary').click()
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
    await row('admin').locator('summary').click()
    await surely('Tutup akun', 'Ya, tutup dan keluarkan', 'admin')
    await page.locator('.said-of[data-s=watch]').waitFor(PATIENCE)
    expect(await page.locator('.said-of').textContent()).toMatch(/administrator/)
    expect(await row('admin').getAttribute('data-off')).toBeNull()
  }, 60_000)

  test('a token is made by keyboard, works, and works no more when it is revoked', async () => {
    await page.locator('h1').click()
    await page.keyboard.press('3')
    await page.getByRole('heading', { name: 'Token' }).waitFor(PATIENCE)
    await page.locator('.new summary').focus()
    await page.keyboard.press('Enter')
    await page.getByLabel('Untuk program apa').fill('penjadwalan')
    await page.locator('.new').getByLabel('perencana', { exact: true }).focus()
    await page.keyboard.press('Space')
    await page.keyboard.press('Enter')
    await page.getByText('Token penjadwalan diterbitkan.').waitFor(PATIENCE)
    token = (await page.locator('.once output').textContent()) ?? ''
    expect(await looks(token)).toBe(200)
    expect(await faults(page)).toEqual([])
    await row('penjadwalan').locator('summary').click()
    await surely('Cabut token', 'Ya, token ini tidak berlaku lagi', 'penjadwalan')
    await row('penjadwalan').waitFor({ state: 'detached', ...PATIENCE })
    expect(await looks(token)).toBe(401)
  }, 90_000)

  test('a receiver is entered, goes off duty, and is removed', async () => {
    await page.locator('h1').click()
    await page.keyboard.press('4')
    await page.getByRole('heading', { name: 'Penerima' }).waitFor(PATIENCE)
    await page.locator('.new summary').click()
    await page.getByLabel('Kode di dinas (bukan nama)').fill('DR-07')
    await page.getByLabel('Nomor telepon').fill('+6281200000000')
    await page.locator('.new').getByLabel('SMS', { exact: true }).check()
    await press('Tambah penerima')
    await page.getByText('DR-07 akan dipanggil.').waitFor(PATIENCE)
    await row('DR-07').locator('summary').click()
    expect(await faults(page)).toEqual([])
    await press('Lepas tugas', row('DR-07'))
    await row('DR-07').locator('summary', { hasText: 'lepas tugas' }).waitFor(PATIENCE)
    await surely('Hapus penerima', 'Ya, hapus beserta alamatnya', 'DR-07')
    await row('DR-07').waitFor({ state: 'detached', ...PATIENCE })
  }, 90_000)
})
