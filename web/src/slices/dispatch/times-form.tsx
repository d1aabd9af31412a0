// Correcting times by hand: every clock of the incident or of one unit, each an input; Enter sends what was changed.
import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { t, word } from '../../kernel/i18n'
import { useKeys } from '../../kernel/keys'
import { Choices } from '../../look/choices'
import { Key } from '../../look/symbols'
import type { Clock } from './acts'
import type { Incident } from './rows'
import { startOf } from './strip-bar'
import { filled, shownTime, timesOf } from './times'
import type { IncidentRow } from './views'

type Props = {
  incident: Incident
  row: IncidentRow
  onCorrect(clock: Clock, at: string | null, unit: string | undefined, reason: string): void
  onBack(): void
}

export function TimesForm({ incident, row, onCorrect, onBack }: Props) {
  const unit = useSignal('')
  const typed = useSignal<Readonly<Record<string, string>>>({})
  const bad = useSignal<readonly Clock[]>([])
  const reason = useRef<HTMLInputElement>(null)
  useKeys({ Escape: onBack })
  const units = [...new Set(row.units.map((one) => one.unit))]
  const rows = timesOf(row, incident, unit.value || undefined)

  function send() {
    const form = filled(rows, typed.value, startOf(incident))
    bad.value = form.bad
    if (form.bad.length || !form.changes.length) return
    const why = reason.current?.value.trim() ?? ''
    for (const { clock, at } of form.changes) onCorrect(clock, at, unit.value || undefined, why)
    onBack()
  }

  return (
    <form
      class="acts times"
      aria-label={t('times.title')}
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      {units.length ? (
        <Choices
          label={t('times.whose')}
          value={unit.value}
          of={[['', t('times.incident')], ...units.map((one) => [one, one] as const)]}
          onPick={(one) => {
            unit.value = one
            typed.value = {}
            bad.value = []
          }}
        />
      ) : null}
      <div class="clocks">
        {rows.map((one, i) => (
          <label key={`${unit.value} ${one.clock}`}>
            <span class={one.corrected ? '' : 'quiet'}>
              {word('clock', one.clock)}
              {one.corrected ? <span class="faint"> · {t('times.corrected')}</span> : null}
            </span>
            <input
              class="input"
              value={typed.value[one.clock] ?? shownTime(one)}
              placeholder="–"
              autocomplete="off"
              aria-invalid={bad.value.includes(one.clock)}
              ref={(node) => {
                if (node && i === 0 && !document.activeElement?.closest('.times')) node.focus()
              }}
              onFocus={(event) => event.currentTarget.select()}
              onInput={(event) => {
                typed.value = { ...typed.value, [one.clock]: event.currentTarget.value }
              }}
            />
          </label>
        ))}
      </div>
      <input
        class="input"
        ref={reason}
        aria-label={t('times.reason')}
        placeholder={t('times.reason')}
        maxLength={400}
      />
      <p class="hint">{t(bad.value.length ? 'times.bad' : 'times.hint')}</p>
      <button type="submit" class="btn">
        {t('times.save')} <Key>Enter</Key>
      </button>
      <button type="button" class="btn bare" onClick={onBack}>
        {t('do.back')} <Key>Esc</Key>
      </button>
    </form>
  )
}
