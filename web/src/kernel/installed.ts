// The application as something installed: whether it opens without network, whether a newer version waits, and the
// browser's offer to put it on the home screen. Nothing here ever reloads the page by itself.
import { signal } from '@preact/signals'

/** Chromium's offer to install, kept until a person wants it. */
type Offer = Event & { prompt(): Promise<unknown> }

/** `unsafe`: the browser keeps no application here, since the page did not come over TLS. */
export const kept = signal<'unsafe' | 'coming' | 'yes'>('unsafe')
/** A newer version is on this device and waits for somebody to reload. */
export const fresh = signal(false)
export const offer = signal<Offer | undefined>(undefined)

const LOOK_MS = 30 * 60_000
let registered: ServiceWorkerRegistration | undefined
let wanted = false

export const standalone = () => matchMedia('(display-mode: standalone)').matches

export function startInstalled() {
  addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault()
    offer.value = event as Offer
  })
  addEventListener('appinstalled', () => (offer.value = undefined))
  if (import.meta.env.PROD && 'serviceWorker' in navigator) void register().catch((reason) => console.warn(reason))
}

async function register() {
  const { serviceWorker } = navigator
  kept.value = 'coming'
  let before = serviceWorker.controller
  serviceWorker.addEventListener('controllerchange', () => {
    if (wanted) location.reload()
    // Another window has taken the newer version: this one still runs the old one.
    else if (before) fresh.value = true
    before = serviceWorker.controller
  })
  registered = await serviceWorker.register('/sw.js')
  if (registered.waiting && before) fresh.value = true
  registered.addEventListener('updatefound', () => {
    const coming = registered?.installing
    coming?.addEventListener('statechange', () => {
      if (coming.state === 'installed' && serviceWorker.controller) fresh.value = true
    })
  })
  await serviceWorker.ready
  kept.value = 'yes'
  setInterval(look, LOOK_MS)
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') look()
  })
}

/** Asks the node whether there is a newer version; without a node there is none. */
function look() {
  void registered?.update().catch(() => {})
}

/** The person wants the newer version now. */
export function takeOver() {
  wanted = true
  if (registered?.waiting) registered.waiting.postMessage('take-over')
  else location.reload()
}

export async function install() {
  await offer.value?.prompt()
  offer.value = undefined
}

/** The version of the application that this device holds, as its store is named. */
export async function appVersion(): Promise<string | undefined> {
  if (!('caches' in globalThis)) return undefined
  return (await caches.keys())
    .filter((name) => name.startsWith('siaga-app-'))
    .at(-1)
    ?.slice('siaga-app-'.length)
}
