// A sheet takes a column beside the board, or the page of a phone; the alarm and the clock stay over it.
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { t } from '../../kernel/i18n'
import { useKeys } from '../../kernel/keys'
import { Icon, Key } from '../../look/symbols'
import { useMayday } from './calling'
import { useScene } from './scene'

type Props = {
  title: string
  more?: string
  children: ComponentChildren
  foot?: ComponentChildren
  /** Keys that stand still beside what scrolls: the pad. */
  pad?: ComponentChildren
  onClose(): void
}

export function Sheet({ title, more, children, foot, pad, onClose }: Props) {
  const { acts } = useScene()
  const mayday = useMayday()
  const head = useRef<HTMLHeadingElement>(null)
  useKeys({ Escape: onClose })
  useEffect(() => {
    const before = document.activeElement
    head.current?.focus({ preventScroll: true })
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true })
    }
  }, [])
  return (
    <section class={pad ? 'field-sheet with-pad' : 'field-sheet'} role="dialog" aria-labelledby="sheet-title">
      <div class="sheet-head">
        <h2 id="sheet-title" tabIndex={-1} ref={head}>
          {title}
          {more ? <small>{more}</small> : null}
        </h2>
        {acts ? (
          <button type="button" class="btn life only-phone" onClick={mayday}>
            MAYDAY
          </button>
        ) : null}
        <button type="button" class="btn bare" onClick={onClose}>
          <Icon name="x" size="l" /> <span class="sr">{t('do.close')}</span> <Key>Esc</Key>
        </button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys */}
      <div class="body" tabIndex={0}>
        {children}
      </div>
      {pad ? <div class="pad-slot">{pad}</div> : null}
      {foot ? <div class="sheet-foot">{foot}</div> : null}
    </section>
  )
}

type OneOf = {
  label: string
  value: string | undefined
  of: readonly (readonly [id: string, words: string, more?: string])[]
  onPick(id: string): void
}

/** One of several as large keys; the chosen one is inverse. */
export function Big({ label, value, of, onPick }: OneOf) {
  return (
    <fieldset class="big-pick">
      <legend class="label">{label}</legend>
      {of.map(([id, words, more]) => (
        <button
          type="button"
          key={id}
          class={id === value ? 'btn is-on' : 'btn'}
          aria-pressed={id === value}
          onClick={() => onPick(id)}
        >
          <span>{words}</span>
          {more ? <small>{more}</small> : null}
        </button>
      ))}
    </fieldset>
  )
}
