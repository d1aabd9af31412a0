// Journey f: the control room without its server, on paper for ten minutes, and every slip copied in afterwards. Then the
// forms of an incident and the layers of the map, at the desk and at the scene.
import { randomUUID } from 'node:crypto'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { houseFire, type Person, person } from './asks'
import { launch } from './browser.mjs'
import { startDemo } from './demo.mjs'
import { type Demo, faults, oneStory, PATIENCE, signIn } from './kit'

let demo: Demo
let browser: Browser
let context: BrowserContext
let page: Page
let desk: Person
let incident = ''

beforeAll(async () => {
  ;[demo, browser] = await Promise.all([startDemo(), launch() as Promise<Browser>])
  desk = await person(demo, 'danton')
  context = await browser.newContext({ viewport: { width: 1366, height: 900 }, acceptDownloads: true })
  page = await context.newPage()
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await demo?.stop()
}, 60_000)

oneStory()

const slip = (n: number) => page.locator('.slip', { has: page.locator('b', { hasText: new RegExp(`^${n}$`) }) })

const YESTERDAY = new Date(Date.now() + (8 - 24) * 3_600_000).toISOString().slice(0, 10) // in Bontang

/** Copies a slip in as somebody reads it from the sheet. */
async function copy(n: number, place: string, hours: Readonly<Record<string, string>>, unit: string) {
  await slip(n).getByRole('button', { name: 'Salin' }).click()
  const form = page.getByRole('form', { name: 'Salin slip' })
  expect(await form.getByLabel('Nomor slip').inputValue()).toBe(`${n}`)
  await page.locator('#where').fill(place)
  await page.locator('#where-list [role=option]').first().waitFor(PATIENCE)
  await page.locator('#where').press('Enter')
  await form.getByLabel('Jenis kejadian').selectOption('fire.housing')
  await form.getByLabel('Apa', { exact: true }).fill('asap dari dapur')
  await form.getByLabel('Tanggal pada slip').fill(YESTERDAY) // whatever the hour is now, it has been
  for (const [name, typed] of Object.entries(hours)) await form.getByLabel(name, { exact: true }).fill(typed)
  await form.getByRole('button', { name: unit, exact: true }).click()
  await form.getByRole('button', { name: 'Simpan ke Siaga' }).click()
  await form.getByText(`Slip ${n} disalin.`).waitFor(PATIENCE)
}

describe('paper', () => {
  test('a pack is printed while the server is there, and its slips are known by number', async () => {
    await page.goto(`${demo.address}/slip`)
    await signIn(page, demo, 'danton')
    await page.getByRole('heading', { name: 'Slip kertas' }).waitFor(PATIENCE)
    const saved = page.waitForEvent('download', PATIENCE)
    await page.getByRole('button', { name: 'Cetak paket' }).click()
    expect((await saved).suggestedFilename()).toBe('paket-cetak.pdf')
    await slip(8).getByText('siap pakai').waitFor(PATIENCE)
    expect(await page.locator('.slip').count()).toBe(8)
    expect(await faults(page)).toEqual([])
  }, 90_000)

  test('the server is gone for ten minutes: the list stays, with what it knew', async () => {
    await demo.kill()
    await expect.poll(() => page.locator('.slip').count(), PATIENCE).toBe(8)
    demo = await startDemo({ data: demo.data, port: Number(new URL(demo.address).port) })
  }, 90_000)

  test('a slip is copied in with its hours, and the one passed over is missed by name', async () => {
    await page.reload()
    await copy(
      1,
      'gunung sari',
      { Diterima: '02:10:30', Diberangkatkan: '02:11', Tiba: '02:19', Padam: '02:55' },
      'BTG-6',
    )
    await slip(1).getByText('disalin', { exact: true }).waitFor(PATIENCE)
    await copy(3, 'loktuan', { Diterima: '02:30', Tiba: '02:41' }, 'BTG-7')
    await slip(3).getByText('disalin', { exact: true }).waitFor(PATIENCE)
    await slip(2).getByText('belum disalin').waitFor(PATIENCE)
    await page.getByText('Belum disalin: slip 2').waitFor(PATIENCE)
    expect(await faults(page)).toEqual([])
  }, 90_000)

  test('a spoiled slip is void with its reason, and nothing is missing any more', async () => {
    await slip(2).getByRole('button', { name: 'Batalkan' }).click()
    await page.getByLabel('Mengapa slip ini tidak berlaku?').fill('tumpah kopi, tidak terbaca')
    await page.keyboard.press('Enter')
    await slip(2).getByText('batal').waitFor(PATIENCE)
    await page.getByText('Semua slip yang dipakai sudah disalin').waitFor(PATIENCE)
  }, 60_000)

  test('the incident stands with the hours of the slip, closed, and its journal names the slip', async () => {
    const found = await page.evaluate(async () => {
      const rows = async (view: string) => (await (await fetch(`/api/views/${view}`)).json()).rows
      const slips = (await rows('paper.slips')) as { slip: number; incident: string }[]
      const incident = slips.find((one) => one.slip === 1)?.incident
      const [row] = await rows(`dispatch.incident?incident=${incident}`)
      return { row, journal: await rows(`dispatch.journal?incident=${incident}`) }
    })
    expect(found.row.state).toBe('closed')
    expect(found.row.clocks.answered).toContain('18:10:30') // 02:10:30 WITA, the evening before in UTC
    expect(found.row.clocks.arrived).toContain('18:19:00')
    expect(found.row.units.map((one: { unit: string; how: string }) => [one.unit, one.how])).toEqual([
      ['BTG-6', 'paper'],
    ])
    expect(found.journal.some((line: { kind: string; facts: { slip?: number } }) => line.facts.slip === 1)).toBe(true)
  }, 60_000)
})

