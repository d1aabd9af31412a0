// Draws the application's icons from `public/icon.svg`; run again when the sign changes: node scripts/icons.mjs
import { readFileSync } from 'node:fs'
import { launch } from '../test/browser.mjs'

const at = (name) => new URL(`../public/${name}`, import.meta.url)
const svg = readFileSync(at('icon.svg'), 'utf8')
const inner = svg.match(/<path.*(?=<\/svg>)/)[0]
// A launcher cuts its own shape out of this one: the ground fills the square, the sign keeps to the middle 80 %.
const full = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" fill="#14181b"/><g transform="translate(4.8 3.4) scale(.7)">${inner}</g></svg>`

const browser = await launch()
const page = await browser.newPage()
for (const [name, drawn, size] of [
  ['icon-192.png', svg, 192],
  ['icon-512.png', svg, 512],
  ['icon-full-512.png', full, 512],
  ['icon-full-180.png', full, 180],
]) {
  await page.setViewportSize({ width: size, height: size })
  await page.setContent(`<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${drawn}`)
  await page.screenshot({ path: at(name).pathname, omitBackground: true })
}
await browser.close()
