// The application on a device that loses its node, its page and its browser: it opens, shows, keeps, and sends once.
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launch } from './browser.mjs'
import { startDemo } from './demo.mjs'
import { faults, oneStory, PATIENCE } from './kit'

const WORKER = fileURLToPath(new URL('../../src/siaga/edges/web/sw.js', import.meta.url))

let demo: Awaited<ReturnType<typeof startDemo>>
let context: BrowserContext
let page: Page
let profile = ''
const elsewhere: string[] = []

/** The tablet is switched on: the same browser, with what it kept. */
async function switchOn() {
  context = (await launch({
    userDataDir: profile,
    viewport: { width: 1366, height: 768 },
    colorScheme: 'dark',
  })) as BrowserContext
  context.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(`${demo.address}/`))
      elsewhere.push(request.url())
  })
  // The map says when it is made: what it has drawn can be counted.
  await context.addInitScript(() => {
    addEventListener('siaga-map', (made) => Object.assign(window, { map: (made as CustomEvent).detail }))
  })
  page = await context.newPage()
}

/** How many things of each layer of the ground the map has drawn where it stands. */
const drawn = () =>
  page.evaluate(() => {
    const { map } = window as unknown as {
      map?: { queryRenderedFeatures(): { source: string; sourceLayer?: string }[] }
    }
    const counts: Record<string, number> = {}
    for (const { source, sourceLayer } of map?.queryRenderedFeatures() ?? [])
      if (source === 'ground') counts[sourceLayer ?? ''] = (counts[sourceLayer ?? ''] ?? 0) + 1
    return counts
  })

beforeAll(async () => {
  profile = mkdtempSync(join(tmpdir(), 'siaga-tablet-'))
  demo = await startDemo()
  await switchOn()
}, 120_000)

afterAll(async () => {
  await context?.close()
  await demo?.stop()
  rmSync(profile, { recursive: true, force: true })
}, 60_000)

oneStory()

async function signIn() {
  const danton = demo.signIns.find((one: { name: string }) => one.name === 'danton')
  await page.getByLabel('NIP atau nama pengguna').fill('danton')
  await page.getByLabel('Sandi', { exact: true }).fill(danton?.password ?? '')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Kejadian terbuka' }).waitFor(PATIENCE)
}

async function note(text: string) {
  await page.locator('[role=option][aria-selected=true]').waitFor(PATIENCE) // a key acts on the chosen incident
  await page.keyboard.press('j')
  await page.locator('.log-panel input:focus').waitFor(PATIENCE)
  await page.keyboard.type(text)
  await page.keyboard.press('Enter')
  await page.locator('.log li.pending', { hasText: text }).waitFor(PATIENCE)
}

/** The node comes back after a power cut, at the same address with the same data. */
async function nodeBack() {
  demo = await startDemo({ data: demo.data, port: Number(new URL(demo.address).port) })
}

const units = () => page.locator('.unit .code').allTextContents()

/** What a restart would find: the count on the screen is drawn before the write has come to its end. */
const asksOnDisk = () =>
  page.evaluate(async () => {
    const opening = indexedDB.open('siaga')
    opening.onupgradeneeded = () => opening.transaction?.abort() // the application makes it, not who looks
    const there = await new Promise((resolve) => {
      opening.onsuccess = () => resolve(true)
      opening.onerror = () => resolve(false)
    })
    if (!there) return -1
    const counting = opening.result.transaction('asks').objectStore('asks').count()
    await new Promise((resolve) => (counting.onsuccess = resolve))
    opening.result.close()
    return counting.result
  })

async function picture(width: number) {
  if (!process.env.SIAGA_PICTURES) return
  await page.setViewportSize({ width, height: 768 })
  await page.screenshot({ path: `${process.env.SIAGA_PICTURES}/unkept-${width}.png` })
  await page.setViewportSize({ width: 1366, height: 768 })
}

/** How often the journals of the node hold a note: what counts is the log, not the screen. */
const written = (text: string) =>
  page.evaluate(async (wanted) => {
    const rows = async (view: string) => (await (await fetch(`/api/views/${view}`)).json()).rows
    const open = (await rows('dispatch.incidents')) as { incident: string }[]
    const journals = await Promise.all(open.map(({ incident }) => rows(`dispatch.journal?incident=${incident}`)))
    return JSON.stringify(journals).split(wanted).length - 1
  }, text)

