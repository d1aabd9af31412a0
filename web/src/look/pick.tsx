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
  /** Its number key, where that must not change with what else is on offer. */
  readonly digit?: number
}

/** What opens by a key may lie below the edge of its column. */
const seen = (node: Element | null) => node?.scrollIntoView({ block: 'nearest' })

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
  const digit = (one: Option, i: number) => one.digit ?? i + 1
  useKeys({
    ...Object.fromEntries(of.map((one, i) => [String(digit(one, i)), () => pick(one.id)])),
    Escape: onBack,
  })
  return (
    <fieldset class="acts" ref={seen}>
      <legend class="label">{label}</legend>
      {of.map((one, i) => (
        <button type="button" key={one.id} class="btn" onClick={() => pick(one.id)}>
          {digit(one, i) < 10 ? <Key>{String(digit(one, i))}</Key> : null} {one.words}
          {one.more ? <span class="faint">{one.more}</span> : null}
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
            if (node && !input.current) {
              node.focus()
              seen(node)
            }
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
