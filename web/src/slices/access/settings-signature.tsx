// What stands under somebody's signature on official papers. The node keeps it in its vault and notes who reads it, so
// it is asked for only when the administrator opens it.
import { useSignal } from '@preact/signals'
import { glance } from '../../kernel/doors'
import { type Text, t } from '../../kernel/i18n'
import type { AskNow } from './ask-now'

type Field = 'name' | 'rank' | 'number'

/** NIP: 18 digits, NRP: 8; spaces between them as people write them. */
const FIELDS: readonly (readonly [field: Field, words: Text, how: Text, longest: number])[] = [
  ['name', 'accounts.full-name', 'accounts.full-name-how', 80],
  ['rank', 'accounts.rank', 'accounts.rank-how', 80],
  ['number', 'accounts.nip', 'accounts.nip-how', 24],
]
const NOTHING = { name: '', rank: '', number: '' }

type Props = { account: string; called: string; now: AskNow }

export function Signature({ account, called, now }: Props) {
  const form = useSignal<Record<Field, string> | undefined>(undefined)
  const failed = useSignal(false)
  async function open(shown: boolean) {
    if (!shown || form.value) return
    failed.value = false
    try {
      const [row] = await glance('access.service', { account })
      form.value = row ? { name: row.name ?? '', rank: row.rank ?? '', number: row.number ?? '' } : NOTHING
    } catch {
      failed.value = true
    }
  }
  async function keep(event: Event) {
    event.preventDefault()
    const said = form.value ?? NOTHING
    const words = (field: Field) => said[field].trim() || null
    await now.ask(
      { kind: 'access.state-service', account, name: words('name'), rank: words('rank'), number: words('number') },
      t('accounts.signature-kept', { name: called }),
    )
  }
  return (
    <details class="new" onToggle={(event) => void open(event.currentTarget.open)}>
      <summary class="btn">{t('accounts.signature')}</summary>
      {failed.value ? <p role="alert">{t('accounts.signature-away')}</p> : null}
      {form.value ? (
        <form onSubmit={keep}>
          {FIELDS.map(([field, words, how, longest]) => (
            <label key={field} class="field">
              <span>{t(words)}</span>
              <input
                class="input"
                maxLength={longest}
                autocomplete="off"
                spellcheck={false}
                placeholder={t(how)}
                {...(field === 'number' && { inputMode: 'numeric' as const })}
                value={form.value?.[field] ?? ''}
                onInput={(event) => (form.value = { ...(form.peek() ?? NOTHING), [field]: event.currentTarget.value })}
              />
            </label>
          ))}
          <p class="hint">{t('accounts.signature-how')}</p>
          <button type="submit" class="btn main">
            {t('accounts.keep-signature')}
          </button>
        </form>
      ) : null}
    </details>
  )
}