describe('without network', () => {
  let before: string[] = []

  test('the application puts itself on the device, and the page about the device says so', async () => {
    await page.goto(`${demo.address}/meja`)
    await page.getByLabel('NIP atau nama pengguna').waitFor(PATIENCE)
    await signIn()
    await page.keyboard.press('n')
    await page.keyboard.type('gunung sari')
    await page.locator('#where-list [role=option]').first().waitFor(PATIENCE)
    await page.keyboard.press('Enter')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await page.getByText('semua terkirim').waitFor(PATIENCE)
    await expect.poll(async () => (await units()).length, PATIENCE).toBeGreaterThan(10)
    before = await units()
    await page.getByRole('link', { name: 'terhubung' }).click()
    await page.getByRole('heading', { name: 'Siap dipakai tanpa jaringan' }).waitFor(PATIENCE)
    await page.getByText('Kejadian terbuka').waitFor(PATIENCE)
    await page.getByText('tidak ada, semua terkirim').waitFor(PATIENCE)
    await page.getByText(/lengkap di perangkat ini, 0,\d MB/).waitFor(PATIENCE)
    expect(await faults(page)).toEqual([])
    await page.getByRole('link', { name: 'Kembali' }).click()
    await page.getByRole('heading', { name: 'Kejadian terbuka' }).waitFor(PATIENCE)
  }, 90_000)

  test('with the node gone a new page opens as the same person, on the stored picture with its age', async () => {
    await context.setOffline(true)
    await demo.kill()
    await page.close()
    page = await context.newPage()
    await page.goto(`${demo.address}/meja`)
    await page.getByRole('heading', { name: 'Kejadian terbuka' }).waitFor(PATIENCE)
    await page
      .locator('.link', { hasText: /luring.*gambar pukul \d\d:\d\d.*\(\d+ (dtk|mnt) lalu\)/s })
      .waitFor(PATIENCE)
    await expect.poll(units, PATIENCE).toEqual(before)
    await page.locator('.map canvas').waitFor(PATIENCE)
    await expect.poll(async () => (await drawn()).roads ?? 0, PATIENCE).toBeGreaterThan(20)
    expect((await drawn()).land).toBeGreaterThan(0)
    // Nearer come tiles that were never looked at while there was a node.
    await page.evaluate(() => (window as unknown as { map: { setZoom(zoom: number): void } }).map.setZoom(15))
    await expect.poll(async () => (await drawn()).roads ?? 0, PATIENCE).toBeGreaterThan(5)
    expect(await page.locator('.desk > .top .wide').textContent()).toBe('danton')
  }, 60_000)

  test('what is asked then waits, through a restart of the browser', async () => {
    await note('listrik padam di gardu')
    await page.getByText('1 menunggu dikirim').waitFor(PATIENCE)
    await expect.poll(asksOnDisk, PATIENCE).toBe(1)
    await context.close()
    await switchOn()
    await page.goto(`${demo.address}/meja`)
    await page.getByText('1 menunggu dikirim').waitFor(PATIENCE)
    await page.locator('.log li.pending', { hasText: 'listrik padam di gardu' }).waitFor(PATIENCE)
  }, 60_000)

  test('when the node is back it is sent, once', async () => {
    await nodeBack()
    await page.getByText('terhubung').waitFor(PATIENCE)
    await page.getByText('semua terkirim').waitFor(PATIENCE)
    expect(await written('listrik padam di gardu')).toBe(1)
    await page.reload()
    await page.getByText('terhubung').waitFor(PATIENCE)
    expect(await written('listrik padam di gardu')).toBe(1)
  }, 90_000)

  test('a session that ended meanwhile is asked for again, and what was entered is sent after it', async () => {
    await demo.kill()
    await page.reload()
    await page.getByText('luring').waitFor(PATIENCE)
    await note('hidran kering')
    await context.clearCookies()
    await nodeBack()
    await page.getByText('1 isian Anda tersimpan').waitFor(PATIENCE)
    await signIn()
    await page.getByText('semua terkirim').waitFor(PATIENCE)
    expect(await written('hidran kering')).toBe(1)
  }, 90_000)

  test('a sign-out without network holds: nobody is signed in afterwards, here or at the node', async () => {
    await demo.kill()
    await page.getByText('terputus').waitFor(PATIENCE)
    await page.keyboard.press('?')
    await page.getByRole('button', { name: /keluar/ }).click()
    await page.getByLabel('NIP atau nama pengguna').waitFor(PATIENCE)
    await page.reload()
    await page.getByText('server tak terjangkau').waitFor(PATIENCE)
    await nodeBack()
    await page.locator('.link', { hasText: 'terhubung' }).waitFor(PATIENCE)
    expect(await page.evaluate(async () => (await fetch('/api/session')).status)).toBe(401)
    await signIn()
  }, 90_000)

  test('what the store will not take is said above every screen, and sent all the same', async () => {
    await page.evaluate(() => {
      const { put } = IDBObjectStore.prototype
      Object.assign(window, { room: () => (IDBObjectStore.prototype.put = put) })
      IDBObjectStore.prototype.put = function (...args) {
        if (this.name === 'asks') throw new DOMException('full', 'QuotaExceededError')
        return put.apply(this, args)
      }
    })
    await page.getByText('semua terkirim').waitFor(PATIENCE)
    await page.locator('[role=option][aria-selected=true]').waitFor(PATIENCE)
    await page.keyboard.press('j')
    await page.locator('.log-panel input:focus').waitFor(PATIENCE)
    await page.keyboard.type('penuh, tersambung')
    await page.keyboard.press('Enter')
    await expect.poll(() => written('penuh, tersambung'), PATIENCE).toBe(1)
    await context.setOffline(true)
    await note('penuh, luring')
    await page.locator('.unkept', { hasText: 'Belum tersimpan di perangkat ini' }).waitFor(PATIENCE)
    await page.getByText('1 menunggu dikirim').waitFor(PATIENCE)
    expect(await faults(page, '.unkept')).toEqual([])
    const room = await page.evaluate(() => [innerHeight, document.documentElement.scrollHeight])
    expect(room[1]).toBe(room[0])
    await picture(1366)
    await picture(360)
    await context.setOffline(false)
    await page.getByText('semua terkirim').waitFor(PATIENCE)
    await page.locator('.unkept').waitFor({ state: 'detached' })
    expect(await written('penuh, luring')).toBe(1)
    await page.evaluate(() => (window as unknown as { room(): void }).room())
  }, 90_000)

  test('what waits is written down again and sent when the data of the site is cleared under it', async () => {
    await context.setOffline(true)
    await note('data dihapus')
    await expect.poll(asksOnDisk, PATIENCE).toBe(1)
    const chrome = await context.newCDPSession(page)
    await chrome.send('Storage.clearDataForOrigin', { origin: demo.address, storageTypes: 'indexeddb' })
    await expect.poll(asksOnDisk, PATIENCE).toBe(1)
    await chrome.send('Storage.clearDataForOrigin', { origin: demo.address, storageTypes: 'indexeddb' })
    await context.setOffline(false)
    await page.getByText('semua terkirim').waitFor(PATIENCE)
    expect(await written('data dihapus')).toBe(1)
  }, 90_000)

  test('a newer version waits and says so; only a person reloads into it', async () => {
    const worker = readFileSync(WORKER)
    try {
      await page.evaluate(() => Object.assign(window, { same: true }))
      appendFileSync(WORKER, '\n// newer\n')
      const ready = page.getByRole('link', { name: 'versi baru siap' })
      // A look that was under way when the file changed answers for both, and has seen the old one: then look again.
      await expect
        .poll(async () => {
          await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update().catch(() => {}))
          return ready.count()
        }, PATIENCE)
        .toBe(1)
      await page.waitForTimeout(1000)
      expect(await page.evaluate(() => 'same' in window)).toBe(true)
      await ready.click()
      await page.getByRole('button', { name: 'Muat ulang versi baru' }).click()
      await expect.poll(() => page.evaluate(() => 'same' in window).catch(() => true), PATIENCE).toBe(false)
      await page.getByRole('heading', { name: 'Siap dipakai tanpa jaringan' }).waitFor(PATIENCE)
      expect(await page.getByRole('button', { name: 'Muat ulang versi baru' }).count()).toBe(0)
    } finally {
      writeFileSync(WORKER, worker)
    }
  }, 60_000)

  test('nothing was asked of anybody but the node', () => {
    expect(elsewhere).toEqual([])
  })
})
