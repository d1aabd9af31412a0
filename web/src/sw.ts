// The service worker: keeps the built application on the device, so that it opens without network. It keeps nothing of
// the node's data (that lies in IndexedDB, with its age), and a new version waits until a person asks for it.
/// <reference lib="webworker" />
import { listenToPush, type Scope } from './slices/paging/push-worker'

/** Filled in by the build (`scripts/worker.mjs`): a digest over all files, and their paths. */
declare const APP_VERSION: string
declare const APP_FILES: readonly string[]

const worker = self as unknown as ServiceWorkerGlobalScope
const SHELF = 'siaga-app-'
const MINE = SHELF + APP_VERSION
const PAGE = '/index.html'

/** Pages of the node itself: they need it, so there is nothing to open without it. */
const OF_THE_NODE = /^\/(api|pages|pasang|publik(?:\.json)?|health|metrics|masuk\/perangkat)(\/|$)/

const hashed = (path: string) => path.startsWith('/assets/')

/** Takes what has not changed from the version before: a tablet on a thin line fetches the difference only. */
async function stock() {
  const shelf = await caches.open(MINE)
  await Promise.all(
    APP_FILES.map(async (path) => {
      const held = hashed(path) ? await caches.match(path) : undefined
      if (held) return shelf.put(path, held)
      const answer = await fetch(path, { cache: 'reload' })
      if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
      return shelf.put(path, answer)
    }),
  )
}

/** The version before stays: a page that still runs it may ask for a part it has not loaded yet. */
async function tidy() {
  const older = (await caches.keys()).filter((name) => name.startsWith(SHELF) && name !== MINE)
  await Promise.all(older.slice(0, -1).map((name) => caches.delete(name)))
  await worker.clients.claim()
}

async function kept(request: Request, path: string): Promise<Response> {
  const mine = await caches.open(MINE)
  return (await mine.match(path)) ?? (await caches.match(path)) ?? fetch(request)
}

worker.addEventListener('install', (event) => event.waitUntil(stock()))
worker.addEventListener('activate', (event) => event.waitUntil(tidy()))

worker.addEventListener('message', (event) => {
  if (event.data === 'take-over') void worker.skipWaiting()
})

listenToPush(worker as unknown as Scope & EventTarget)

worker.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== worker.location.origin || OF_THE_NODE.test(pathname)) return
  if (request.mode === 'navigate') event.respondWith(kept(request, PAGE))
  else if (APP_FILES.includes(pathname) || hashed(pathname)) event.respondWith(kept(request, pathname))
})
