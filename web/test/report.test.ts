// A report from its incident's end to its amendment, in a real browser against a real node: nothing is typed twice, what
// is not known stays unknown, the signature holds for what was seen, and the figures of the quarter rest on it.
import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { houseFire, type Person, person } from './asks'
import { launch } from './browser.mjs'
import { startDemo } from './demo.mjs'
import { type Demo, faults, oneStory, PATIENCE, signIn } from './kit'

const PICTURES = process.env.SIAGA_PICTURES
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const WIDTHS = [
  [360, 780],
  [820, 1180],
  [1920, 1080],
] as const

let demo: Demo
let browser: Browser
let desk: Person
let clerk: Person
let page: Page
let office: BrowserContext
let incident = ''

async function picture(name: string) {
  if (!PICTURES) return
  mkdirSync(PICTURES, { recursive: true })
  await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true })
}

/** What is wrong with the page as it stands, at every width and in both themes; pictures of it where they are wanted. */
async function looks(name: string): Promise<string[]> {
  const found: string[] = []
  for (const [width, height] of WIDTHS)
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.setViewportSize({ width, height })
      await page.emulateMedia({ colorScheme })
      await page.waitForFunction((theme) => document.documentElement.dataset.theme === theme, colorScheme, PATIENCE)
      const wide = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      if (wide > 0) found.push(`${width} ${colorScheme}: ${wide} px wider than the window`)
      if (width !== 820) found.push(...(await faults(page)).map((fault) => `${width} ${colorScheme}: ${fault}`))
      await picture(`${name}-${colorScheme}-${width}`)
    }
  await page.emulateMedia({ colorScheme: 'dark' })
  return found
}

async function pageOf(account: string, path: string) {
  const context = await browser.newContext({ colorScheme: 'dark', viewport: { width: 1920, height: 1080 } })
  const opened = await context.newPage()
  await opened.goto(demo.address + path)
  await signIn(opened, demo, account)
  await opened.locator('.laporan').waitFor(PATIENCE)
  return [context, opened] as const
}

const section = (id: string) => page.locator(`.q#${id}`)
const save = (id: string) => section(id).locator('form button[type=submit]').click()
const said = (id: string, text: string) => section(id).locator('.told', { hasText: text }).waitFor(PATIENCE)
type Row = {
  readonly state: string
  readonly response: { readonly opened_at: string; readonly clocks: Readonly<Record<string, string>> }
  readonly completeness: number
  readonly victims: { readonly citizens: Record<string, number | null>; readonly displaced: number | null } | null
  readonly loss: { readonly total_rp: number | null; readonly open: number } | null
  readonly volunteers: object | null
  readonly amendments: readonly { readonly path: string; readonly old: unknown; readonly new: unknown }[]
}
/** A place in an area that is known: only what burned there counts. */
async function insideTheCity() {
  const iso = (at: number) => new Date(at).toISOString().replace('Z', '+00:00')
  const times = { since: iso(Date.now() - 40 * 86_400_000), until: iso(Date.now()) }
  const known = await clerk.show<{ area: string | null; lon: number; lat: number }>('report.responses', times)
  const { lon, lat, area } = known.find((one) => one.area) ?? {}
  return { lon, lat, area }
}
const row = async () => (await clerk.show<Row>('report.report', { incident }))[0]

beforeAll(async () => {
  ;[demo, browser] = await Promise.all([startDemo(), launch() as Promise<Browser>])
  desk = await person(demo, 'danton')
  clerk = await person(demo, 'pelapor')
}, 180_000)

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await picture('failed').catch(() => {})
}, 40_000)

afterAll(async () => {
  await browser?.close()
  await demo?.stop()
}, 60_000)

