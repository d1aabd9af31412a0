// What "Where?" found, and for which words: hits of other words than those in the field are never taken for them.
import { computed, signal } from '@preact/signals'
import type { Row } from '../../kernel/contract'
import type { glance } from '../../kernel/doors'
import { number, t, word } from '../../kernel/i18n'
import type { LngLat } from '../../kernel/map'

/** Why a pasted text gives no place. */
export type Unclear = NonNullable<Row<'places.locate'>['reason']>

export type Found = {
  readonly lon: number
  readonly lat: number
  readonly precision: number
  readonly text: string
  readonly area?: string
  readonly id?: string
}

export type Hit = Found & { readonly name: string; readonly more: string }

type SearchRow = Row<'places.search'>

/** How exact a named place is: a street is long, a hydrant is a point (m). */
const PRECISION: Readonly<Record<string, number>> = {
  area: 800,
  street: 150,
  landmark: 60,
  object: 30,
  water: 10,
  hydrant: 10,
}

/** Signs that a text holds a place rather than a name: digits with a fraction, a link, a plus code, a grid reference. */
export const looksLocated = (text: string) =>
  /\d[.,°]\d|https?:|geo:|[23456789CFGHJMPQRVWX]{4,8}\+|^\s*\d{1,2}\s?[A-Z]{1,3}\s?[\dA-Z]|[′'’"″]|\d\s*°/i.test(text)

export function fromSearch(row: SearchRow): Hit {
  const text = [row.name, row.parts, row.context].filter(Boolean).join(', ')
  return {
    lon: row.lon,
    lat: row.lat,
    precision: PRECISION[row.kind] ?? 100,
    text,
    id: row.id,
    ...(row.area && { area: row.area }),
    name: [row.name, row.parts].filter(Boolean).join(' '),
    more: [row.context, word('place', row.kind)].filter((part) => part && part !== row.kind).join(' · '),
  }
}

/** Whoever hears no answer for so long is told so: a caller waits. */
const WITHIN_MS = 5000

export type Means = {
  readonly glance: typeof glance
  near(): LngLat | undefined
  areaName(id: string): string
  readonly withinMs?: number
}

type Seen = { readonly hits: readonly Hit[]; readonly reason?: Unclear | undefined }

export function openLook({ glance, near, areaName, withinMs = WITHIN_MS }: Means, begin = '') {
  const text = signal(begin)
  const seen = signal<Seen>({ hits: [] })
  /** The words that `seen` answers; undefined before anything was answered. */
  const answered = signal<string | undefined>(undefined)
  /** Words that a look was lost for. */
  const lost = signal<string | undefined>(undefined)
  const at = signal(0)
  const wanted = computed(() => text.value.trim())
  let running: { readonly words: string; readonly stop: AbortController; readonly end: Promise<void> } | undefined

  async function found(typed: string, stop: AbortSignal): Promise<Seen> {
    const here = near()
    const params = { text: typed, ...(here && { lon: String(here[0]), lat: String(here[1]) }) }
    const [place] = looksLocated(typed) ? await glance('places.locate', params, stop) : []
    if (place && place.lon !== null && place.lat !== null) {
      const area = place.area ? areaName(place.area) : ''
      const name = `${number(place.lat, 5)}; ${number(place.lon, 5)}`
      const hit = {
        lon: place.lon,
        lat: place.lat,
        precision: place.precision_m ?? 50,
        text: [area, name].filter(Boolean).join(', '),
        ...(place.area && { area: place.area }),
        name,
        more: [area, t('where.precision', { n: number(place.precision_m ?? 0) })].filter(Boolean).join(' · '),
      }
      return { hits: [hit] }
    }
    const hits = (await glance('places.search', { ...params, limit: '8' }, stop)).map(fromSearch)
    return { hits, reason: hits.length ? undefined : (place?.reason ?? undefined) }
  }

  function answer(words: string, what: Seen) {
    seen.value = what
    answered.value = words
    lost.value = undefined
    at.value = 0
  }

  /** Looks for what stands in the field; a look for the very same words that is under way is not asked again. */
  function look(): Promise<void> {
    const words = wanted.peek()
    if (running?.words === words) return running.end
    running?.stop.abort()
    running = undefined
    lost.value = undefined
    if (!words) {
      answer(words, { hits: [] })
      return Promise.resolve()
    }
    const stop = new AbortController()
    const late = setTimeout(() => stop.abort('late'), withinMs)
    const end = found(words, stop.signal)
      .then((what) => {
        if (!stop.signal.aborted) answer(words, what)
      })
      .catch(() => {
        if (stop.signal.aborted && stop.signal.reason !== 'late') return
        answer(words, { hits: [] })
        answered.value = undefined
        lost.value = words
      })
      .finally(() => {
        clearTimeout(late)
        if (running?.stop === stop) running = undefined
      })
    running = { words, stop, end }
    return end
  }

  return {
    text,
    at,
    hits: computed(() => seen.value.hits),
    reason: computed(() => (answered.value === wanted.value ? seen.value.reason : undefined)),
    /** What is listed answers other words than those that stand in the field. */
    old: computed(() => answered.value !== wanted.value),
    /** The node did not answer what stands in the field. */
    lost: computed(() => lost.value !== undefined && lost.value === wanted.value),
    look,
    /**
     * What Enter takes: what is marked among the hits of these very words. If they have not been answered yet, they are
     * looked for first; the first hit is then meant, or the one that was marked if it is among them, or else nothing.
     */
    async enter(): Promise<Hit | undefined> {
      const words = wanted.peek()
      if (!words) return undefined
      if (answered.peek() === words) return seen.peek().hits[at.peek()]
      const marked = at.peek() > 0 ? seen.peek().hits[at.peek()] : undefined
      await look()
      if (wanted.peek() !== words || answered.peek() !== words) return undefined
      const { hits } = seen.peek()
      return marked ? hits.find((hit) => hit.text === marked.text && hit.id === marked.id) : hits[at.peek()]
    },
    /** A hit by its number: only of what answers the words in the field; what has not been seen has no number. */
    nth: (n: number): Hit | undefined => (answered.peek() === wanted.peek() ? seen.peek().hits[n - 1] : undefined),
    /** It was chosen: its own words stand in the field, and Enter means it again. */
    chose(hit: Hit) {
      running?.stop.abort()
      running = undefined
      text.value = hit.text
      answer(hit.text.trim(), { hits: [hit] })
    },
    step(by: number) {
      at.value = Math.min(Math.max(at.value + by, 0), Math.max(seen.value.hits.length - 1, 0))
    },
    /** It is kept as it was said: nothing is left to choose from. */
    clear() {
      text.value = ''
      answer('', { hits: [] })
    },
    end() {
      running?.stop.abort()
      running = undefined
    },
  }
}

export type Look = ReturnType<typeof openLook>