/** Opens the forms of an incident and says what is pressed there, each with its height (px). */
async function forms(part: ReturnType<Page['locator']>) {
  await part.locator('.print-forms > summary', { hasText: 'Cetak' }).click(PATIENCE)
  await part.getByRole('link', { name: /^ICS 201/ }).waitFor(PATIENCE)
  return part
    .locator('.print-forms > summary, .print-forms a')
    .evaluateAll((all) => all.map((one) => ({ text: one.textContent, high: one.getBoundingClientRect().height })))
}

/** Which words of areas lie under a sign, a tag or the lists. */
const wordsUnder = (of: Page) =>
  of.locator('.marks').evaluate((marks) => {
    const box = (one: Element) => one.getBoundingClientRect()
    const over = [...marks.querySelectorAll('.sign, .tag'), ...document.querySelectorAll('.layer-lists')].map(box)
    const words = [...marks.querySelectorAll('.words')]
    const under = words.filter((one) => {
      const { left, right, top, bottom } = box(one)
      return over.some((at) => left < at.right && at.left < right && top < at.bottom && at.top < bottom)
    })
    return under.map((one) => one.textContent)
  })

describe('forms and layers', () => {
  test('at the desk, cover and trails are switched on and told as lists, and the forms lie open', async () => {
    ;({ incident } = await houseFire(desk, 2))
    await page.goto(`${demo.address}/meja`)
    await page.locator('.incidents [role=option]', { hasText: 'Gunung Sari RT 12' }).click(PATIENCE)
    const layers = page.getByRole('group', { name: 'Lapisan' })
    for (const name of ['Cakupan', 'Jejak']) {
      const layer = layers.getByRole('button', { name, exact: true })
      await layer.press('Enter', PATIENCE)
      await expect.poll(() => layer.getAttribute('aria-pressed'), PATIENCE).toBe('true')
    }
    const lists = page.locator('.layer-lists > section')
    await lists.first().locator('li').first().waitFor(PATIENCE)
    expect(await lists.count()).toBe(2)
    await page.locator('.marks .words').first().waitFor(PATIENCE)
    expect(await wordsUnder(page)).toEqual([])
    expect((await forms(page.locator('.right'))).length).toBe(9)
    expect(await faults(page)).toEqual([])
  }, 120_000)

  test('incidents on one spot stand as one with their count, open by Enter, and the chosen one stays by itself', async () => {
    for (const n of [1, 2, 3, 4])
      await desk.ask('intake.open-incident', {
        incident: randomUUID(),
        lon: 117.46,
        lat: 0.1,
        type: 'fire.dense-housing',
        place: `Gang Kelinci ${n}`,
      })
    await page.locator('.incidents [role=option]', { hasText: 'Gang Kelinci 4' }).click(PATIENCE)
    const flock = page.locator('.marks .flock', { hasText: '3 kejadian' })
    await flock.waitFor(PATIENCE)
    await page.locator('.marks .sign .ring').waitFor(PATIENCE)
    const before = await page.locator('.marks [data-mark^="incident "]').count()
    await flock.focus()
    for (let press = 0; press < 3 && (await flock.count()); press++) await page.keyboard.press('Enter')
    await expect.poll(() => page.locator('.marks [data-mark^="incident "]').count(), PATIENCE).toBeGreaterThanOrEqual(4)
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-mark') ?? '')
    await expect.poll(focused, PATIENCE).toMatch(/^incident /)
    expect(await faults(page, '.map')).toEqual([])
    await page.keyboard.press('Escape')
    await flock.waitFor(PATIENCE)
    expect(await page.locator('.marks [data-mark^="incident "]').count()).toBe(before)

    // A key that falls into the map's drawing something new opens it no less.
    await expect.poll(() => page.evaluate(() => document.activeElement?.classList.contains('flock'))).toBe(true)
    const pressed = page.evaluate(
      () =>
        new Promise<void>((done) => {
          const drawn = new MutationObserver(() => {
            drawn.disconnect()
            ;(document.activeElement as HTMLElement).click()
            done()
          })
          drawn.observe(document.querySelector('.marks') as Element, { childList: true })
        }),
    )
    await desk.ask('intake.open-incident', {
      incident: randomUUID(),
      lon: 117.5,
      lat: 0.12,
      type: 'fire.dense-housing',
      place: 'Gang Merpati 1',
    })
    await pressed
    await expect.poll(focused, PATIENCE).toMatch(/^incident /)
  }, 90_000)

  test('at the scene, the forms lie open with targets for gloved fingers', async () => {
    await desk.ask('field.assume-command', { incident, holder: 'Danton A' })
    await page.goto(`${demo.address}/komando/${incident}`)
    await page.getByRole('button', { name: 'Lain', exact: true }).first().click(PATIENCE)
    const shown = await forms(page.getByRole('dialog'))
    expect(shown.length).toBe(9)
    expect(shown.filter(({ high }) => high < 72)).toEqual([])
    expect(await faults(page)).toEqual([])
  }, 90_000)
})
