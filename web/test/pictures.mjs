// Takes pictures of the screens of a running node, to be looked at: node test/pictures.mjs ADDRESS NAME PASSWORD OUT [what …]
// Languages, themes and widths by name: desk-dark-id-1920, call-light-en-360, komando-sun-id-1180, …
import { mkdirSync } from 'node:fs'
import { launch } from './browser.mjs'

const [address, name, password, out, ...wanted] = process.argv.slice(2)
mkdirSync(out, { recursive: true })
const SIZES = {
  360: [360, 780],
  412: [412, 915],
  820: [820, 1180],
  1180: [1180, 820],
  1366: [1366, 768],
  1920: [1920, 1080],
}
const browser = await launch()
const complaints = []

const fire = (page) =>
  page
    .locator('[role=option]', { hasText: /Permukiman|Dense/, hasNotText: /belum ada|no unit/ })
    .first()
    .click()
const hash = (to) => (page) => page.evaluate((at) => (location.hash = at), `#${to}`)
const keys =
  (...pressed) =>
  async (page) => {
    for (const key of pressed) {
      await page.keyboard.press(key)
      await page.waitForTimeout(250)
    }
  }
const type = (text) => (page) => page.keyboard.type(text)
async function place(page) {
  await page.keyboard.press('n')
  await page.locator('#where').fill('gunung sari')
  await page.locator('#where-list li').first().waitFor()
}
async function placed(page) {
  await place(page)
  await page.keyboard.press('Enter')
  await page.locator('.types button').first().waitFor()
}
async function blaze(page) {
  await placed(page)
  await page.locator('.types button', { hasText: /Permukiman padat|Dense/ }).click()
  await page.locator('.ask .yn').first().click()
  await page.waitForTimeout(2500)
}

/** The board of the first scene, and one of its sheets. */
async function scene(page) {
  await page.goto(`${address}/komando`)
  await page.locator('.scene').first().click()
  await page.locator('.komando .col').first().waitFor()
  await page.waitForTimeout(1500)
}
const sheet = (name) => [scene, hash(name)]
const ofCrew = (name) => [
  scene,
  async (page) => {
    const crew = await page.locator('.crew[data-crew]').first().getAttribute('data-crew')
    await hash(`${name}/${crew}`)(page)
  },
]

/** What is done before each picture; those that open an incident leave it open. */
const SCREENS = {
  signin: [],
  desk: [],
  fire: [fire],
  call: [place],
  called: [placed, keys('1')],
  blaze: [blaze],
  drill: [keys('n', 'Alt+l')],
  about: [placed, keys('1', 'p')],
  overrule: [fire, keys('u')],
  more: [fire, keys('m')],
  times: [fire, keys('m', '1')],
  swap: [fire, keys('m', '2')],
  finished: [keys('s', 'ArrowDown')],
  reopen: [keys('s', 'ArrowDown', 'm', '9')],
  road: [fire, keys('r')],
  cmd: [keys('/'), type('btg-4 ti')],
  open: [keys('/'), type('buka ')],
  keys: [keys('?')],
  list: [hash('daftar')],
  map: [hash('peta')],
  detail: [hash('rincian')],
  unit: [(page) => page.locator('.unit').first().click()],
  close: [keys('x')],
  scenes: [(page) => page.goto(`${address}/komando`), (page) => page.waitForTimeout(1500)],
  komando: [scene],
  lifted: [scene, (page) => page.locator('.grip').first().click()],
  crew: ofCrew('regu'),
  enter: ofCrew('masuk'),
  air: ofCrew('udara'),
  handover: sheet('serah'),
  structure: sheet('susunan'),
  sector: sheet('sektor-baru'),
  task: sheet('tugas'),
  hazards: [...sheet('bahaya'), (page) => page.waitForTimeout(2500)],
  resources: sheet('sumber'),
  water: sheet('air'),
  sitrep: sheet('laporan'),
  evacuation: sheet('evakuasi'),
  note: sheet('catat'),
  other: sheet('lain'),
  paper: [scene, (page) => page.emulateMedia({ media: 'print' })],
  ...Object.fromEntries(
    Object.entries({
      armada: 'armada',
      wall: 'dinding',
      shift: 'serah-jaga',
      liaison: 'penghubung',
      slip: 'slip',
      station: 'pos',
      mine: 'saya',
      device: 'perangkat',
      accounts: 'pengaturan',
      devices: 'pengaturan#perangkat',
      tokens: 'pengaturan#token',
      receivers: 'pengaturan#penerima',
    }).map(([name, path]) => [name, [(page) => page.goto(`${address}/${path}`), (page) => page.waitForTimeout(4000)]]),
  ),
  offline: [(page) => page.context().setOffline(true), (page) => page.waitForTimeout(12_000)],
}

/** One sign-in serves all pictures. */
async function signedIn() {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(`${address}/meja`)
  await page.locator('input[name=name]').fill(name)
  await page.locator('input[name=password]').fill(password)
  await page.locator('button[type=submit]').click()
  await page.locator('.desk').waitFor()
  const state = await context.storageState()
  await context.close()
  return state
}

let state
for (const what of wanted) {
  const [screen, theme, language, width] = what.split('-')
  const [w, h] = SIZES[width]
  if (screen !== 'signin') state ??= await signedIn()
  const context = await browser.newContext({
    viewport: { width: w, height: h },
    hasTouch: w < 1100,
    isMobile: w < 600,
    ...(screen !== 'signin' && { storageState: state }),
  })
  await context.addInitScript(
    ([t, l]) => {
      localStorage.setItem('siaga.theme', t)
      localStorage.setItem('siaga.language', l)
    },
    [theme, language],
  )
  const page = await context.newPage()
  page.on('console', (message) => {
    // A part of the application that the service worker brought was announced in vain: no complaint of ours.
    if (/preload/.test(message.text())) return
    if (['error', 'warning'].includes(message.type())) complaints.push(`${what}: ${message.text()}`)
  })
  page.on('pageerror', (error) => complaints.push(`${what}: ${error.message}`))
  await page.goto(`${address}/meja`)
  await page.locator(screen === 'signin' ? 'input[name=name]' : '.desk').waitFor()
  await page.waitForTimeout(screen === 'signin' ? 300 : 2200)
  try {
    for (const step of SCREENS[screen]) await step(page)
  } catch (error) {
    complaints.push(`${what}: ${error.message.split('\n')[0]}`)
  }
  await page.waitForTimeout(900)
  await page.screenshot({ path: `${out}/${what}.png` })
  await context.close()
}
await browser.close()
for (const line of new Set(complaints)) console.log(line)