describe('a report', () => {
  oneStory()

  test('a fire that is over stands in the list as a draft, with what is missing', async () => {
    const fire = await houseFire(desk, 2, await insideTheCity())
    incident = fire.incident
    for (const unit of fire.units) await desk.ask('dispatch.report-status', { unit, status: 'ready-to-serve' })
    await desk.ask('field.attach-media', {
      incident,
      media: randomUUID(),
      kind: 'photo',
      mime: 'image/png',
      content: PIXEL,
      note: 'Sisi depan',
    })
    await desk.ask('dispatch.close-incident', { incident, outcome: 'handled' }, new Date(), 'selesai')
    ;[office, page] = await pageOf('pelapor', '/laporan')
    const line = page.locator('.reports a', { hasText: 'Jl. Gunung Sari RT 12' })
    await line.getByText('Kurang: objek, sebab').waitFor(PATIENCE)
    expect(await looks('list')).toEqual([])
    await line.click()
    await page.getByRole('heading', { name: /harus dilengkapi sebelum diperiksa/ }).waitFor(PATIENCE)
    expect(await page.getByRole('button', { name: 'Kirim untuk ditandatangani' }).getAttribute('aria-disabled')).toBe(
      'true',
    )
  }, 120_000)

  test('the next thing to mend is one key away, and a form of few boxes is saved by Enter', async () => {
    await page.keyboard.press('n')
    const kind = section('object').getByLabel('Jenis objek')
    expect(await kind.evaluate((box) => document.activeElement === box)).toBe(true)
    await kind.selectOption({ label: 'Rumah tinggal' })
    await section('object').getByLabel('Luas bangunan').fill('120')
    await section('object').getByLabel('Luas terbakar').fill('84,5 meter')
    await section('object').getByLabel('Luas terbakar').press('Enter')
    await section('object').getByRole('alert').waitFor(PATIENCE)
    await section('object').getByLabel('Luas terbakar').fill('84,5')
    await section('object').getByLabel('Luas terbakar').press('Enter')
    await said('object', '84,5 m² dari 120 m²')
  }, 60_000)

  test('a cause may stay unknown and is then complete; lines of loss add up and say what is not estimated', async () => {
    await section('cause').getByText('belum diketahui', { exact: true }).first().click()
    await save('cause')
    await said('cause', 'belum diketahui')
    const loss = section('loss')
    await loss.getByRole('button', { name: 'Baris kerugian' }).click()
    await loss.getByLabel('Apa').fill('Bangunan')
    await loss.getByLabel('Jumlah').fill('84')
    await loss.getByLabel('Harga satuan').fill('2.100.000')
    await loss.getByRole('button', { name: 'Baris kerugian' }).click()
    await loss.getByLabel('Apa').nth(1).fill('Sepeda motor')
    await loss.locator('.sum-of', { hasText: 'Rp 176.400.000' }).getByText('1 baris belum ditaksir').waitFor(PATIENCE)
    await loss.getByLabel('Dasar taksiran').fill('taksiran pemilik')
    expect(await looks('draft')).toEqual([])
    await save('loss')
    await said('loss', 'Rp 176.400.000')
    await expect.poll(async () => (await row())?.loss, PATIENCE).toMatchObject({ total_rp: 176_400_000, open: 1 })
  }, 120_000)

  test('people are counted, and a box left empty is not known, never nought', async () => {
    const victims = section('victims')
    await victims.getByLabel('Warga, meninggal').fill('0')
    await victims.getByLabel('Warga, luka ringan').fill('2')
    for (const [label, count] of [
      ['Korban yang harus dilayani', '2'],
      ['Korban dilayani', '2'],
      ['Terdampak yang harus dilayani', '11'],
      ['Terdampak dilayani', '11'],
    ] as const)
      await victims.getByLabel(label, { exact: true }).fill(count)
    await save('victims')
    await said('victims', 'belum diketahui')
    const known = { citizens: { dead: 0, light: 2, heavy: null }, displaced: null }
    await expect.poll(async () => (await row())?.victims, PATIENCE).toMatchObject(known)
  }, 60_000)

  test('a time the log has wrong is corrected where it is read, with its reason', async () => {
    const opened = (await row())?.response.opened_at ?? ''
    const right = new Date(Date.parse(opened) + 2000)
    await page.getByRole('button', { name: 'Koreksi jam' }).click()
    await page.getByLabel('Jam', { exact: true }).selectOption({ label: 'Siap melayani' })
    await page
      .getByLabel('Yang benar (jam:menit)')
      .fill(right.toLocaleTimeString('en-GB', { timeZone: 'Asia/Makassar' }))
    await page.getByLabel('Alasan dan sumber').fill('catatan danru')
    await page.getByRole('button', { name: 'Catat koreksi' }).click()
    await page.locator('.log2').getByText('dikoreksi').waitFor(PATIENCE)
    const ready = async () => Date.parse((await row())?.response.clocks['ready-to-serve'] ?? '')
    await expect.poll(ready, PATIENCE).toBe(Math.floor(right.getTime() / 1000) * 1000)
  }, 60_000)

  test('a photo is chosen with its caption, and a name lies in the vault until somebody opens it', async () => {
    await section('photos').getByRole('button', { name: 'Isi' }).click()
    await section('photos').getByRole('checkbox').check()
    await section('photos').getByLabel('Keterangan foto').fill('Sisi depan dari gang')
    await section('photos').getByRole('button', { name: 'Lihat foto' }).click()
    await section('photos').getByRole('img').waitFor(PATIENCE)
    await picture('photos')
    await save('photos')
    await said('photos', 'Sisi depan dari gang')
    const people = section('people')
    await people.getByRole('button', { name: 'Catat orang' }).click()
    await people.getByLabel('Keadaan').selectOption({ label: 'Luka ringan' })
    await people.getByLabel('Nama', { exact: true }).fill('Warga Contoh')
    await people.getByRole('button', { name: 'Simpan orang' }).click()
    await people.locator('.people li', { hasText: 'Luka ringan' }).waitFor(PATIENCE)
    expect(await people.innerText()).not.toContain('Warga Contoh')
    await people.getByRole('button', { name: /^Buka nama/ }).click()
    await people.getByText('Warga Contoh').waitFor(PATIENCE)
  }, 60_000)

  test('photos that came to the office are added, ordered and captioned; when they were taken stays unknown', async () => {
    const photos = section('photos')
    await photos.getByRole('button', { name: 'Ubah' }).click()
    const png = { mimeType: 'image/png', buffer: Buffer.from(PIXEL, 'base64') }
    await photos.locator('input[type=file]').setInputFiles([
      { name: 'dapur.png', ...png },
      { name: 'atap.png', ...png },
      { name: 'rusak.png', mimeType: 'image/png', buffer: Buffer.from('rusak') },
    ])
    await photos.getByRole('alert').getByText('rusak.png').waitFor(PATIENCE)
    await photos.locator('.shots > li').nth(2).waitFor(PATIENCE)
    await photos.getByLabel('Keterangan').nth(1).fill('Dapur')
    await photos.getByLabel('Keterangan').nth(2).fill('Atap')
    await photos.getByLabel('Waktu diambil').nth(1).fill('05/01/2026 06:30')
    for (const place of [3, 2]) await photos.getByRole('button', { name: `Foto ${place} lebih awal` }).click()
    expect(await photos.getByLabel('Keterangan').nth(0).inputValue()).toBe('Atap')
    expect(await looks('photos')).toEqual([])
    await save('photos')
    await said('photos', 'Atap · diambil 05/01/2026 06:30')
    type Kept = { photos: { photos: readonly { medium: string; caption: string; taken_at: string | null }[] } | null }
    const kept = async () => (await clerk.show<Kept>('report.report', { incident }))[0]?.photos?.photos ?? []
    await expect.poll(kept, PATIENCE).toMatchObject([
      { caption: 'Atap', taken_at: expect.stringContaining('2026-01-04T22:30') },
      { caption: 'Sisi depan dari gang', taken_at: null },
      { caption: 'Dapur', taken_at: null },
    ])
    const media = async () => (await clerk.show<{ media: string }>('field.media', { incident })).map((one) => one.media)
    for (const one of await kept()) await expect.poll(media, PATIENCE).toContain(one.medium)
  }, 120_000)

  test('without network what is said stands at once as waiting, and the node hears it afterwards', async () => {
    await office.setOffline(true)
    await section('water').getByRole('button', { name: 'Pemakaian' }).click()
    await section('water').getByLabel('Liter').fill('14.200')
    await save('water')
    await page.locator('.q#water[data-pending] .told', { hasText: '14.200 liter' }).waitFor(PATIENCE)
    await section('obstacles').getByText('Jalan atau gang sempit').click()
    await save('obstacles')
    await page.locator('.q#obstacles[data-pending]').waitFor(PATIENCE)
    await section('summary').getByLabel('Kata penutup pelapor').fill('Api padam tanpa korban jiwa.')
    await save('summary')
    expect((await row())?.completeness).toBeLessThan(1)
    await page.getByText('100').first().waitFor(PATIENCE)
    await office.setOffline(false)
    await page
      .locator('.q[data-pending]')
      .first()
      .waitFor({ state: 'detached', ...PATIENCE })
    await expect.poll(async () => (await row())?.completeness, PATIENCE).toBe(1)
  }, 90_000)

  test('the reporter sends it, and the commander signs what the page shows', async () => {
    await page.getByRole('button', { name: 'Kirim untuk ditandatangani' }).click()
    await page.getByRole('heading', { name: /menunggu tanda tangan/ }).waitFor(PATIENCE)
    const before = page
    const [context, commander] = await pageOf('komandan', `/laporan/${incident}`)
    page = commander
    await page.getByRole('button', { name: 'Tandatangani laporan' }).click()
    await page.getByRole('heading', { name: /ditandatangani/ }).waitFor(PATIENCE)
    await expect.poll(async () => (await row())?.state, PATIENCE).toBe('signed')
    await context.close()
    page = before
  }, 90_000)

  test('what is said after the signature is an amendment with its reason, and both stay to be seen', async () => {
    await page.getByRole('heading', { name: /^ditandatangani/ }).waitFor(PATIENCE)
    await section('cause').getByRole('button', { name: 'Ajukan perubahan' }).click()
    await section('cause').getByText('ada dugaan atau hasil').click()
    await section('cause').getByLabel('Sebab', { exact: true }).selectOption({ index: 1 })
    await section('cause').getByText('hasil penyelidikan').click()
    await section('cause').getByLabel('Alasan perubahan').fill('surat hasil penyelidikan')
    await save('cause')
    const amended = page.locator('.amend', { hasText: 'Perubahan 1' })
    await amended.getByText('surat hasil penyelidikan').waitFor(PATIENCE)
    expect(await amended.locator('del').first().innerText()).not.toBe('')
    expect((await row())?.amendments.map((one) => one.path)).toContain('cause.cause')
    expect(await looks('amended')).toEqual([])
  }, 120_000)

  test('a survey after the fire is a paper of its own, with the fields the standards give it', async () => {
    await page.setViewportSize({ width: 1920, height: 1080 })
    await page.getByRole('button', { name: 'Pendataan pascakebakaran' }).click()
    const form = page.getByRole('form', { name: 'Pendataan pascakebakaran' })
    await form.getByLabel('Keluarga didata').fill('3')
    await form.getByLabel('Kebutuhan mendesak').fill('Selimut')
    await form.getByRole('button', { name: /^Simpan/ }).click()
    await page.getByRole('group', { name: 'Pendataan pascakebakaran' }).getByText('Selimut').waitFor(PATIENCE)
  }, 60_000)

  test('the quarter counts the people served and the incident, and what it rests on is one click away', async () => {
    await page.getByRole('link', { name: 'SPM' }).click()
    await page.getByRole('heading', { name: /orang dilayani sesuai standar/ }).waitFor(PATIENCE)
    const [year, month] = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Makassar' }).format().split('-')
    const asked = { year: year ?? '', quarter: String(Math.ceil(Number(month) / 3)) }
    const [spm] = await clerk.show<{ people: { served: number; must: number } }>('report.spm', asked)
    const lines = await clerk.show<{ incident: string; must: number; served: number }>('report.spm-incidents', asked)
    expect(lines.find((one) => one.incident === incident)).toMatchObject({ must: 13, served: 13 })
    await page.locator('.ans .big', { hasText: `${spm?.people.served} dari ${spm?.people.must}` }).waitFor(PATIENCE)
    await page.locator('.quarters [data-s]').first().waitFor(PATIENCE)
    expect(await looks('spm')).toEqual([])
    await page.setViewportSize({ width: 1920, height: 1080 })
    const found = await clerk.show<{ incident: string; number: string }>('report.list')
    const number = found.find((one) => one.incident === incident)?.number ?? '?'
    await page.locator('.incidents').getByRole('link', { name: number }).first().click()
    await page.getByRole('heading', { name: /^ditandatangani/ }).waitFor(PATIENCE)
  }, 120_000)

  test('a quarter that was not sent stays marked until somebody records its receipt', async () => {
    // Early in a year the quarter that is late lies in the year before.
    const at = new Date().toISOString().replace('Z', '+00:00')
    const year = new Date().getFullYear()
    const inYear = async (of: number) =>
      (await clerk.show<{ state: string }>('report.calendar', { year: String(of), at })).some(
        (one) => one.state === 'late',
      )
    await page.goto(`${demo.address}/laporan/spm#${(await inYear(year)) ? year : year - 1}`)
    const late = page.locator('.quarters li[data-s=late]').first()
    await late.waitFor(PATIENCE)
    await late.getByRole('button', { name: 'Catat pengiriman' }).click()
    await late.getByLabel('Tanda terima').fill('e-SPM 2026/0417')
    await late.getByRole('button', { name: 'Catat', exact: true }).click()
    await page.locator('.quarters li[data-s=sent]', { hasText: 'e-SPM 2026/0417' }).waitFor(PATIENCE)
    await office.close()
  }, 60_000)
})
