// Tells the service worker, at the end of a build, which files make the application: their paths and one digest.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

const WORKER = 'sw.js'
const SCREEN_ONLY = /\.map$/

const files = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

/** @returns {import('vite').Plugin} */
export function worker() {
  let publicDir = ''
  return {
    name: 'siaga-worker',
    enforce: 'post',
    apply: 'build',
    configResolved(config) {
      publicDir = config.publicDir
    },
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const made = Object.values(bundle).filter((one) => one.fileName !== WORKER && !SCREEN_ONLY.test(one.fileName))
        const parts = new Map([
          ...made.map((one) => [`/${one.fileName}`, one.type === 'chunk' ? one.code : one.source]),
          ...files(publicDir).map((file) => [`/${relative(publicDir, file)}`, readFileSync(file)]),
        ])
        const paths = [...parts.keys()].sort()
        const sum = createHash('sha256')
        for (const path of paths) sum.update(path).update(parts.get(path))
        const chunk = bundle[WORKER]
        if (chunk?.type !== 'chunk') throw new Error('the service worker was not built')
        if (chunk.imports.length) throw new Error('the service worker must stand alone')
        chunk.code = chunk.code
          .replaceAll('APP_VERSION', JSON.stringify(sum.digest('hex').slice(0, 10)))
          .replaceAll('APP_FILES', JSON.stringify(paths))
      },
    },
  }
}
