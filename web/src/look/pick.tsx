// One of several, each with its number key; Escape goes back. And one line of reason for what needs one.
import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { t } from '../kernel/i18n'
import { useKeys } from '../kernel/keys'
import { Key } from './symbols'

export type Option = {
  readonly id: string
  readonly words: string
  /** What tells it from the others: an hour, a place. */
  readonly more?: string
}

type PickProps = { label: string; of: readonly Option[]; onPick(id: string): void; onBack(): void }

export function Pick({ label, of, onPick, onBack }: PickProps) {
  // A key pressed twice is one wish.
  const done = useSignal(false)
  const pick = (id: string) => {
    if (done.value) return true
    done.value = true
    onPick(id)
    return true
  }
  useKeys({
    ...Object.fromEntries(of.slice(0, 9).map(({ id }, i) => [String(i + 1), () => pick(id)])),
    Escape: onBack,
  })
  return (
    <fieldset class="acts">
      <legend class="label">{label}</legend>
      {of.map(({ id, words, more }, i) => (
        <button type="button" key={id} class="btn" onClick={() => pick(id)}>
          {i < 9 ? <Key>{String(i + 1)}</Key> : null} {words}
          {more ? <span class="faint">{more}</span> : null}
        </button>
      ))}
      <button type="button" class="btn bare" onClick={onBack}>
        {t('do.back')} <Key>Esc</Key>
      </button>
    </fieldset>
  )
}

type LineProps = {
  label: string
  act: string
  /** Whether an empty line may be sent. */
  optional?: boolean
  begin?: string
  onDone(text: string): void
  onBack(): void
}

export function Line({ label, act, optional, begin, onDone, onBack }: LineProps) {
  const input = useRef<HTMLInputElement>(null)
  useKeys({ Escape: onBack })
  return (
    <form
      class="acts line-of"
      onSubmit={(event) => {
        event.preventDefault()
        const text = input.current?.value.trim() ?? ''
        if (text || optional) onDone(text)
        else input.current?.focus()
      }}
    >
      <label class="field">
        <span>{label}</span>
        <input
          class="input"
          ref={(node) => {
            if (node && !input.current) node.focus()
            input.current = node
          }}
          defaultValue={begin ?? ''}
          maxLength={400}
        />
      </label>
      <button type="submit" class="btn">
        {act} <Key>Enter</Key>
      </button>
      <button type="button" class="btn bare" onClick={onBack}>
        {t('do.back')} <Key>Esc</Key>
      </button>
    </form>
  )
}
