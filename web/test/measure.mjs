// The browser's part of `siaga bench field`: reads what is wanted from standard input, prints the figures as one JSON line.
// Times of the desk are taken with the processor slowed four times, as on a mid-range Android; `seen` is not slowed.
import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { launch } from './browser.mjs'

const { address, name, password, token, incident, quick } = JSON.parse(readFileSync(0, 'utf8'))
const SLOWED = 4
const ROUNDS = quick ? 5 : 100
const CHANGES_PER_S = 20
const SECONDS = quick ? 3 : 20
const WEB = new URL('../../src/siaga/edges/web/', import.meta.url)
const DESK_READY = '.desk .inc'

const percentile = (values, percent) => {
  const ordered = [...values].sort((a, b) => a - b)
  return ordered[Math.min(ordered.length - 1, Math.ceil((percent / 100) * ordered.length) - 1)]
}
const rounded = (value, digits) => Number(value.toFixed(digits))
const gz = (file) => gzipSync(readFileSync(new URL(`assets/${file}`, WEB))).length / 1024

/** The script the desk needs without the map, and MapLibre with its worker, compressed. */
function sizes(loaded) {
  const files = readdirSync(new URL('assets/', WEB)).filter((file) => file.endsWith('.js'))
  const map = files.filter((file) => /^(map-engine|maplibre)/.test(file))
  const first = files.filter((file) => loaded.has(file) && !map.includes(file))
  const sum = (list) =>
    rounded(
      list.reduce((all, file) => all + gz(file), 0),
      1,
    )
  return { js_gz_kb: sum(first), map_gz_kb: sum(map) }
}

async function signIn(context) {
  const answer = await context.request.post(`${address}/api/session`, { data: { name, password } })
  if (!answer.ok()) throw new Error(`sign-in: ${answer.status()} ${await answer.text()}`)
}

async function slowed(page, rate = SLOWED) {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Emulation.setCPUThrottlingRate', { rate })
  return cdp
}

/**
 * Interactive: the first incident stands on the desk, the frame with it was drawn, and the main thread has taken up the
 * next task, as it would a key. The page takes the time itself, from the beginning of its navigation, so that neither the
 * driver's way to the browser nor its looking for elements counts. The map, the rest of the rows and what else comes
 * later is not waited for; a desk that is still busy with it is late here, since its next task is.
 */
function watchForDesk(ready) {
  new MutationObserver((_, watcher) => {
    if (!document.querySelector(ready)) return
    watcher.disconnect()
    requestAnimationFrame(() => setTimeout(() => (window.interactiveAt = performance.now())))
  }).observe(document, { subtree: true, childList: true })
}

/** Seconds until the desk is interactive. */
async function opened(page) {
  await page.addInitScript(watchForDesk, DESK_READY)
  await page.goto(`${address}/meja`, { waitUntil: 'commit' })
  const at = await page.waitForFunction(() => window.interactiveAt, null, { polling: 250, timeout: 60_000 })
  return (await at.jsonValue()) / 1000
}

async function desk(browser) {
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } })
  await signIn(context)
  const first = await context.newPage()
  const loaded = new Set()
  first.on('response', (response) => loaded.add(response.url().split('/').at(-1)))
  await slowed(first)
  const cold_s = await opened(first)
  await first.waitForTimeout(quick ? 2000 : 8000) // the map has come too
  await first.close()
  const warm = []
  for (let n = 0; n < (quick ? 1 : 3); n++) {
    const page = await context.newPage()
    await slowed(page)
    warm.push(await opened(page))
    await page.close()
  }
  const busy = await busyDesk(context)
  await context.close()
  return { cold_s: rounded(cold_s, 2), warm_s: rounded(percentile(warm, 50), 2), ...sizes(loaded), ...busy }
}

