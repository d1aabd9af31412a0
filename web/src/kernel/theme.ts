// Three themes and the device's own wish; one key goes round. The first paint is set by `public/theme.js`.
import { signal } from '@preact/signals'

export type Theme = 'dark' | 'light' | 'sun'
export type Choice = Theme | 'device'

const ROUND: readonly Theme[] = ['dark', 'light', 'sun']
const KEY = 'siaga.theme'

export const choice = signal<Choice>('device')
export const theme = signal<Theme>('dark')

const device = (): Theme => (matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark')

function paint() {
  const next = choice.value === 'device' ? device() : choice.value
  // First the page, then who listens: a map reads its colours from the page.
  document.documentElement.dataset.theme = next
  theme.value = next
  // The bar of an installed application takes the colour of its panels.
  const panel = getComputedStyle(document.documentElement).getPropertyValue('--panel').trim()
  document.querySelector('meta[name=theme-color]')?.setAttribute('content', panel)
}

export function chooseTheme(next: Choice) {
  choice.value = next
  paint()
  try {
    localStorage.setItem(KEY, next)
  } catch {
    // Storage is off: the choice lasts as long as the page.
  }
}

export const nextTheme = () => chooseTheme(ROUND[(ROUND.indexOf(theme.value) + 1) % ROUND.length] ?? 'dark')

export function startTheme() {
  let kept: string | null = null
  try {
    kept = localStorage.getItem(KEY)
  } catch {
    // Storage is off: follow the device.
  }
  choice.value = kept === 'dark' || kept === 'light' || kept === 'sun' ? kept : 'device'
  paint()
  matchMedia('(prefers-color-scheme: light)').addEventListener('change', paint)
}
