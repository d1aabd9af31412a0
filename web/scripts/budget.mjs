// What the first page costs: script and styles before the map, compressed. Fails over the budget.
import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const BUDGET_KB = 150
const folder = new URL('../../src/siaga/edges/web/', import.meta.url)
const page = readFileSync(new URL('index.html', folder), 'utf8')
const first = [...page.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)].map((hit) => hit[1])
const size = (name) => gzipSync(readFileSync(new URL(name, folder))).length / 1024

// What the first script imports statically comes with it; the map is imported on demand.
const script = first.find((name) => name.startsWith('assets/') && name.endsWith('.js'))
const text = readFileSync(new URL(script, folder), 'utf8')
const along = [...text.matchAll(/(?:^|[;}\s])import\s*(?:[^"'()]*?from\s*)?["']\.\/([^"']+\.js)["']/g)].map(
  (hit) => `assets/${hit[1]}`,
)
const files = [...new Set([...first, ...along])]
const total = files.reduce((sum, name) => sum + size(name), 0)
const map = readdirSync(new URL('assets/', folder)).find(
  (name) => name.startsWith('map-engine') && name.endsWith('.js'),
)
console.log(
  `first page: ${total.toFixed(0)} kB compressed of ${BUDGET_KB} (${files.length} files); map later: ${size(`assets/${map}`).toFixed(0)} kB`,
)
if (total > BUDGET_KB || files.some((name) => name.includes('map-engine'))) process.exit(1)
