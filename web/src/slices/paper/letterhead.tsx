// Kop surat: what stands at the head and foot of official papers, and the mark of the institution. For administrators.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Row, Wish } from '../../kernel/contract'
import { useView } from '../../kernel/device'
import { type Text, t } from '../../kernel/i18n'
import type { AskNow } from '../access/ask-now'
import { Sure } from '../access/settings-parts'
import { base64 } from '../field/media'

type Head = Extract<Wish, { kind: 'paper.set-letterhead' }>
type Field = Exclude<keyof Head, 'kind' | 'basis'>
type Mime = Extract<Wish, { kind: 'paper.set-logo' }>['mime']

const FIELDS: readonly (readonly [field: Field, words: Text])[] = [
  ['government', 'kop.government'],
  ['name', 'kop.name'],
  ['address', 'kop.address'],
  ['phone', 'kop.phone'],
  ['emergency', 'kop.emergency'],
  ['email', 'kop.email'],
  ['site', 'kop.site'],
  ['place', 'kop.place'],
  ['head', 'kop.head'],
  ['number', 'kop.number'],
]
/** What a pattern is filled with, by the names it is written with. */
const PATTERN = { number: '{number}', form: '{form}', month: '{month}', year: '{year}' }
/** Too long for a third of the line. */
const LONG: readonly Field[] = ['government', 'name', 'address', 'number']
const NEEDED: readonly Field[] = ['name', 'address']
/** What the node takes; it says so too, but a large file need not travel for that. */
export const MOST_BYTES = 150_000
const LONGEST_WORDS = 200
const LONGEST_PATTERN = 100

/** One basis a line, empty lines left out. */
export const linesOf = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)

type Said = Record<Field, string> & { basis: string }

export const saidOf = (row: Row<'paper.letterhead'> | undefined): Said => ({
  ...(Object.fromEntries(FIELDS.map(([field]) => [field, row?.[field] ?? ''])) as Record<Field, string>),
  basis: (row?.basis ?? []).join('\n'),
})

export const wishOf = ({ basis, ...said }: Said): Head => ({
  kind: 'paper.set-letterhead',
  ...(Object.fromEntries(FIELDS.map(([field]) => [field, said[field].trim()])) as Record<Field, string>),
  basis: linesOf(basis),
})

export function Letterhead({ now }: { now: AskNow }) {
  const view = useView('paper.letterhead')
  const row = view.rows.value[0]
  return view.state.value === 'loading' ? (
    <p class="hint">{t('desk.loading')}</p>
  ) : (
    <>
      <Mark now={now} />
      <HeadForm key={JSON.stringify(row ?? null)} now={now} row={row} />
    </>
  )
}

function HeadForm({ now, row }: { now: AskNow; row: Row<'paper.letterhead'> | undefined }) {
  const said = useSignal(saidOf(row))
  const put = (name: keyof Said, text: string) => (said.value = { ...said.peek(), [name]: text })
  async function keep(event: Event) {
    event.preventDefault()
    await now.ask(wishOf(said.value), t('kop.kept'))
  }
  return (
    <form onSubmit={keep}>
      {FIELDS.map(([field, words]) => (
        <label key={field} class={LONG.includes(field) ? 'field wide' : 'field'}>
          <span>{t(words)}</span>
          <input
            class="input"
            required={NEEDED.includes(field)}
            maxLength={field === 'number' ? LONGEST_PATTERN : LONGEST_WORDS}
            autocomplete="off"
            value={said.value[field]}
            onInput={(event) => put(field, event.currentTarget.value)}
          />
        </label>
      ))}
      <p class="hint">{t('kop.number-how', PATTERN)}</p>
      <label class="field wide">
        <span>{t('kop.basis')}</span>
        <textarea
          class="input l"
          rows={4}
          value={said.value.basis}
          onInput={(event) => put('basis', event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="btn main">
        {t('kop.keep')}
      </button>
    </form>
  )
}

type Picked = { readonly mime: Mime; readonly content: string }

function Mark({ now }: { now: AskNow }) {
  const kept = useView('paper.logo').rows.value[0]
  const picked = useSignal<Picked | undefined>(undefined)
  const words = useSignal<string | undefined>(undefined)
  const wrong = useSignal(false)
  const shown = picked.value ?? (kept && { mime: kept.mime as Mime, content: kept.content })
  const text = words.value ?? kept?.text ?? ''
  async function pick(file: File | undefined) {
    if (!file) return
    now.said.value = undefined
    wrong.value = file.size > MOST_BYTES
    if (wrong.value) return
    const bytes = new Uint8Array(await file.arrayBuffer())
    picked.value = { mime: file.type === 'image/png' ? 'image/png' : 'image/svg+xml', content: base64(bytes) }
  }
  async function keep(event: Event) {
    event.preventDefault()
    if (!shown) return
    if (!(await now.ask({ kind: 'paper.set-logo', ...shown, text: text.trim() }, t('kop.mark-kept')))) return
    picked.value = undefined
    words.value = undefined
  }
  return (
    <form class="mark" onSubmit={keep}>
      {shown ? <Picture key={shown.content} {...shown} alt={text} /> : <p class="hint">{t('kop.no-mark')}</p>}
      <div class="acts">
        <label class="btn">
          {t('kop.pick-mark')}
          <input
            class="sr"
            type="file"
            accept="image/svg+xml,image/png"
            onChange={(event) => {
              void pick(event.currentTarget.files?.[0])
              event.currentTarget.value = ''
            }}
          />
        </label>
        <p class="hint">{t('kop.mark-how', { kb: MOST_BYTES / 1000 })}</p>
        {wrong.value ? <p role="alert">{t('kop.mark-large', { kb: MOST_BYTES / 1000 })}</p> : null}
      </div>
      {shown ? (
        <>
          <label class="field wide">
            <span>{t('kop.mark-text')}</span>
            <input
              class="input"
              required
              maxLength={LONGEST_WORDS}
              value={text}
              onInput={(event) => (words.value = event.currentTarget.value)}
            />
          </label>
          <div class="acts">
            <button type="submit" class="btn main" disabled={!picked.value && words.value === undefined}>
              {t('kop.keep-mark')}
            </button>
            {kept ? (
              <Sure
                words={t('kop.remove-mark')}
                sure={t('kop.remove-mark-sure')}
                onDone={() => void now.ask({ kind: 'paper.remove-logo' }, t('kop.mark-removed'))}
              />
            ) : null}
          </div>
        </>
      ) : null}
    </form>
  )
}

/** As a picture nothing in it can run, whatever it holds. */
function Picture({ mime, content, alt }: Picked & { alt: string }) {
  const url = useSignal('')
  useEffect(() => {
    const bytes = Uint8Array.from(atob(content), (one) => one.charCodeAt(0))
    const made = URL.createObjectURL(new Blob([bytes], { type: mime }))
    url.value = made
    return () => URL.revokeObjectURL(made)
  }, [])
  return url.value ? <img src={url.value} alt={alt || t('kop.mark')} /> : null
}
