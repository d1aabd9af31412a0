// "Where?": names as one types, pasted coordinates, links and codes; what holds no certain place is kept and said so.
import { useSignal } from '@preact/signals'
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import { useDevice } from '../../kernel/device'
import { glance } from '../../kernel/doors'
import { t, word } from '../../kernel/i18n'
import type { LngLat } from '../../kernel/map'
import { Icon, Key } from '../../look/symbols'
import { type Found, type Hit, openLook, type Unclear } from './where-look'

export type { Found } from './where-look'

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
/** Before it is said that a look runs: most are over by then. */
const SLOW_MS = 300

export function Where({ near, chosen, areaName, onPick, onUnclear, mapless }: Props) {
  const line = useDevice().feed.line.value
  const means = useRef({ near, areaName })
  means.current = { near, areaName }
  const look = useMemo(
    () => openLook({ glance, near: () => means.current.near, areaName: (id) => means.current.areaName(id) }, chosen),
    [],
  )
  const { text, hits, at, reason, old, lost } = look
  const open = useSignal(false)
  const input = useRef<HTMLInputElement>(null)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)

  // Before the next key: who types the place right after N must not lose its first letters to the desk's keys.
  useLayoutEffect(() => {
    if (!chosen) input.current?.focus()
    return () => {
      clearTimeout(timer.current)
      look.end()
    }
  }, [])
  useEffect(() => {
    if (!chosen) return
    text.value = chosen
    open.value = false
  }, [chosen])
  // What was lost is asked for again when there is somebody to ask.
  useEffect(() => {
    if (line === 'connected' && open.peek() && lost.peek()) void look.look()
  }, [line])

  function type(next: string) {
    text.value = next
    open.value = true
    clearTimeout(timer.current)
    timer.current = setTimeout(() => void look.look(), WAIT_MS)
  }

  function pick(hit: Hit | undefined) {
    if (!hit) return
    clearTimeout(timer.current)
    open.value = false
    look.chose(hit)
    input.current?.blur()
    onPick(hit)
  }

  async function enter() {
    clearTimeout(timer.current)
    // What stands there unchanged is where it already is.
    if (chosen && text.peek() === chosen && old.peek()) return input.current?.blur()
    open.value = true
    pick(await look.enter())
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') look.step(event.key === 'ArrowDown' ? 1 : -1)
    else if (event.key === 'Enter') void enter()
    else if (event.altKey && /^[1-9]$/.test(event.key)) pick(look.nth(Number(event.key)))
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  const listed = open.value && hits.value.length > 0
  const asking = open.value && text.value.trim() !== '' && old.value
  const busy = asking && !lost.value
  const slow = useSignal(false)
  useEffect(() => {
    const timer = busy ? setTimeout(() => (slow.value = true), SLOW_MS) : undefined
    return () => {
      clearTimeout(timer)
      slow.value = false
    }
  }, [busy])
  const away = lost.value || (busy && line === 'lost')
  const none = !asking && !hits.value.length && !reason.value
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
          aria-busy={busy}
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
      <ul
        class="menu"
        id="where-list"
        role="listbox"
        aria-label={t('where.title')}
        aria-busy={busy}
        data-old={old.value || undefined}
        hidden={!listed}
      >
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
                look.clear()
                input.current?.focus()
              }}
            >
              {t('where.keep')}
            </button>
          </span>
        </div>
      ) : null}
      {open.value && text.value.trim() && (lost.value || slow.value || none) ? (
        <p class="hint" role="status">
          {t(away ? 'where.away' : none ? 'where.none' : 'where.looking')}
        </p>
      ) : null}
      {chosen || mapless ? null : <p class="hint">{t('where.or-map')}</p>}
    </>
  )
}
