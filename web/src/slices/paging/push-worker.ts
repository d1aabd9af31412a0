// What the service worker does with a pushed alert: shows it, says that it arrived, takes an answer from the lock
// screen, or opens the page of the alert. It stands alone: the worker is built as one file.

/** What the node pushes (see `adapters/paging/web_push.py`). The link carries the proof behind its `#`. */
type Pushed = { readonly id: string; readonly title: string; readonly text: string; readonly link: string }

type Notifying = { showNotification(title: string, options: NotificationOptions): Promise<void> }
type Opened = { readonly url: string; focus(): Promise<unknown>; navigate(url: string): Promise<unknown> }

/** What is needed of the worker's global scope. */
export type Scope = {
  readonly location: { readonly origin: string }
  readonly registration: Notifying
  readonly clients: {
    matchAll(options: { type: 'window'; includeUncontrolled: boolean }): Promise<readonly Opened[]>
    openWindow(url: string): Promise<unknown>
  }
  fetch(path: string, init: RequestInit): Promise<Response>
}

/** `#alert/turn/proof`, on our own address whatever name the node calls itself by. */
export function read(link: string): { alert: string; turn: number; proof: string; path: string } | undefined {
  const [alert = '', turn = '', proof = ''] = link.split('#')[1]?.split('/') ?? []
  if (!alert || !/^\d+$/.test(turn) || !/^[0-9a-f]{32}$/.test(proof)) return undefined
  return { alert, turn: Number(turn), proof, path: `/saya#${alert}/${turn}/${proof}` }
}

function pushedOf(data: string | undefined): Pushed | undefined {
  try {
    const said = JSON.parse(data ?? '') as Partial<Pushed>
    const { id, title, text, link } = said
    if (typeof id !== 'string' || typeof title !== 'string') return undefined
    return { id, title, text: typeof text === 'string' ? text : '', link: typeof link === 'string' ? link : '' }
  } catch {
    return undefined
  }
}

const post = (scope: Scope, path: string, body: object) =>
  scope.fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })

/** A browser that shows nothing for a push loses the right to get any: what cannot be read is shown as such. */
export async function show(scope: Scope, data: string | undefined): Promise<void> {
  const pushed = pushedOf(data)
  const link = pushed && read(pushed.link)
  const options = {
    body: pushed?.text ?? '',
    tag: pushed?.id ?? 'siaga',
    renotify: true,
    requireInteraction: true,
    icon: '/icon-192.png',
    badge: '/icon-192.png',
    lang: 'id',
    vibrate: [300, 150, 300, 150, 600],
    data: { link: pushed?.link ?? '' },
    ...(link && {
      actions: [
        { action: 'coming', title: 'Saya datang' },
        { action: 'not', title: 'Tidak bisa' },
      ],
    }),
  }
  await scope.registration.showNotification(pushed?.title ?? 'Siaga', options)
  if (!link) return
  const { alert, turn, proof } = link
  await post(scope, '/api/paging/arrived', { alert, turn, proof }).catch(() => {})
}

/** An answer from the notification goes out at once; when it does not arrive, the page opens to try again. */
export async function click(scope: Scope, action: string, link: string): Promise<void> {
  const to = read(link)
  if (to && (action === 'coming' || action === 'not')) {
    const { alert, proof } = to
    const sent = await post(scope, '/api/paging/answer', { alert, proof, coming: action === 'coming' }).then(
      (answer) => answer.ok,
      () => false,
    )
    if (sent) return
  }
  const path = to?.path ?? '/saya'
  const windows = await scope.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const own = windows.find((window) => new URL(window.url).pathname.startsWith('/saya'))
  if (!own) return void (await scope.clients.openWindow(path))
  await own.navigate(path)
  await own.focus()
}

/** Puts both on the worker. */
export function listenToPush(worker: Scope & EventTarget) {
  worker.addEventListener('push', (event) => {
    const { data, waitUntil } = event as Event & { data?: { text(): string } } & Waits
    waitUntil.call(event, show(worker, data?.text()))
  })
  worker.addEventListener('notificationclick', (event) => {
    const { notification, action, waitUntil } = event as Event & Clicked & Waits
    notification.close()
    waitUntil.call(event, click(worker, action, String(notification.data?.link ?? '')))
  })
}

type Waits = { waitUntil(done: Promise<unknown>): void }
type Clicked = {
  readonly action: string
  readonly notification: { readonly data?: { readonly link?: unknown }; close(): void }
}
