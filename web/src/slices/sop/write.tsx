// Writing a card: Markdown with front matter beside what becomes of it, and the node's no at the line it is about.
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { useView } from '../../kernel/device'
import { t } from '../../kernel/i18n'
import { follow, go } from '../../kernel/router'
import { Icon } from '../../look/symbols'
import { draftOf, lineOf } from './front'
import { Markdown } from './markdown'
import { useSender } from './send'
import { StepList } from './step-list'

const CARD_ID = '[A-Za-z0-9][A-Za-z0-9._:\\-]{0,63}'
const GATHER_MS = 250

/** What a new card begins with: every part once, so that nobody has to look up their names. */
const BEGINNING = `---
title: Judul kartu
title_en: Title of the card
triggers:
  - {types: [rescue.snake]}
review: 2027-06-01
steps:
  - {id: langkah-1, text: Apa yang dilakukan, text_en: What is done, role: crew, within_s: 600}
  - {id: tanya, text: Apa yang ditanyakan?, text_en: What is asked?, role: crew, answers: [ya, tidak], answers_en: [yes, no]}
---
Mengapa begitu.
`

/** What was written and not yet saved stays on the device. */
const kept = {
  key: (id: string | undefined) => `siaga.sop.${id ?? ''}`,
  get(id: string | undefined): string | null {
    try {
      return localStorage.getItem(kept.key(id))
    } catch {
      return null
    }
  },
  put(id: string | undefined, source: string | undefined) {
    try {
      if (source === undefined) localStorage.removeItem(kept.key(id))
      else localStorage.setItem(kept.key(id), source)
    } catch {
      // Storage is off: what is written lasts as long as the page.
    }
  },
}

export const WriteNew = () => <Editor id={undefined} saved={BEGINNING} />

/** A new version begins with the latest one. */
export function WriteAgain({ id }: { id: string }) {
  const view = useView('sop.card', { card: id })
  const saved = view.rows.value[0]?.source
  if (saved === undefined)
    return <p class="doc hint">{t(view.state.value === 'live' ? 'sop.no-such' : 'desk.loading')}</p>
  return <Editor id={id} saved={saved} />
}

function Editor({ id, saved }: { id: string | undefined; saved: string }) {
  const source = useSignal(kept.get(id) ?? saved)
  const shown = useSignal(source.value)
  const name = useSignal(id ?? '')
  const wrong = useSignal<number | undefined>(undefined)
  const box = useRef<HTMLTextAreaElement>(null)
  const lines = useRef<HTMLPreElement>(null)
  const sender = useSender()
  useEffect(() => {
    const timer = setTimeout(() => (shown.value = source.value), GATHER_MS)
    return () => clearTimeout(timer)
  }, [source.value])

  /** Puts the caret at a line and the line into sight. */
  function toLine(line: number) {
    const area = box.current
    if (!area) return
    const before = source.value.split('\n').slice(0, line - 1)
    const start = before.reduce((sum, text) => sum + text.length + 1, 0)
    const end = source.value.indexOf('\n', start)
    area.focus()
    area.setSelectionRange(start, end < 0 ? source.value.length : end)
    area.scrollTop = Math.max(0, (line - 4) * (area.scrollHeight / Math.max(1, source.value.split('\n').length)))
  }

  async function save(event: Event) {
    event.preventDefault()
    wrong.value = undefined
    // The node takes no text that ends in a line end.
    const done = await sender.ask(
      { kind: 'sop.save-card', card: name.value, source: source.value.trimEnd() },
      t('sop.said-saved'),
    )
    if (done) {
      kept.put(id, undefined)
      return go(`/sop/${encodeURIComponent(name.value)}`)
    }
    const where = sender.heard.value?.refusal?.facts.where
    if (typeof where !== 'string') return
    const line = lineOf(source.value, where)
    wrong.value = line
    if (line) toLine(line)
  }

  const count = source.value.split('\n').length
  const line = wrong.value
  return (
    <form class="write" onSubmit={save}>
      <div class="doc">
        <a class="back-to" href={id ? `/sop/${encodeURIComponent(id)}` : '/sop'} onClick={follow}>
          <Icon name="left" /> {t('do.back')}
        </a>
        <h1>{t(id ? 'sop.write-new' : 'sop.new')}</h1>
        {id ? null : (
          <label class="field">
            <span>{t('sop.card-code')}</span>
            <input
              class="input"
              required
              pattern={CARD_ID}
              autocomplete="off"
              placeholder="evakuasi-ular"
              value={name.value}
              onInput={(event) => (name.value = event.currentTarget.value.trim())}
            />
          </label>
        )}
        <label class="label" for="sop-source">
          {t('sop.source')}
        </label>
        <div class="editor" data-wrong={line ? 'yes' : undefined}>
          <pre ref={lines} aria-hidden="true">
            {Array.from({ length: count }, (_, n) => (
              <span key={n} class={n + 1 === line ? 'eyes' : ''}>
                {`${n + 1}\n`}
              </span>
            ))}
          </pre>
          <textarea
            id="sop-source"
            ref={box}
            class="input"
            rows={22}
            wrap="off"
            spellcheck={false}
            required
            maxLength={60_000}
            aria-invalid={line !== undefined}
            aria-describedby="sop-wrong"
            value={source.value}
            onScroll={(event) => {
              if (lines.current) lines.current.scrollTop = event.currentTarget.scrollTop
            }}
            onInput={(event) => {
              source.value = event.currentTarget.value
              kept.put(id, source.value)
            }}
          />
        </div>
        <p id="sop-wrong" class="said-of" role="alert" data-s="watch">
          {sender.heard.value?.refusal
            ? `${line ? `${t('sop.line', { n: line })}: ` : ''}${sender.heard.value.words}`
            : ''}
        </p>
        <div class="acts">
          <button type="submit" class="btn main" disabled={sender.busy.value || source.value === (id ? saved : '')}>
            {t('sop.save')}
          </button>
          {line ? (
            <button type="button" class="btn" onClick={() => toLine(line)}>
              {t('sop.to-line', { n: line })}
            </button>
          ) : null}
          {source.value === saved ? null : (
            <button
              type="button"
              class="btn bare"
              onClick={() => {
                source.value = saved
                kept.put(id, undefined)
              }}
            >
              {t('sop.drop-draft')}
            </button>
          )}
        </div>
        <p class="hint">{t('sop.save-how')}</p>
      </div>
      <Preview source={shown.value} />
    </form>
  )
}

function Preview({ source }: { source: string }) {
  const draft = draftOf(source)
  return (
    <section class="doc preview" aria-labelledby="preview-head">
      <h2 id="preview-head">{t('sop.preview')}</h2>
      {draft ? (
        <>
          <h3>{draft.title}</h3>
          <StepList steps={draft.steps} />
          <Markdown text={draft.body} />
        </>
      ) : (
        <p class="hint">{t('sop.no-preview')}</p>
      )}
    </section>
  )
}
