// Where the person is: the path names the screen, the hash the page of it that a narrow window shows.
import { signal } from '@preact/signals'

export const path = signal('/')
export const page = signal('')

const read = () => {
  path.value = location.pathname
  page.value = location.hash.slice(1)
}

export function startRouter(): () => void {
  read()
  addEventListener('popstate', read)
  addEventListener('hashchange', read)
  return () => {
    removeEventListener('popstate', read)
    removeEventListener('hashchange', read)
  }
}

/** For links of the page itself: the browser does not load it anew. */
export function follow(event: MouseEvent & { readonly currentTarget: EventTarget & HTMLAnchorElement }) {
  if (event.metaKey || event.ctrlKey || event.shiftKey) return
  event.preventDefault()
  go(event.currentTarget.pathname + event.currentTarget.hash)
}

export function go(to: string, options: { replace?: boolean } = {}) {
  if (options.replace) history.replaceState(null, '', to)
  else history.pushState(null, '', to)
  read()
}
