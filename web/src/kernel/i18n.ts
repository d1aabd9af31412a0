// Words on the screen: Indonesian first, English complete. The catalogues are `texts/id.json` and `texts/en.json`.
import { computed, signal } from '@preact/signals'
import id from '../texts/id.json'
import { spoken } from './doors'

export type Language = 'id' | 'en'
export type Text = keyof typeof id
export type Vars = Readonly<Record<string, string | number>>

/** What Indonesian readers need is there at once; English comes when it is chosen, and stays. */
const catalogues: { id: Readonly<Record<string, string>>; en?: Readonly<Record<string, string>> } = { id }

export const language = signal<Language>('id')
export const locale = computed(() => (language.value === 'id' ? 'id-ID' : 'en-GB'))

let wanted: Language = 'id'

/** Speaks that language from then on, as soon as its words are there. */
export async function setLanguage(next: Language) {
  wanted = next
  if (next === 'en') catalogues.en ??= (await import('../texts/en.json')).default
  if (next !== wanted) return // somebody chose again meanwhile
  language.value = next
  spoken.value = next
  if (typeof document === 'undefined') return
  document.documentElement.lang = next
  try {
    localStorage.setItem('siaga.language', next)
  } catch {
    // Storage is off: the choice lasts as long as the page.
  }
}

export function startLanguage(): Promise<void> {
  let kept: string | null = null
  try {
    kept = localStorage.getItem('siaga.language')
  } catch {
    // Storage is off: Indonesian.
  }
  return setLanguage(kept === 'en' ? 'en' : 'id').catch(() => setLanguage('id'))
}

/** Fills `{name}`; a text `one|many` chooses by `n`. */
export function fill(text: string, vars: Vars = {}): string {
  const forms = text.split('|')
  const form = forms.length > 1 && vars.n !== 1 && vars.n !== '1' ? (forms[1] ?? '') : (forms[0] ?? '')
  return form.replace(/\{([\w-]+)\}/g, (_, name: string) => String(vars[name] ?? `{${name}}`))
}

export function t(key: Text, vars?: Vars): string {
  return fill(catalogues[language.value]?.[key] ?? id[key] ?? key, vars)
}

/** A word for an id that data may bring (a status, a role): the catalogue's, or the id itself. */
export function word(group: string, name: string): string {
  return catalogues[language.value]?.[`${group}.${name}`] ?? name
}

/** Forms by language and digits: making one costs far more than writing a number with it. */
const forms = new Map<string, Intl.NumberFormat>()

export function number(value: number, digits = 0): string {
  if (!digits && Number.isInteger(value) && Math.abs(value) < 1000) return String(value) // the same in every language
  const key = `${locale.value} ${digits}`
  let form = forms.get(key)
  if (!form) {
    form = new Intl.NumberFormat(locale.value, { minimumFractionDigits: digits, maximumFractionDigits: digits })
    forms.set(key, form)
  }
  return form.format(value)
}

export const percent = (share: number) =>
  language.value === 'id' ? `${number(share * 100)} %` : `${number(share * 100)}%`
