// The journal: the log as people write it, newest first; corrections strike through, nothing is removed.
import { useRef } from 'preact/hooks'
import { time } from '../../kernel/clock'
import { t } from '../../kernel/i18n'
import { Key } from '../../look/symbols'

export type Entry = {
  readonly key: string
  readonly at: number
  readonly text: string
  readonly who?: string
  readonly mark?: boolean
  /** What stood before a correction: struck through, never removed. */
  readonly was?: string
  readonly pending?: boolean
}

type Props = {
  number: string
  entries: readonly Entry[]
  writing: boolean
  onWriting(on: boolean): void
  onNote(text: string): void
}

export function Journal({ number, entries, writing, onWriting, onNote }: Props) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <section class="panel log-panel" aria-labelledby="journal-head">
      <div class="head">
        <h2 id="journal-head">{t('journal.title', { number })}</h2>
        <span class="end keys">
          <button type="button" onClick={() => onWriting(true)}>
            <Key>J</Key> {t('journal.note')}
          </button>
        </span>
      </div>
      {writing ? (
        <form
          class="ask-why"
          onSubmit={(event) => {
            event.preventDefault()
            const text = input.current?.value.trim()
            if (text) onNote(text)
            onWriting(false)
          }}
        >
          <input
            class="input"
            ref={(node) => {
              input.current = node
              node?.focus()
            }}
            aria-label={t('journal.note')}
            maxLength={4000}
            onKeyDown={(event) => {
              if (event.key === 'Escape') onWriting(false)
            }}
          />
        </form>
      ) : null}
      <ol class="log" reversed>
        {entries.map((entry) => (
          <li key={entry.key} class={entry.pending ? 'pending' : ''}>
            <time dateTime={new Date(entry.at).toISOString()}>{time(entry.at)}</time>
            <span>
              {entry.was ? (
                <>
                  <del>{entry.was}</del>{' '}
                </>
              ) : null}
              {entry.mark ? <b class="mark">{entry.text}</b> : entry.text}
              {entry.pending ? <span class="who"> · {t('journal.waiting')}</span> : null}
              {entry.who && !entry.pending ? <span class="who"> · {entry.who}</span> : null}
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}
