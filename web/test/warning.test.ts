// Warning the public in a real browser against a real node: from the desk a shift leader writes a warning from the node's
// draft, draws where it holds, issues it, replaces it, takes it back; the file somebody carries on is CAP; axe is content.
import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Person, person } from './asks'
import { launch } from './browser.mjs'
import { startDemo } from './demo.mjs'
import { type Demo, faults, oneStory, PATIENCE, signIn } from './kit'

const PICTURES = process.env.SIAGA_PICTURES
let demo: Demo
let browser: Browser
let desk: Person
let page: Page
let incident = ''
let number = ''

/** The page at the three widths, in both themes. */
async function looks(name: string) {
  const found: string[] = []
  for (const [width, height] of [
    [360, 780],
    [820, 1180],
    [1920, 1080],
  ] as const)
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.setViewportSize({ width, height })
      await page.emulateMedia({ colorScheme })
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      if (wide > 0) found.push(`${name} ${width} scrolls sideways`)
      found.push(...(await faults(page)).map((fault) => `${name} ${width} ${colorScheme}: ${fault}`))
      if (!PICTURES) continue
      mkdirSync(PICTURES, { recursive: true })
      await page.waitForTimeout(400)
      await page.screenshot({ path: `${PICTURES}/${name}-${colorScheme}-${width}.png`, fullPage: true })
    }
  await page.emulateMedia({ colorScheme: 'dark' })
  expect(found).toEqual([])
}

const messages = () => desk.show<{ kind: string; state: string; headline: string }>('warning.of-incident', { incident })

/** The file as it is saved. */
async function saved(): Promise<string> {
  const waiting = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Simpan CAP' }).first().click()
  return readFile(await (await waiting).path(), 'utf8')
}

beforeAll(async () => {
  ;[demo, browser] = await Promise.all([startDemo(), launch() as Promise<Browser>])
  desk = await person(demo, 'danton')
  incident = randomUUID()
  const place = { lon: 117.4896, lat: 0.1289, type: 'hazmat.gas-leak', place: 'Gudang es, Jl. Gunung Sari' }
  await desk.ask('intake.open-incident', { incident, ...place })
  const rows = await desk.show<{ incident: string; number: string }>('dispatch.incidents')
  number = rows.find((one) => one.incident === incident)?.number ?? ''
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 }, colorScheme: 'dark' })
  page = await context.newPage()
  await page.goto(`${demo.address}/meja`)
  await signIn(page, demo, 'danton')
}, 180_000)

afterAll(async () => {
  await browser?.close()
  await demo?.stop()
})

