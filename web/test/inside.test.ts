// Cancelling over people inside in a real browser against a real node: the desk says who is inside, and takes a reason.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { houseFire, type Person, person } from './asks'
import { launch } from './browser.mjs'
import { startDemo } from './demo.mjs'
import { type Demo, faults, oneStory, PATIENCE, signIn } from './kit'

let demo: Demo
let browser: Browser
let desk: Person
let page: Page
let incident = ''

const note = () => page.getByRole('alert').filter({ hasText: 'orang di dalam' })
const isOpen = async () =>
  (await desk.show<{ incident: string }>('dispatch.incidents')).some((one) => one.incident === incident)

beforeAll(async () => {
  ;[demo, browser] = await Promise.all([startDemo(), launch() as Promise<Browser>])
  desk = await person(demo, 'danton')
  const fire = await houseFire(desk, 1)
  incident = fire.incident
  await desk.ask('field.report-entry', {
    incident,
    crew: fire.units[0],
    sector: 'staging',
    wearers: [{ person: '1', bar: 300 }],
  })
  page = await browser.newPage({ viewport: { width: 1600, height: 1000 } })
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await demo?.stop()
}, 60_000)

oneStory()

describe('an incident with people inside', () => {
  test('is not cancelled by a reason of its own alone: the desk says who is inside, and it stays open', async () => {
    await page.goto(`${demo.address}/meja`)
    await signIn(page, demo, 'danton')
    const [row] = await desk.show<{ number: string }>('dispatch.incident', { incident })
    const number = row?.number.slice(-4) ?? ''
    await page.getByRole('option', { name: new RegExp(number) }).click(PATIENCE)
    await page.keyboard.press('m')
    await page.getByRole('button', { name: /Batalkan/ }).click(PATIENCE)
    await page.getByLabel(new RegExp(`Mengapa.*${number} dibatalkan`)).fill('ternyata asap dapur')
    await page.keyboard.press('Enter')
    await note().waitFor(PATIENCE)
    expect(await faults(page, '.said')).toEqual([])
    expect(await isOpen()).toBe(true)
  }, 120_000)

  test('is cancelled when somebody says why all the same', async () => {
    await note().getByRole('textbox').fill('semua di luar, papan belum dicatat')
    await note().getByRole('button', { name: 'Tetap, dengan alasan' }).click()
    await expect.poll(isOpen, PATIENCE).toBe(false)
    await expect.poll(() => note().count(), PATIENCE).toBe(0)
  }, 60_000)
})