/** The desk while units report, twenty times a second: the share of script, and the longest task. */
async function busyDesk(context) {
  const page = await context.newPage()
  const cdp = await slowed(page)
  await opened(page)
  await page.waitForTimeout(quick ? 1000 : 8000) // the map has come
  await cdp.send('Performance.enable')
  await page.evaluate(() => {
    window.longest = 0
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.longest = Math.max(window.longest, entry.duration)
    }).observe({ type: 'longtask' })
  })
  const script = async () => {
    const { metrics } = await cdp.send('Performance.getMetrics')
    const of = (name) => metrics.find((metric) => metric.name === name)?.value ?? 0
    return { script: of('ScriptDuration'), at: of('Timestamp') }
  }
  const before = await script()
  const changes = await report(SECONDS)
  const after = await script()
  const longest = await page.evaluate(() => window.longest)
  const list = await page.locator(DESK_READY).count()
  await page.close()
  return {
    script_share: rounded((after.script - before.script) / (after.at - before.at), 3),
    longest_task_ms: Math.round(longest),
    changes_per_s: rounded(changes / (after.at - before.at), 1),
    incidents_shown: list,
  }
}

/** Units report over HTTP at a steady rate; how many were accepted. */
async function report(seconds) {
  const board = await fetch(`${address}/api/views/dispatch.board`, { headers: { Authorization: `Bearer ${token}` } })
  const units = (await board.json()).rows.filter((row) => row.incident)
  const statuses = ['on-the-way', 'arrived', 'access', 'ready-to-serve', 'action']
  const begin = Date.now()
  const sent = []
  for (let n = 0; n < seconds * CHANGES_PER_S; n++) {
    const row = units[n % units.length]
    const at = new Date().toISOString()
    const command = { unit: row.unit, incident: row.incident, status: statuses[Math.floor(n / units.length + n) % 5] }
    sent.push(ask('dispatch.report-status', `m${begin}-${n}`, at, command))
    await new Promise((resolve) => setTimeout(resolve, begin + ((n + 1) * 1000) / CHANGES_PER_S - Date.now()))
  }
  return (await Promise.all(sent)).filter(Boolean).length
}

async function ask(kind, id, at, command) {
  const answer = await fetch(`${address}/api/commands/${kind}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ ask: { id, at, seen_at: at }, command }),
  })
  return answer.ok
}

/** From an ask in one browser to the moment the other one's board shows it. */
async function seen(browsers) {
  const pages = []
  for (const browser of browsers) {
    const context = await browser.newContext({ viewport: { width: 1180, height: 820 } })
    await signIn(context)
    const page = await context.newPage()
    await page.goto(`${address}/komando/${incident}`)
    await page.locator('[data-crew]').first().waitFor({ timeout: 60_000 })
    await page.waitForTimeout(1000)
    pages.push(page)
  }
  const [asks, watches] = pages
  const crews = await asks.locator('[data-crew]').count()
  const waits = []
  for (let n = 0; n < ROUNDS; n++) {
    const bar = 280 - n
    const crew = `BTG-${((n * 2) % 40) + 2}`
    const shown = watches.evaluate(
      ([wanted, text]) =>
        new Promise((resolve, reject) => {
          const card = () => document.querySelector(`[data-crew="${wanted}"]`)?.textContent?.includes(text)
          const watcher = new MutationObserver(() => {
            if (!card()) return
            watcher.disconnect()
            resolve(Date.now())
          })
          watcher.observe(document.body, { subtree: true, childList: true, characterData: true })
          setTimeout(() => reject(new Error(`${wanted} never showed ${text}`)), 20_000)
        }),
      [crew, `${bar} bar`],
    )
    await watches.evaluate(() => 0) // the watcher stands
    const asked = await asks.evaluate(
      async ([where, who, value]) => {
        const session = await (await fetch('/api/session')).json()
        const at = new Date().toISOString()
        const began = Date.now()
        const answer = await fetch('/api/commands/field.report-air', {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': session.csrf },
          body: JSON.stringify({
            ask: { id: crypto.randomUUID(), at, seen_at: at },
            command: { incident: where, crew: who, person: '1', bar: value },
          }),
        })
        if (!answer.ok) throw new Error(await answer.text())
        return began
      },
      [incident, crew, bar],
    )
    waits.push((await shown) - asked)
    await watches.waitForTimeout(150)
  }
  return {
    crews_shown: crews,
    seen_p50_ms: Math.round(percentile(waits, 50)),
    seen_p99_ms: Math.round(percentile(waits, 99)),
  }
}

const browsers = [await launch(), await launch()]
try {
  const figures = { ...(await seen(browsers)), ...(await desk(browsers[0])) }
  console.log(JSON.stringify(figures))
} finally {
  for (const browser of browsers) await browser.close()
}
