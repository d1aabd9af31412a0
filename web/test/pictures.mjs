// Takes pictures of the screens of a running node, to be looked at: node test/pictures.mjs ADDRESS NAME PASSWORD OUT [what …]
// Languages, themes and widths by name: desk-dark-id-1920, call-light-en-360, …
import { mkdirSync } from 'node:fs'
import { launch } from './browser.mjs'

const [address, name, password, out, ...wanted] = process.argv.slice(2)
mkdirSync(out, { recursive: true })
const SIZES = { 360: [360, 780], 820: [820, 1180], 1366: [1366, 768], 1920: [1920, 1080] }
const browser = await launch()
const complaints = []

for (const what of wanted) {
  const [screen, theme, language, width] = what.split('-')
  const [w, h] = SIZES[width]
  const context = await browser.newContext({
    viewport: { width: w, height: h },
    hasTouch: w < 1100,
    isMobile: w < 600,
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
    if (['error', 'warning'].includes(message.type())) complaints.push(`${what}: ${message.text()}`)
  })
  page.on('pageerror', (error) => complaints.push(`${what}: ${error.message}`))
  await page.goto(`${address}/meja`)
  await page.locator('input[name=name]').waitFor()
  if (screen === 'signin') {
    await page.waitForTimeout(300)
  } else {
    await page.locator('input[name=name]').fill(name)
    await page.locator('input[name=password]').fill(password)
    await page.locator('button[type=submit]').click()
    await page.locator('.desk').waitFor()
    await page.waitForTimeout(2500)
    if (screen === 'call') {
      await page.keyboard.press('n')
      await page.locator('#where').fill('gunung sari')
      await page.locator('#where-list li').first().waitFor()
      await page.waitForTimeout(300)
    }
    if (screen === 'called') {
      await page.keyboard.press('n')
      await page.locator('#where').fill('gunung sari')
      await page.locator('#where-list li').first().waitFor()
      await page.keyboard.press('Enter')
      await page.locator('.types button').first().waitFor()
      await page.keyboard.press('1')
      await page.waitForTimeout(1800)
    }
    if (screen === 'fire') {
      await page
        .locator('[role=option]', { hasText: /Permukiman|Dense/ })
        .first()
        .click()
      await page.waitForTimeout(1500)
    }
    if (screen === 'blaze') {
      await page.keyboard.press('n')
      await page.locator('#where').fill('gunung sari')
      await page.locator('#where-list li').first().waitFor()
      await page.keyboard.press('Enter')
      const type = page.locator('.types button', { hasText: /Permukiman padat|Dense/ })
      await type.waitFor()
      await type.click()
      await page.locator('.ask .yn').first().click()
      await page.waitForTimeout(2500)
    }
    if (screen === 'cmd') {
      await page.keyboard.press('/')
      await page.keyboard.type('btg-4 ti')
      await page.waitForTimeout(200)
    }
    if (screen === 'keys') await page.keyboard.press('?')
    if (screen === 'list') await page.evaluate(() => (location.hash = '#daftar'))
    if (screen === 'map') await page.evaluate(() => (location.hash = '#peta'))
    if (screen === 'detail') await page.evaluate(() => (location.hash = '#rincian'))
    if (screen === 'unit') await page.locator('.unit').first().click()
    if (screen === 'close') await page.keyboard.press('x')
    await page.waitForTimeout(900)
  }
  await page.screenshot({ path: `${out}/${what}.png` })
  await context.close()
}
await browser.close()
for (const line of new Set(complaints)) console.log(line)
