// Parts of the pages about accounts: a row that opens, several of many, a secret that is shown once.
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { t } from '../../kernel/i18n'
import { Icon } from '../../look/symbols'

type RowProps = {
  title: string
  more: string
  end?: ComponentChildren
  off?: boolean
  children: ComponentChildren
}

/** One of the list: what it is on one line, what can be done with it under it. */
export function OpenRow({ title, more, end, off, children }: RowProps) {
  return (
    <li class="thing" data-off={off || undefined}>
      <details>
        <summary>
          <span>
            <b>{title}</b>
            <small>{more}</small>
          </span>
          <span class="end">{end}</span>
        </summary>
        <div class="does">{children}</div>
      </details>
    </li>
  )
}

type SomeProps = {
  label: string
  of: readonly (readonly [id: string, words: string])[]
  on: readonly string[]
  onChange(on: readonly string[]): void
}

/** Several of many; those chosen stay in the order they were chosen. */
export function Some({ label, of, on, onChange }: SomeProps) {
  return (
    <fieldset class="some">
      <legend class="label">{label}</legend>
      {of.map(([id, words]) => (
        <label key={id}>
          <input
            type="checkbox"
            checked={on.includes(id)}
            onChange={() => onChange(on.includes(id) ? on.filter((one) => one !== id) : [...on, id])}
          />
          {words}
        </label>
      ))}
    </fieldset>
  )
}

type OnceProps = { label: string; how?: string; secret: string; onAway(): void; children?: ComponentChildren }

/** A secret that nobody can read again: it stays until it is put away. */
export function Once({ label, how, secret, onAway, children }: OnceProps) {
  const copied = useSignal(false)
  return (
    <div class="note once" data-s="watch">
      <span>
        <b>{label}</b> {how ?? t('accounts.once')}
        {children}
        <output>{secret}</output>
        <span class="acts">
          <button
            type="button"
            class="btn"
            onClick={() =>
              void navigator.clipboard?.writeText(secret).then(
                () => (copied.value = true),
                () => {},
              )
            }
          >
            {copied.value ? <Icon name="check" /> : null} {t(copied.value ? 'accounts.copied' : 'accounts.copy')}
          </button>
          <button type="button" class="btn bare" onClick={onAway}>
            {t('accounts.noted')}
          </button>
        </span>
      </span>
    </div>
  )
}

type SureProps = { words: string; sure: string; onDone(): void }

/** An act that is not taken back: the second press does it, and says what. */
export function Sure({ words, sure, onDone }: SureProps) {
  const asked = useSignal(false)
  return (
    <button
      type="button"
      class="btn"
      data-s={asked.value ? 'watch' : undefined}
      onClick={() => {
        if (asked.value) onDone()
        asked.value = !asked.value
      }}
      onBlur={() => (asked.value = false)}
    >
      {asked.value ? sure : words}
    </button>
  )
}
