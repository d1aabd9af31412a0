// Incidents that are over: closed and cancelled ones, the latest first; each can be read, corrected and opened again.
import { effect, type ReadonlySignal, useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { date, ms, now, shortTime } from '../../kernel/clock'
import { useDevice } from '../../kernel/device'
import { t, word } from '../../kernel/i18n'
import { useKeys } from '../../kernel/keys'
import type { LiveView } from '../../kernel/live'
import { Key, Sym } from '../../look/symbols'
import type { Incident } from './rows'
import { guessFinished, type IncidentRow } from './views'

const LATEST = '60'
const NONE: readonly LiveView<IncidentRow>[] = []

/** Opened only once somebody wants to see them. */
export function useFinished(wanted: boolean): ReadonlySignal<readonly IncidentRow[]> {
  const { views } = useDevice()
  const both = useMemo(
    () =>
      wanted
        ? ['closed', 'cancelled'].map((state) =>
            views.view<IncidentRow>('dispatch.incidents', { state, limit: LATEST }, { guess: guessFinished }),
          )
        : NONE,
    [views, wanted],
  )
  const rows = useSignal<readonly IncidentRow[]>([])
  useEffect(() => {
    const stop = effect(() => {
      rows.value = both.flatMap((view) => view.rows.value).sort((a, b) => endOf(b) - endOf(a))
    })
    return () => {
      stop()
      for (const view of both) view.close()
    }
  }, [both])
  return rows
}

const endOf = (row: IncidentRow) => ms(row.ended_at ?? row.opened_at)

type Props = {
  incidents: readonly Incident[]
  selected: string | undefined
  onPick(id: string): void
  onBack(): void
}

export function Finished({ incidents, selected, onPick, onBack }: Props) {
  const here = incidents.findIndex((one) => one.id === selected)
  const step = (by: number) => () => {
    const to = incidents[Math.min(Math.max(here + by, 0), incidents.length - 1)]
    if (to) onPick(to.id)
    return true
  }
  useKeys({ ArrowDown: step(1), ArrowUp: step(-1), Escape: onBack })
  return (
    <section class="panel incidents" aria-labelledby="finished-head">
      <div class="head">
        <h2 id="finished-head">{t('finished.title')}</h2>
        <span>{incidents.length}</span>
        <span class="end keys">
          <button type="button" onClick={onBack}>
            <Key>S</Key> {t('finished.back')}
          </button>
        </span>
      </div>
      {incidents.length ? null : <p class="calm quiet">{t('finished.none')}</p>}
      <ul role="listbox" aria-labelledby="finished-head">
        {incidents.map((incident) => (
          <li
            key={incident.id}
            role="option"
            class="row inc over"
            aria-selected={incident.id === selected}
            tabIndex={incident.id === selected ? 0 : -1}
            onClick={() => onPick(incident.id)}
            onKeyDown={(event) => {
              if (incident.id === selected || (event.key !== 'Enter' && event.key !== ' ')) return
              event.preventDefault()
              onPick(incident.id)
            }}
          >
            <Sym kind={incident.kind} look={incident.exercise ? 'drill' : 'held'} />
            <div class="t">
              {incident.number} <span class="cut">{incident.type}</span>
            </div>
            <div class="when">{endedAt(incident)}</div>
            <div class="p cut">
              {[incident.exercise ? t('incident.exercise') : '', ending(incident), incident.place]
                .filter(Boolean)
                .join(' · ')}
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}

export const ending = (incident: Incident) =>
  incident.state === 'cancelled'
    ? word('outcome', 'cancelled')
    : incident.outcome
      ? word('outcome', incident.outcome)
      : ''

/** The hour today, the day before that. */
function endedAt(incident: Incident): string {
  const { ended } = incident
  if (ended === undefined) return ''
  return date(ended) === date(now.value) ? shortTime(ended) : date(ended).slice(0, 5)
}