describe('a leak of gas, and the public is warned', () => {
  oneStory()

  test('the desk leads from the command line to the warnings of the incident', async () => {
    await page.locator('.desk [role=option]').first().waitFor(PATIENCE)
    await page.keyboard.press('/')
    await page.keyboard.type(`peringatan ${number.replace(/^.*\D/, '')}`)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: /^Peringatan warga: / }).waitFor(PATIENCE)
    await page.getByText('Tidak ada peringatan yang berlaku.').waitFor(PATIENCE)
    await looks('warning-none')
  }, 120_000)

  test('a draft is chosen, an area drawn without a pointer, and nothing goes before somebody answers for it', async () => {
    await page.setViewportSize({ width: 1920, height: 1080 })
    await page.getByRole('button', { name: 'Tulis peringatan' }).click()
    await page.getByLabel('Mulai dari rancangan').selectOption('shelter')
    await expect
      .poll(() => page.getByLabel('Judul', { exact: true }).inputValue(), PATIENCE)
      .toContain('Tetap di dalam ruangan')
    expect(await page.getByLabel('Lingkaran di sekitar kejadian').inputValue()).toBe('1000')
    expect(await page.getByLabel('Judul, bahasa Inggris').inputValue()).toContain('Stay indoors')
    await page.locator('.warn .map canvas').waitFor(PATIENCE)
    const issue = page.getByRole('button', { name: /^Terbitkan, berlaku sampai / })
    expect(await issue.isDisabled()).toBe(true)
    const box = await page.locator('.warn .map canvas').boundingBox()
    if (!box) throw new Error('the map has no box')
    for (const [x, y] of [
      [0.3, 0.3],
      [0.7, 0.3],
      [0.6, 0.7],
    ] as const)
      await page.mouse.click(box.x + box.width * x, box.y + box.height * y)
    await page.getByText('Bidang sendiri: 3 titik.').waitFor(PATIENCE)
    await page.getByRole('button', { name: 'Titik di tengah peta' }).click()
    await page.getByText('Bidang sendiri: 4 titik.').waitFor(PATIENCE)
    await page.getByRole('button', { name: 'Urungkan' }).click()
    await looks('warning-form')
    await page.setViewportSize({ width: 1920, height: 1080 })
    await page.getByLabel('Judul', { exact: true }).fill('Tutup pintu dan jendela: amonia bocor')
    await page.getByLabel(/^Sudah saya baca/).check()
    await issue.click()
    await page.getByText('Peringatan diterbitkan.').waitFor(PATIENCE)
    await page.getByRole('heading', { name: 'Tutup pintu dan jendela: amonia bocor' }).waitFor(PATIENCE)
    expect((await messages()).map((one) => one.kind)).toEqual(['alert'])
    const file = await saved()
    expect(file).toContain('<status>Actual</status>')
    expect(file.match(/<polygon>/g)).toHaveLength(2)
    expect(file.match(/<circle>[^<]* 1\.000</g)).toHaveLength(2)
    await looks('warning-holds')
  }, 240_000)

  test('all that hold stand on one page, readable in the sun and in English', async () => {
    await page.goto(`${demo.address}/peringatan`)
    await page.getByRole('heading', { level: 1, name: '1 peringatan warga berlaku.' }).waitFor(PATIENCE)
    await looks('warning-all')
    await page.setViewportSize({ width: 820, height: 1180 })
    await page.evaluate(() => localStorage.setItem('siaga.language', 'en'))
    await page.goto(`${demo.address}/peringatan`)
    await page.getByRole('heading', { level: 1, name: '1 public warning holds.' }).waitFor(PATIENCE)
    await page.getByRole('link', { name: /^Tutup pintu dan jendela: amonia bocor/ }).click()
    await page.getByRole('button', { name: 'Update' }).click(PATIENCE)
    await page.locator('.warn .map canvas').waitFor(PATIENCE)
    await page.evaluate(() => {
      document.documentElement.dataset.theme = 'sun'
    })
    expect(await faults(page)).toEqual([])
    if (PICTURES) await page.screenshot({ path: `${PICTURES}/warning-update-sun-en-820.png`, fullPage: true })
    await page.evaluate(() => localStorage.setItem('siaga.language', 'id'))
  }, 120_000)

  test('the desk says that it holds', async () => {
    await page.setViewportSize({ width: 1920, height: 1080 })
    await page.goto(`${demo.address}/meja/${incident}`)
    await page.getByRole('link', { name: /^Peringatan warga: berlaku sampai / }).click(PATIENCE)
    await page.getByRole('heading', { level: 1, name: /^Peringatan warga: / }).waitFor(PATIENCE)
  }, 60_000)

  test('it is replaced, then taken back, and each is said to whoever reads the file', async () => {
    await page.getByRole('button', { name: 'Perbarui' }).click(PATIENCE)
    await page.getByLabel('Lingkaran di sekitar kejadian').selectOption('500')
    await page.getByLabel('Judul', { exact: true }).fill('Kini 500 meter: tutup pintu dan jendela')
    await page.getByLabel(/^Sudah saya baca/).check()
    await page.getByRole('button', { name: /^Ganti, berlaku sampai / }).click()
    await page.getByText('Peringatan diperbarui.').waitFor(PATIENCE)
    await page.getByRole('heading', { name: 'Kini 500 meter: tutup pintu dan jendela' }).waitFor(PATIENCE)
    const file = await saved()
    expect(file).toContain('<msgType>Update</msgType>')
    expect(file.match(/<circle>[^<]* 0\.500</g)).toHaveLength(2)
    expect(file.match(/<polygon>/g)).toHaveLength(2)
    await page.getByRole('button', { name: 'Cabut', exact: true }).click()
    await page.getByLabel('Alasan pencabutan, untuk warga').fill('Kebocoran sudah ditutup.')
    await page.getByLabel('Alasan, bahasa Inggris').fill('The leak is closed.')
    await page.getByRole('button', { name: 'Cabut sekarang' }).click()
    await page.getByText('Peringatan dicabut.').waitFor(PATIENCE)
    await page.getByText('Tidak ada peringatan yang berlaku.').waitFor(PATIENCE)
    expect((await messages()).map((one) => `${one.kind} ${one.state}`)).toEqual([
      'cancel current',
      'update cancelled',
      'alert replaced',
    ])
    await looks('warning-past')
  }, 240_000)

  test('who only dispatches reads it and writes none', async () => {
    const context = await browser.newContext({ viewport: { width: 1920, height: 1080 }, colorScheme: 'dark' })
    const other = await context.newPage()
    await other.goto(`${demo.address}/peringatan/${incident}`)
    await signIn(other, demo, 'operator-1')
    await other.getByText('Kebocoran sudah ditutup.').waitFor(PATIENCE)
    expect(await other.getByRole('button', { name: 'Tulis peringatan' }).count()).toBe(0)
    await context.close()
  }, 60_000)
})
