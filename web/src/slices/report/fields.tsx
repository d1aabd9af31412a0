// The boxes of the forms: a code of the standards, a figure that may be unknown, words.
import { useId } from 'preact/hooks'
import { t } from '../../kernel/i18n'
import { Icon } from '../../look/symbols'
import type { Named } from './codes'
import { nameOf } from './codes'

/** So many are shown as buttons; more are a list to choose from. */
const FEW = 5

type CodeProps = {
  label: string
  of: readonly Named[]
  value: string
  onPick(value: string): void
  /** What no choice is called; without it something is always chosen. */
  none?: string
}

export function Code({ label, of, value, onPick, none }: CodeProps) {
  const all = of.map((one) => [one.id, nameOf(one)] as const)
  if (of.length <= FEW) return <OneOf label={label} of={all} value={value} onPick={onPick} />
  return <Select label={label} of={none === undefined ? all : [['', none], ...all]} value={value} onPick={onPick} />
}

/** One of many. The label stands beside the list, not around it: its words must not be taken for the label's. */
export function Select({ label, of, value, onPick }: OneOfProps) {
  const id = useId()
  return (
    <div class="field">
      <label class="of" for={id}>
        {label}
      </label>
      <select id={id} class="input" value={value} onChange={(event) => onPick(event.currentTarget.value)}>
        {of.map(([one, words]) => (
          <option key={one} value={one}>
            {words}
          </option>
        ))}
      </select>
    </div>
  )
}

type OneOfProps = {
  label: string
  of: readonly (readonly [string, string])[]
  value: string
  onPick(value: string): void
}

/** One of few, each a touch; arrows move as among any radio buttons. */
export function OneOf({ label, of, value, onPick }: OneOfProps) {
  return (
    <fieldset class="opts">
      <legend class="label">{label}</legend>
      {of.map(([id, words]) => (
        <label key={id} class={id === value ? 'is-on' : ''}>
          <input type="radio" class="sr" name={label} checked={id === value} onChange={() => onPick(id)} />
          {words}
        </label>
      ))}
    </fieldset>
  )
}

type FigureProps = {
  label: string
  value: string
  onText(text: string): void
  /** Its label stands elsewhere, above a column. */
  quiet?: boolean
  wrong?: boolean
  unit?: string
  placeholder?: string
}

/** A figure as it is typed: empty is not known, and says so. */
export function Figure({ label, value, onText, quiet, wrong, unit, placeholder }: FigureProps) {
  return (
    <label class="field">
      <span class={quiet ? 'sr' : ''}>{label}</span>
      <span class="input figure" aria-invalid={wrong}>
        <input
          inputMode="decimal"
          autocomplete="off"
          value={value}
          aria-invalid={wrong}
          placeholder={placeholder ?? t('reports.unknown')}
          onInput={(event) => onText(event.currentTarget.value)}
        />
        {unit ? <small aria-hidden="true">{unit}</small> : null}
      </span>
    </label>
  )
}

type WordsProps = {
  label: string
  value: string
  onText(text: string): void
  rows?: number
  hint?: string
  must?: boolean
  quiet?: boolean
  /** Fewer letters than words usually may have. */
  most?: number
  wrong?: boolean
}

export function Words({ label, value, onText, rows, hint, must, quiet, most, wrong }: WordsProps) {
  const id = useId()
  const shared = {
    id,
    class: 'input',
    value,
    maxLength: most ?? (rows ? 4000 : 400),
    'aria-invalid': wrong ?? false,
    required: must ?? false,
    ...(hint && { 'aria-describedby': `${id}-hint` }),
  }
  return (
    <div class="field">
      <label for={id} class={quiet ? 'sr' : 'of'}>
        {label}
      </label>
      {rows ? (
        <textarea {...shared} rows={rows} onInput={(event) => onText(event.currentTarget.value)} />
      ) : (
        <input {...shared} autocomplete="off" onInput={(event) => onText(event.currentTarget.value)} />
      )}
      {hint ? (
        <small class="hint" id={`${id}-hint`}>
          {hint}
        </small>
      ) : null}
    </div>
  )
}

export function Remove({ label, onGo }: { label: string; onGo(): void }) {
  return (
    <button type="button" class="btn bare remove" aria-label={label} title={label} onClick={onGo}>
      <Icon name="x" />
    </button>
  )
}
