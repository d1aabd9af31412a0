// Measures the contrast (WCAG 2) of every pair of colours that the components use, in all three themes; fails when one is low.
import { readFileSync } from 'node:fs'

const css = readFileSync(new URL('../src/look/tokens.css', import.meta.url), 'utf8')
const themes = {}
for (const [, name, body] of css.matchAll(/\[data-theme='(\w+)'\] \{([^}]+)\}/g))
  themes[name] = Object.fromEntries([...body.matchAll(/--([\w-]+): (#[0-9a-f]{6})\b/g)].map((m) => [m[1], m[2]]))
const lum = (h) =>
  [1, 3, 5]
    .map((i) => parseInt(h.slice(i, i + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((s, c, i) => s + c * [0.2126, 0.7152, 0.0722][i], 0)
const ratio = (a, b) => {
  const [x, y] = [lum(a), lum(b)].sort((p, q) => q - p)
  return (x + 0.05) / (y + 0.05)
}
const pairs = []
for (const f of ['text', 'text-2', 'text-3'])
  for (const b of ['panel', 'raised', 'over', 'ground']) pairs.push([f, b, 4.5])
for (const s of ['move', 'scene', 'watch', 'plan', 'danger']) {
  pairs.push(
    [s, 'panel', 4.5],
    [s, 'raised', 4.5],
    [s, `${s}-tint`, 4.5],
    ['text', `${s}-tint`, 4.5],
    ['text-2', `${s}-tint`, 4.5],
    [s, 'land', 3],
    [s, 'cover', 3],
  )
}
pairs.push(
  ['on-inverse', 'inverse', 4.5],
  ['on-watch', 'fill-watch', 4.5],
  ['on-danger', 'fill-danger', 4.5],
  ['fill-danger', 'panel', 3],
  ['edge', 'panel', 3],
  ['edge', 'raised', 3],
  ['edge', 'ground', 3],
  ['focus', 'panel', 3],
  ['focus', 'raised', 3],
  ['text', 'track', 3],
  ['text-2', 'track', 3],
  ['text-3', 'track', 3],
  ['move', 'track', 3],
  ['scene', 'track', 3],
  ['map-text', 'land', 4.5],
  ['map-text', 'cover', 4.5],
  ['map-text', 'water', 4.5],
)
let bad = 0
for (const theme of ['dark', 'light', 'sun'])
  for (const [front, back, target] of pairs) {
    const least = theme === 'sun' && target === 4.5 ? 7 : target
    const got = ratio(themes[theme][front], themes[theme][back])
    if (got >= least) continue
    bad++
    console.log(`LOW ${theme} ${front} on ${back}: ${got.toFixed(2)} < ${least}`)
  }
console.log(`contrast: ${pairs.length * 3} pairs measured, ${bad} low`)
process.exit(bad ? 1 : 0)
