// This browser as a way to be reached: whether it takes pushed messages, and how it begins and ends to do so.
import { signal } from '@preact/signals'
import type { Device } from '../../kernel/device'

/** `missing`: the browser has no such thing here (it needs https). `refused`: the person forbade notifications. */
export type PushState = 'looking' | 'missing' | 'refused' | 'off' | 'on' | 'working' | 'failed'

export type Subscribed = { readonly endpoint: string; readonly p256dh: string; readonly auth: string }

/** Of the key the node calls itself by at push services. */
export function bytesOf(key: string): Uint8Array<ArrayBuffer> {
  const text = atob(key.replace(/-/g, '+').replace(/_/g, '/'))
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0))
}

/** What the node calls a subscription: it never shows the endpoint itself. */
export async function digestOf(endpoint: string): Promise<string> {
  const sum = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(endpoint))
  return [...new Uint8Array(sum)]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .slice(0, 32)
}

export function partsOf(subscription: PushSubscription): Subscribed | undefined {
  const { endpoint, keys } = subscription.toJSON()
  const { p256dh, auth } = keys ?? {}
  return endpoint && p256dh && auth ? { endpoint, p256dh, auth } : undefined
}

const supported = () =>
  'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window && isSecureContext

/** The node's key may have changed (a restore without `push.key`): the old subscription is of no use then. */
async function subscribe(key: string): Promise<PushSubscription> {
  const { pushManager } = await navigator.serviceWorker.ready
  const options = { userVisibleOnly: true, applicationServerKey: bytesOf(key) }
  try {
    return await pushManager.subscribe(options)
  } catch (error) {
    const held = await pushManager.getSubscription()
    if (!held) throw error
    await held.unsubscribe()
    return pushManager.subscribe(options)
  }
}

export function openPush(device: Device) {
  const state = signal<PushState>('looking')

  async function held(): Promise<Subscribed | undefined> {
    const registration = await navigator.serviceWorker.getRegistration()
    const found = await registration?.pushManager.getSubscription()
    return found ? partsOf(found) : undefined
  }

  return {
    state,
    /** Compares what the browser holds with what the node knows; what only the browser has is told again. */
    async look(known: readonly string[]) {
      if (!supported()) {
        state.value = 'missing'
        return
      }
      const found = await held().catch(() => undefined)
      if (Notification.permission === 'denied') state.value = 'refused'
      else if (!found) state.value = 'off'
      else if (known.includes(await digestOf(found.endpoint))) state.value = 'on'
      else {
        const said = await device.ask({ kind: 'paging.subscribe-push', push: found })
        state.value = said.is === 'refused' ? 'failed' : 'on'
      }
    },
    async begin(key: string) {
      state.value = 'working'
      try {
        if ((await Notification.requestPermission()) !== 'granted') {
          state.value = 'refused'
          return
        }
        const found = partsOf(await subscribe(key))
        const said = found && (await device.ask({ kind: 'paging.subscribe-push', push: found }))
        state.value = said && said.is !== 'refused' ? 'on' : 'failed'
      } catch {
        state.value = 'failed'
      }
    },
    async end() {
      const found = await held().catch(() => undefined)
      if (!found) return
      await device.ask({ kind: 'paging.unsubscribe-push', endpoint: found.endpoint })
      const registration = await navigator.serviceWorker.getRegistration()
      await (await registration?.pushManager.getSubscription())?.unsubscribe()
      state.value = 'off'
    },
  }
}
