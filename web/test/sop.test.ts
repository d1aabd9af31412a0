// A procedure from its writing to the scene, in a real browser against a real node: written by one, approved by another,
// read, followed with and without network, and what its skipped steps ask.
import { mkdirSync } from 'node:fs'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { houseFire, type Person, person } from './asks'
import { launch } from './browser.mjs'
import { startDemo } from './demo.mjs'
import { type Demo, faults, oneStory, PATIENCE, signIn } from './kit'

const TABLET = { viewport: { width: 1180, height: 820 }, hasTouch: true }
const PICTURES = process.env.SIAGA_PICTURES
const CARD = `---
title: Rumah berdempet
title_en: Terraced houses
triggers:
  - {types: [fire.dense-housing]}
review: 2025-06-01
steps:
  - {id: listrik, text: Listrik dipastikan padam, text_en: Power is off, role: commander, within_s: 900, critical: true}
  - {id: korban, text: Ada yang terjebak?, text_en: Anybody trapped?, role: commander, answers: [ya, tidak], answers_en: [yes, no], evidence: number, unit: orang}
  - {id: tim, text: Regu penyelamat disiapkan, text_en: Rescue crew stands by, role: crew, when: {step: korban, answer: ya}}
  - {id: hidran, text: Hidran kedua disambung, text_en: Second hydrant connected, role: crew}
  - {id: suhu, text: Ukur suhu dinding, text_en: Measure the wall, role: crew, evidence: number, unit: °C}
  - {id: foto, text: Foto sisi belakang, text_en: Photo of the back, role: crew, evidence: photo}
---
## Rumah kayu menempel

Api melompat **lewat atap**. <b>Bukan</b> perintah.
`

/** The smallest picture there is. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

let demo: Demo
let browser: Browser
let desk: Person
let page: Page
let scene: BrowserContext
let incident = ''

async function picture(name: string, on = page) {
  if (!PICTURES) return
  mkdirSync(PICTURES, { recursive: true })
  await on.screenshot({ path: `${PICTURES}/${name}.png` })
}

/** The same page at the three widths, in both themes. */
async function looks(name: string, on = page) {
  if (!PICTURES) return
  const before = on.viewportSize()
  for (const [width, height] of [
    [360, 780],
    [820, 1180],
    [1920, 1080],
  ] as const)
    for (const colorScheme of ['dark', 'light'] as const) {
      await on.setViewportSize({ width, height })
      await on.emulateMedia({ colorScheme })
      await on.waitForTimeout(250)
      await picture(`${name}-${colorScheme}-${width}`, on)
    }
  if (before) await on.setViewportSize(before)
  await on.emulateMedia({ colorScheme: 'dark' })
}

/** The pictures of views this device keeps, after one of them was taken away. */
const kept = (on: Page, without = '') =>
  on.evaluate(
    (gone) =>
      new Promise<readonly string[]>((resolve, reject) => {
        const opening = indexedDB.open('siaga')
        opening.onerror = () => reject(opening.error)
        opening.onsuccess = () => {
          const working = opening.result.transaction('pictures', 'readwrite')
          working.objectStore('pictures').delete(gone)
          const names = working.objectStore('pictures').getAllKeys()
          working.onabort = () => reject(working.error)
          working.oncomplete = () => {
            opening.result.close()
            resolve(names.result.map(String))
          }
        }
      }),
    without,
  )

async function pageOf(account: string, how: BrowserContextOptions = { viewport: { width: 1920, height: 1080 } }) {
  const context = await browser.newContext({ colorScheme: 'dark', ...how })
  const opened = await context.newPage()
  await opened.goto(`${demo.address}/sop`)
  await signIn(opened, demo, account)
  await opened.getByRole('heading', { name: 'Kartu SOP' }).waitFor(PATIENCE)
  return [context, opened] as const
}

const button = (name: string | RegExp, on = page) => on.getByRole('button', { name, exact: typeof name === 'string' })
const sheet = () => page.getByRole('dialog')
const step = (text: string) => sheet().locator('.sop-step', { hasText: text })
const said = (text: string) => sheet().locator('.sop-said', { hasText: text })
const cardAt = async () => {
  type Step = {
    step: { id: string }
    result: string | null
    answer: string
    skipped: string | null
    value: number
    media: string
  }
  const rows = await desk.show<{ card: string; steps: readonly Step[] }>('sop.at-incident', { incident })
  const steps = rows.find((row) => row.card === 'rumah-berdempet')?.steps ?? []
  return Object.fromEntries(steps.map((one) => [one.step.id, one]))
}

