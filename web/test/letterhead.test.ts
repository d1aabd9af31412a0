// What stands on official papers, in a real browser: name, rank and NIP under a signature; the letterhead and its mark,
// which is refused where it is more than a drawing.
import { mkdirSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Person, person } from './asks'
import { launch } from './browser.mjs'
import { startDemo } from './demo.mjs'
import { type Demo, faults, oneStory, PATIENCE, signIn } from './kit'

const PICTURES = process.env.SIAGA_PICTURES
const SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
let demo: Demo
let browser: Browser
let page: Page
let admin: Person

beforeAll(async () => {
  ;[demo, browser] = await Promise.all([startDemo(), launch() as Promise<Browser>])
  const context = await browser.newContext({ locale: 'id-ID', viewport: { width: 1366, height: 900 } })
  page = await context.newPage()
  admin = await person(demo, 'admin')
}, 180_000)

afterAll(async () => {
  await browser?.close()
  await demo?.stop()
}, 60_000)

oneStory()

const drawing = (name: string, text: string) => ({ name, mimeType: 'image/svg+xml', buffer: Buffer.from(text) })
const said = (text: string) => page.locator('.said-of', { hasText: text }).waitFor(PATIENCE)
type Kept = { readonly content: string; readonly text: string; readonly address: string }
const logo = async () => (await admin.show<Kept>('paper.logo'))[0]

/** What is wrong with the page as it stands, at every width and in both themes. */
async function looks(name: string): Promise<string[]> {
  const found: string[] = []
  for (const [width, height] of [
    [360, 780],
    [820, 1180],
    [1920, 1080],
  ] as const)
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.setViewportSize({ width, height })
      await page.emulateMedia({ colorScheme })
      await page.waitForFunction((theme) => document.documentElement.dataset.theme === theme, colorScheme, PATIENCE)
      const over = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      if (over > 0) found.push(`${width} ${colorScheme}: ${over} px wider than the window`)
      found.push(...(await faults(page)).map((fault) => `${width} ${colorScheme}: ${fault}`))
      if (!PICTURES) continue
      mkdirSync(PICTURES, { recursive: true })
      await page.screenshot({ path: `${PICTURES}/${name}-${colorScheme}-${width}.png`, fullPage: true })
    }
  return found
}

test('name, rank and NIP are said for an account, an identity number is refused with a sentence', async () => {
  await page.goto(`${demo.address}/pengaturan`)
  await signIn(page, demo, 'admin')
  const row = page.locator('.thing', { has: page.locator('summary b', { hasText: 'pelapor' }) })
  await row.locator('> details > summary').click(PATIENCE)
  await row.getByText('Nama di surat, pangkat, NIP').click()
  const number = row.getByLabel('NIP', { exact: true })
  await number.waitFor(PATIENCE)
  expect(await row.getByLabel('Pangkat/golongan').inputValue()).toBe('Pengatur (II/c)')
  await row.getByLabel('Nama lengkap dengan gelar').fill('Petugas Contoh, S.T.')
  await number.fill('6474010101800001')
  await row.getByRole('button', { name: 'Simpan', exact: true }).click()
  await said('NIP terdiri atas 18 angka')
  await number.fill('00000000 000000 0 000')
  await row.getByRole('button', { name: 'Simpan', exact: true }).click()
  await said('Nama, pangkat, dan NIP pelapor disimpan.')
  expect(await looks('signature')).toEqual([])
  const kept = await admin.show<object>('access.service', { account: 'demo.pelapor' })
  expect(kept).toMatchObject([
    { name: 'Petugas Contoh, S.T.', rank: 'Pengatur (II/c)', number: '00000000 000000 0 000' },
  ])
}, 120_000)

test('the letterhead is changed and holds what was not touched', async () => {
  await page.goto(`${demo.address}/pengaturan#kop`)
  const address = page.getByLabel('Alamat', { exact: true })
  await address.waitFor(PATIENCE)
  const head = await page.getByLabel('Jabatan kepala').inputValue()
  await address.fill('Jalan Contoh Nomor 2, Bontang')
  await page.getByRole('button', { name: 'Simpan kop surat' }).click()
  await said('Kop surat disimpan')
  expect(await admin.show<object>('paper.letterhead')).toMatchObject([
    { address: 'Jalan Contoh Nomor 2, Bontang', head, basis: expect.arrayContaining([expect.any(String)]) },
  ])
}, 60_000)

test('a mark that runs something is refused and the old one stays; a plain drawing is put on papers', async () => {
  const before = await logo()
  const file = page.locator('.mark input[type=file]')
  await file.setInputFiles(drawing('jahat.svg', `${SVG}<script>alert(1)</script></svg>`))
  await page.getByRole('button', { name: 'Pasang lambang' }).click()
  await said('Lambang memuat script')
  expect(await logo()).toEqual(before)
  await file.setInputFiles(drawing('besar.svg', `${SVG}<!--${'x'.repeat(150_000)}--></svg>`))
  await page.getByRole('alert').getByText('150 kB').waitFor(PATIENCE)
  await file.setInputFiles(drawing('baik.svg', `${SVG}<circle cx="4.5" cy="4.5" r="4"/></svg>`))
  await page.getByLabel('Yang digambarkan').fill('Lingkaran hitam')
  expect(await looks('kop')).toEqual([])
  await page.getByRole('button', { name: 'Pasang lambang' }).click()
  await said('Lambang dipasang')
  expect(await logo()).toMatchObject({ text: 'Lingkaran hitam' })
}, 120_000)

test('the mark is taken off when that is asked twice', async () => {
  await page.getByRole('button', { name: 'Hapus lambang' }).click()
  await page.getByRole('button', { name: 'Ya, cetak tanpa lambang' }).click()
  await page.getByText('Belum ada lambang').waitFor(PATIENCE)
  expect(await logo()).toBeUndefined()
}, 60_000)
