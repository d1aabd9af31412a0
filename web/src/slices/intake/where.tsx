// "Where?": names as one types, pasted coordinates, links and codes; what holds no certain place is kept and said so.
import { useSignal } from '@preact/signals'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import type { Row } from '../../kernel/contract'
import { glance } from '../../kernel/doors'
import { number, t, word } from '../../kernel/i18n'
import type { LngLat } from '../../kernel/map'
import { Icon, Key } from '../../look/symbols'

/** Why a pasted text gives no place. */
type Unclear = NonNullable<Row<'places.locate'>['reason']>

export type Found = {
  readonly lon: number
  readonly lat: number
  readonly precision: number
  readonly text: string
  readonly area?: string
  readonly id?: string
}

type Hit = Found & { readonly name: string; readonly more: string }

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

type Props = {
  near: LngLat | undefined
  chosen: string | undefined
  areaName(id: string): string
  onPick(found: Found): void
  onUnclear(text: string, reason: Unclear): void
  /** No map stands beside it to point at. */
  mapless?: boolean
}

const WAIT_MS = 60

export function Where({ near, chosen, areaName, onPick, onUnclear, mapless }: Props) {
  const text = useSignal(chosen ?? '')
  const hits = useSignal<readonly Hit[]>([])
  const at = useSignal(0)
  const reason = useSignal<Unclear | undefined>(undefined)
  const open = useSignal(false)
  const failed = useSignal(false)
  const input = useRef<HTMLInputElement>(null)
  const asked = useRef<AbortController | undefined>(undefined)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)

  // Before the next key: who types the place right after N must not lose its first letters to the desk's keys.
  useLayoutEffect(() => {
    if (!chosen) input.current?.focus()
    return () => {
      clearTimeout(timer.current)
      asked.current?.abort()
    }
  }, [])
  useEffect(() => {
    if (chosen) text.value = chosen
  }, [chosen])

  async function look() {
    asked.current?.abort()
    const stop = new AbortController()
    asked.current = stop
    const typed = text.value.trim()
    reason.value = undefined
    if (!typed) {
      hits.value = []
      return
    }
    const params = { text: typed, ...(near && { lon: String(near[0]), lat: String(near[1]) }) }
    try {
      const located = looksLocated(typed) ? await glance('places.locate', params, stop.signal) : []
      const place = located[0]
      if (place && place.lon !== null && place.lat !== null) {
        const area = place.area ? areaName(place.area) : ''
        const name = `${number(place.lat, 5)}; ${number(place.lon, 5)}`
        hits.value = [
          {
            lon: place.lon,
            lat: place.lat,
            precision: place.precision_m ?? 50,
            text: [area, name].filter(Boolean).join(', '),
            ...(place.area && { area: place.area }),
            name,
            more: [area, t('where.precision', { n: number(place.precision_m ?? 0) })].filter(Boolean).join(' · '),
          },
        ]
      } else {
        hits.value = (await glance('places.search', { ...params, limit: '8' }, stop.signal)).map(fromSearch)
        if (place?.reason && !hits.value.length) reason.value = place.reason
      }
      at.value = 0
      failed.value = false
    } catch {
      if (!stop.signal.aborted) failed.value = true
    }
  }

  function type(next: string) {
    text.value = next
    open.value = true
    clearTimeout(timer.current)
    timer.current = setTimeout(() => void look(), WAIT_MS)
  }

  function pick(hit: Hit | undefined) {
    if (!hit) return
    open.value = false
    text.value = hit.text
    input.current?.blur()
    onPick(hit)
  }

  async function enter() {
    clearTimeout(timer.current)
    if (!hits.value.length) await look()
    pick(hits.value[at.value])
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const step = event.key === 'ArrowDown' ? 1 : -1
      at.value = Math.min(Math.max(at.value + step, 0), hits.value.length - 1)
    } else if (event.key === 'Enter') void enter()
    else if (event.altKey && /^[1-9]$/.test(event.key)) pick(hits.value[Number(event.key) - 1])
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  const listed = open.value && hits.value.length > 0
  return (
    <>
      <label class="field" for="where">
        <span>{t('where.title')}</span>
      </label>
      <span class="input l boxed">
        <Icon name="pin" />
        <input
          id="where"
          ref={input}
          value={text.value}
          role="combobox"
          aria-expanded={listed}
          aria-controls="where-list"
          aria-autocomplete="list"
          aria-activedescendant={listed ? `where-${at.value}` : undefined}
          autocomplete="off"
          spellcheck={false}
          placeholder={t('where.hint')}
          onInput={(event) => type(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          onFocus={(event) => event.currentTarget.select()}
        />
        {chosen && text.value === chosen ? <Icon name="check" /> : null}
      </span>
      <ul class="menu" id="where-list" role="listbox" aria-label={t('where.title')} hidden={!listed}>
        {hits.value.map((hit, i) => (
          <li
            key={`${hit.id ?? ''}${hit.text}`}
            id={`where-${i}`}
            role="option"
            aria-selected={i === at.value}
            class={i === at.value ? 'is-on' : ''}
            onMouseDown={(event) => {
              event.preventDefault()
              pick(hit)
            }}
          >
            <b>{hit.name}</b>
            <span class="quiet">{hit.more}</span>
            <span class="end">
              <Key>{i === at.value ? 'Enter' : `Alt ${i + 1}`}</Key>
            </span>
          </li>
        ))}
      </ul>
      {reason.value ? (
        <div class="note" data-s="watch" role="status">
          <Icon name="hand" />
          <b>{word('locate', reason.value)}</b>
          <span class="said-acts">
            <button
              type="button"
              class="btn"
              onClick={() => {
                if (reason.value) onUnclear(text.value.trim(), reason.value)
                reason.value = undefined
                text.value = ''
                input.current?.focus()
              }}
            >
              {t('where.keep')}
            </button>
          </span>
        </div>
      ) : null}
      {open.value && text.value.trim() && !hits.value.length && !reason.value ? (
        <p class="hint" role="status">
          {t(failed.value ? 'where.away' : 'where.none')}
        </p>
      ) : null}
      {chosen || mapless ? null : <p class="hint">{t('where.or-map')}</p>}
    </>
  )
}
