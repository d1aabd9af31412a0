// What trackers suggest: a unit seems to have arrived, left or come home. Never assumed: a person agrees with one press.
import { type ReadonlySignal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { shortTime } from '../../kernel/clock'
import type { Row } from '../../kernel/contract'
import { clockOffset, glance } from '../../kernel/doors'
import { number, t, word } from '../../kernel/i18n'
import { idle } from '../../kernel/idle'
import { steady } from '../../kernel/steady'
import { Glyph } from '../../look/symbols'

export type Suggestion = Row<'dispatch.suggestions'>

const AGAIN_MS = 10_000

export function useSuggestions(): ReadonlySignal<readonly Suggestion[]> {
  const out = useSignal<readonly Suggestion[]>([])
  useEffect(() => {
    const stop = new AbortController()
    const asker = steady(async () => {
      await idle() // the lists first
      const at = new Date(Date.now() + clockOffset.peek()).toISOString()
      const rows = await glance('dispatch.suggestions', { at }, stop.signal)
      if (!stop.signal.aborted) out.value = rows
    }, 0)
    asker.ask()
    const timer = setInterval(asker.ask, AGAIN_MS)
    return () => {
      stop.abort()
      asker.end()
      clearInterval(timer)
    }
  }, [])
  return out
}

type Props = {
  suggestions: readonly Suggestion[]
  statusOf(unit: string): string | undefined
  onAgree(one: Suggestion): void
}

export function Suggestions({ suggestions, statusOf, onAgree }: Props) {
  // Only while the unit still does what the tracker's words rest on.
  const open = suggestions.filter((one) => statusOf(one.unit) === one.was)
  if (!open.length) return null
  return (
    <ul class="suggested" aria-label={t('suggestion.title')}>
      {open.map((one) => (
        <li key={`${one.unit} ${one.status}`}>
          <Glyph name="plan" />
          <span class="code">{one.unit}</span>
          <span class="cut">
            {t('suggestion.line', {
              status: word('report', one.status),
              at: shortTime(one.at),
              metres: number(Math.round(one.distance_m)),
            })}
          </span>
          <button type="button" class="btn" onClick={() => onAgree(one)}>
            {t('suggestion.agree')}
          </button>
        </li>
      ))}
    </ul>
  )
}
