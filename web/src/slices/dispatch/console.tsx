// The bottom line: commands by typing with completion upward, and the line to the node in its one place.
import { useSignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { ago } from '../../kernel/age'
import { shortTime } from '../../kernel/clock'
import { lineOf, useDevice } from '../../kernel/device'
import { language, number, t } from '../../kernel/i18n'
import { fresh } from '../../kernel/installed'
import { follow } from '../../kernel/router'
import { Glyph, Icon, Key } from '../../look/symbols'
import { ends, type Known, read, type Line as TypedLine, type Wish } from './command-line'

type Props = {
  /** What may be named now; looked up when somebody types. */
  known(): Known
  input: RefObject<HTMLInputElement | null>
  /** What a wish would do, in words, shown beside it. */
  describe(wish: Wish): string
  onWish(wish: Wish): void
  onFocus(): void
}

const NOTHING: TypedLine = { completions: [] }

export function Console({ known, input, describe, onWish, onFocus }: Props) {
  const text = useSignal('')
  const at = useSignal(-1)
  const open = useSignal(false)
  const english = language.value === 'en'
  const line = text.value.trim() ? read(text.value, known(), english) : NOTHING
  const first = line.wish ? [text.value.trim()] : []
  const choices = [...first, ...line.completions].slice(0, 6)
  const ghost = line.completions[0] ?? ''
  const rest = ghost.startsWith(text.value.toLowerCase()) && text.value ? ghost.slice(text.value.length) : ''
  const wish = (choice: string) => read(choice, known(), english).wish

  function accept(choice: string) {
    const made = wish(choice)
    if (!made) {
      text.value = `${choice} `
      return
    }
    // Nobody ends an incident that he has not named: a suggestion is written out first, and Enter again does it.
    if (ends(made) && choice !== text.value.trim()) {
      text.value = choice
      at.value = -1
      return
    }
    text.value = ''
    at.value = -1
    open.value = false
    onWish(made)
    input.current?.blur()
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === 'Escape') {
      if (open.value && text.value) open.value = false
      else input.current?.blur()
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const step = event.key === 'ArrowDown' ? 1 : -1
      at.value = Math.min(Math.max(at.value + step, 0), choices.length - 1)
    } else if (event.key === 'Tab' && ghost && text.value && !event.shiftKey) {
      text.value = at.value > 0 ? (choices[at.value] ?? ghost) : ghost
      at.value = -1
    } else if (event.key === 'ArrowRight' && rest && input.current?.selectionStart === text.value.length) {
      text.value = ghost
    } else return
    event.preventDefault()
    event.stopPropagation()
  }

  const listed = open.value && choices.length > 0
  return (
    <footer class="cmd bottom">
      <span class="prompt" aria-hidden="true">
        &gt;
      </span>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          const choice = choices[Math.max(at.value, 0)]
          if (choice) accept(choice)
        }}
      >
        <span class="typed">
          <span class="ghost" aria-hidden="true">
            {text.value ? (
              <>
                <span class="off">{text.value}</span>
                {rest}
              </>
            ) : (
              <>
                <Key>/</Key>&ensp;{t('command.examples')}
              </>
            )}
          </span>
          <input
            ref={input}
            value={text.value}
            role="combobox"
            aria-label={t('command.title')}
            aria-expanded={listed}
            aria-controls="command-list"
            aria-autocomplete="list"
            aria-activedescendant={listed && at.value >= 0 ? `command-${at.value}` : undefined}
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            onInput={(event) => {
              text.value = event.currentTarget.value
              at.value = -1
              open.value = true
            }}
            onKeyDown={onKeyDown}
            onFocus={onFocus}
            onBlur={() => {
              open.value = false
            }}
          />
        </span>
        {open.value && line.trouble ? (
          <p class="menu complete trouble" role="alert">
            <Icon name="warn" />
            <span>{t(line.trouble.is === 'ahead' ? 'command.time-ahead' : 'command.time-unclear', line.trouble)}</span>
          </p>
        ) : null}
        <ul class="menu complete" id="command-list" role="listbox" aria-label={t('command.title')} hidden={!listed}>
          {choices.map((choice, i) => {
            const made = wish(choice)
            return (
              <li
                key={choice}
                id={`command-${i}`}
                role="option"
                aria-selected={i === Math.max(at.value, 0)}
                class={i === Math.max(at.value, 0) ? 'is-on' : ''}
                onMouseDown={(event) => {
                  event.preventDefault()
                  accept(choice)
                }}
              >
                <b>{choice}</b>
                <span class="quiet cut">{made ? describe(made) : ''}</span>
                {i === Math.max(at.value, 0) ? (
                  <span class="end">
                    <Key>Enter</Key>
                  </span>
                ) : null}
              </li>
            )
          })}
        </ul>
      </form>
      <Line />
    </footer>
  )
}

/** The line to the node: word, position, age, and what waits to be sent. */
function Line() {
  const { line, position, ageMs, waiting, pictureAt, met } = lineOf(useDevice())
  const up = line === 'connected'
  const sent = waiting ? t('line.waiting', { n: waiting }) : t('line.all-sent')
  return (
    <div class="end">
      {fresh.value ? (
        <span class="link" role="status">
          <a href="/perangkat" onClick={follow}>
            {t('line.fresh')}
          </a>
        </span>
      ) : null}
      <span class="link" data-s={up ? '' : 'watch'}>
        {up ? <Glyph name="dot" hue="scene" /> : <Icon name="off" />}
        <b role="status">
          <a href="/perangkat" onClick={follow}>
            {t(up ? 'line.connected' : met ? 'line.lost' : pictureAt ? 'line.offline' : 'line.connecting')}
          </a>
        </b>
        {up ? (
          <span>
            {t('line.position', { position: number(position) })} ·{' '}
            {t('line.age', { n: number(Math.floor(ageMs / 1000)) })}
          </span>
        ) : pictureAt ? (
          <>
            <span class="when">{t('line.picture', { at: shortTime(pictureAt) })}</span>
            <span>({ago(ageMs)})</span>
          </>
        ) : null}
      </span>
      <span class="link" data-s={waiting ? 'watch' : ''}>
        {waiting ? <Icon name="wait" /> : null}
        {waiting ? <b>{sent}</b> : sent}
      </span>
    </div>
  )
}