beforeAll(async () => {
  ;[demo, browser] = await Promise.all([startDemo(), launch() as Promise<Browser>])
  desk = await person(demo, 'danton')
}, 180_000)

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await picture('failed').catch(() => {})
}, 40_000)

afterAll(async () => {
  await browser?.close()
  await demo?.stop()
}, 60_000)

describe('a procedure', () => {
  oneStory()

  test('a trainer writes a card; what is wrong is said at its line, and the draft is seen beside it', async () => {
    const [, trainer] = await pageOf('pelatih')
    page = trainer
    await button(/^Kartu baru/).click()
    await page.getByLabel('Kode kartu').fill('rumah-berdempet')
    const text = page.getByLabel('Teks kartu (Markdown)')
    await text.fill(CARD.replace('role: crew}', 'role: kru}'))
    await page.locator('.preview .step-list li').nth(5).waitFor(PATIENCE)
    expect(await page.locator('.preview .prose').innerText()).toContain('<b>Bukan</b> perintah')
    await button('Simpan versi').click()
    await page.getByRole('alert').filter({ hasText: 'Baris 11' }).waitFor(PATIENCE)
    expect(await text.evaluate((area) => document.activeElement === area)).toBe(true)
    expect(await faults(page)).toEqual([])
    await looks('write')
    await text.fill(CARD)
    await button('Simpan versi').click()
    await page.getByRole('heading', { name: 'Rumah berdempet' }).waitFor(PATIENCE)
    await page.getByText('Versi 1 belum berlaku.').waitFor(PATIENCE)
    expect(await button('Setujui versi 1').count()).toBe(0)
    await page.context().close()
  }, 90_000)

  test('a planner approves and publishes it for those who must read it', async () => {
    const [, planner] = await pageOf('perencana')
    page = planner
    await page.locator('.cardrow', { hasText: 'Rumah berdempet' }).click()
    await button('Setujui versi 1').click()
    await page.getByRole('checkbox', { name: 'komandan' }).check()
    await button('Terbitkan versi 1').click()
    await page.getByText('Versi 1 berlaku.').waitFor(PATIENCE)
    expect(await faults(page)).toEqual([])
    await looks('card')
    await page.context().close()
  }, 90_000)

  test('a commander has to read it, and says so', async () => {
    ;[scene, page] = await pageOf('komandan', TABLET)
    await looks('begin')
    await page.locator('.todo a', { hasText: 'Rumah berdempet' }).first().click()
    await button('Sudah saya baca').click()
    await button('Sudah saya baca').waitFor({ state: 'detached', ...PATIENCE })
    await page.getByText('tinjauan lewat').first().waitFor(PATIENCE)
    expect(await faults(page)).toEqual([])
  }, 90_000)

  test('without network a card that was never opened here is read whole, and says how old it is', async () => {
    await page.evaluate(() => navigator.serviceWorker.ready)
    await expect.poll(() => kept(page), PATIENCE).toContain('sop.held?')
    await kept(page, 'sop.cards?') // as on a tablet on which nobody ever looked at the list
    expect((await kept(page)).filter((name) => name.includes('kebocoran-gas'))).toEqual([])
    await scene.setOffline(true)
    await page.goto(`${demo.address}/sop`)
    await page.locator('.cardrow', { hasText: 'Kebocoran gas dan amonia' }).click(PATIENCE)
    const card = page.locator('article.doc')
    await card.getByRole('heading', { name: 'Kebocoran gas dan amonia' }).waitFor(PATIENCE)
    expect(await card.locator('.step-list > li').count()).toBeGreaterThan(8)
    await card.getByRole('heading', { name: 'Yang sering salah' }).waitFor(PATIENCE)
    await card.locator('.plain li', { hasText: 'Permenaker 5/2018' }).waitFor(PATIENCE)
    await card.getByText(/Tersimpan di perangkat ini, keadaan .* \(\d+ (dtk|mnt) lalu\)/).waitFor(PATIENCE)
    expect(await faults(page)).toEqual([])
    await looks('kept')
    await scene.setOffline(false)
    await card.locator('.kept-at').waitFor({ state: 'detached', ...PATIENCE })
    await page.locator('.versions').waitFor(PATIENCE)
  }, 120_000)

  test('at an incident it opens by itself; a step is done by one touch, another skipped with its reason', async () => {
    ;({ incident } = await houseFire(desk, 2))
    await page.goto(`${demo.address}/komando/${incident}`)
    await page.locator('.sop-line', { hasText: 'Rumah berdempet' }).click(PATIENCE)
    await step('Listrik').locator('button.do').press('Enter')
    await said('Listrik').waitFor(PATIENCE)
    await page.waitForFunction(() => document.activeElement?.closest('.sop-step'), undefined, PATIENCE)
    await step('Hidran kedua')
      .getByRole('button', { name: /^Lewati/ })
      .click()
    await step('Foto sisi belakang').locator('button.do').click()
    await looks('sheet')
    expect(await faults(page)).toEqual([])
    const box = await step('Hidran kedua').getByRole('button', { name: 'tidak berlaku di sini' }).boundingBox()
    expect(box?.height).toBeGreaterThanOrEqual(72)
    await step('Hidran kedua').getByRole('button', { name: 'tidak berlaku di sini' }).click()
    await said('Hidran kedua').getByText('dilewati: tidak berlaku di sini').waitFor(PATIENCE)
    await expect.poll(async () => (await cardAt()).hidran?.skipped, PATIENCE).toBe('not-needed')
    expect((await cardAt()).listrik?.result).toBe('done')
    await page
      .locator('.sop-step input[type=file]')
      .setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: PIXEL })
    await said('Foto sisi belakang').waitFor(PATIENCE)
    const photos = async () => (await desk.show<{ media: string }>('field.media', { incident })).map((one) => one.media)
    await expect.poll(async () => (await photos()).includes((await cardAt()).foto?.media ?? '-'), PATIENCE).toBe(true)
  }, 90_000)

  test('an answer opens its branch at once, also without network, and the node hears all of it afterwards', async () => {
    await expect.poll(() => page.locator('.sop-said.pending').count(), PATIENCE).toBe(0)
    await scene.setOffline(true)
    expect(await step('Regu penyelamat').count()).toBe(0)
    await step('Ada yang terjebak?').getByRole('button', { name: 'ya', exact: true }).click()
    await step('Ada yang terjebak?').getByLabel('angka').fill('2')
    await step('Ada yang terjebak?').getByRole('button', { name: 'Selesai' }).click()
    await step('Regu penyelamat').locator('button.do').click(PATIENCE)
    await step('Ukur suhu').locator('button.do').click()
    await step('Ukur suhu').getByLabel('angka').fill('84,5')
    await step('Ukur suhu').getByRole('button', { name: 'Selesai' }).click()
    await said('Ukur suhu').getByText('84,5 °C').waitFor(PATIENCE)
    expect(await page.locator('.sop-said.pending').count()).toBe(3)
    expect((await cardAt()).korban?.result).toBeNull()
    await scene.setOffline(false)
    await page
      .locator('.sop-said.pending')
      .first()
      .waitFor({ state: 'detached', ...PATIENCE })
    const steps = await cardAt()
    expect([steps.korban?.answer, steps.korban?.value]).toEqual(['ya', 2])
    expect([steps.tim?.result, steps.suhu?.value]).toEqual(['done', 84.5])
  }, 90_000)

  test('without network the card opens also at an incident whose cards this device never looked at', async () => {
    const fresh = await houseFire(desk, 1)
    const listed = await desk.show<{ incident: string; number: string }>('dispatch.incidents')
    const number = listed.find((row) => row.incident === fresh.incident)?.number.slice(-4) ?? '?'
    await page.goto(`${demo.address}/komando/${fresh.incident}`)
    await page.locator('.sop-line', { hasText: 'Rumah berdempet' }).waitFor(PATIENCE)
    const cardsOfIncident = `sop.at-incident?incident=${fresh.incident}`
    await expect.poll(() => kept(page), PATIENCE).toContain(cardsOfIncident)
    await page.goto(`${demo.address}/komando`)
    await page.locator('.scene', { hasText: number }).waitFor(PATIENCE)
    // What the device keeps of this incident's cards is taken away: only its board and the cards themselves are left.
    await kept(page, cardsOfIncident)
    await expect
      .poll(() => kept(page), PATIENCE)
      .toEqual(expect.arrayContaining(['sop.held?', `field.board?incident=${fresh.incident}`]))
    await scene.setOffline(true)
    await page.locator('.scene', { hasText: number }).click()
    await expect.poll(() => new URL(page.url()).pathname, PATIENCE).toBe(`/komando/${fresh.incident}`)
    await page.locator('.sop-line', { hasText: 'Rumah berdempet' }).click(PATIENCE)
    await step('Listrik').locator('button.do').click()
    await said('Listrik').waitFor(PATIENCE)
    await scene.setOffline(false)
    const heard = async () =>
      (
        await desk.show<{ steps: readonly { result: string | null }[] }>('sop.at-incident', {
          incident: fresh.incident,
        })
      ).some((row) => row.steps.some((one) => one.result === 'done'))
    await expect.poll(heard, PATIENCE).toBe(true)
    await scene.close()
  }, 90_000)

  test('a new version holds from now on; the incident stays in the one its steps were done by', async () => {
    const trainer = await person(demo, 'pelatih')
    const source = CARD.trimEnd().replace('Hidran kedua disambung', 'Hidran kedua dan ketiga disambung')
    await trainer.ask('sop.save-card', { card: 'rumah-berdempet', source })
    await desk.ask('sop.approve-card', { card: 'rumah-berdempet', version: 2 })
    await desk.ask('sop.publish-card', { card: 'rumah-berdempet', version: 2, readers: ['commander'] })
    const fresh = await houseFire(desk, 1)
    const text = async (of: string) => {
      type Card = { card: string; version: number; steps: readonly { step: { id: string; text: string } }[] }
      const rows = await desk.show<Card>('sop.at-incident', { incident: of })
      const card = rows.find((row) => row.card === 'rumah-berdempet')
      return [card?.version, card?.steps.find((one) => one.step.id === 'hidran')?.step.text]
    }
    expect(await text(incident)).toEqual([1, 'Hidran kedua disambung'])
    expect(await text(fresh.incident)).toEqual([2, 'Hidran kedua dan ketiga disambung'])
  }, 60_000)

  test('the desk follows the same card, and a skipped step asks whether the procedure was wrong', async () => {
    const [, leader] = await pageOf('danton')
    page = leader
    await page.goto(`${demo.address}/meja`)
    const listed = await desk.show<{ incident: string; number: string }>('dispatch.incidents')
    const number = listed.find((row) => row.incident === incident)?.number.slice(-4) ?? '?'
    await page.locator('[role=option]', { hasText: number }).click(PATIENCE)
    await page.locator('.sop-card summary', { hasText: 'Rumah berdempet' }).click(PATIENCE)
    await page.locator('.sop-said').first().waitFor(PATIENCE)
    await page.getByText('Kejadian ini memakai versi 1. Yang berlaku sekarang versi 2.').waitFor(PATIENCE)
    await page.locator('.sop-why summary').click()
    await page.locator('.sop-why').getByRole('heading', { name: 'Rumah kayu menempel' }).waitFor(PATIENCE)
    expect(await faults(page, '.sop-panel')).toEqual([])
    await looks('desk')
    await desk.ask('dispatch.close-incident', { incident, outcome: 'handled' }, new Date(), 'selesai')
    await page.goto(`${demo.address}/sop#kepatuhan`)
    const row = page.locator('.followed tr', { hasText: 'Hidran kedua dan ketiga disambung' })
    await row.getByText('Apakah SOP-nya yang keliru?').waitFor(PATIENCE)
    await row.getByText('tidak berlaku di sini').waitFor(PATIENCE)
    expect(await faults(page)).toEqual([])
    await looks('compliance')
    await page.goto(`${demo.address}/sop`)
    await page.locator('.cardrow', { hasText: 'beda dari provinsi' }).first().click()
    await page.locator('.diff [role=row]').nth(1).waitFor(PATIENCE)
    expect(await faults(page)).toEqual([])
    await looks('differences')
  }, 90_000)
})
