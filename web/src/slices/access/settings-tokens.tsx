// Tokens: what programs sign in with.
import { useSignal } from '@preact/signals'
import type { Wish } from '../../kernel/contract'
import { useView } from '../../kernel/device'
import { t, word } from '../../kernel/i18n'
import { newId } from '../../kernel/ids'
import type { AskNow } from './ask-now'
import { hashOf, newToken } from './secrets'
import { ROLE_CHOICES, roleWords } from './settings-accounts'
import { Once, OpenRow, Some, Sure } from './settings-parts'
import { inDays, over, seen, until } from './settings-times'

const LASTS = [30, 90, 400] as const

export function Tokens({ now }: { now: AskNow }) {
  const rows = useView('access.tokens').rows.value
  const secret = useSignal<readonly [label: string, token: string] | undefined>(undefined)
  return (
    <>
      {secret.value ? (
        <Once
          key={secret.value[1]}
          label={t('accounts.token-of', { name: secret.value[0] })}
          secret={secret.value[1]}
          onAway={() => (secret.value = undefined)}
        />
      ) : null}
      <NewToken now={now} onMade={(label, token) => (secret.value = [label, token])} />
      <ul class="things">
        {rows.map((row) => (
          <OpenRow
            key={row.token}
            title={row.label}
            more={[roleWords(row.roles), seen(row.seen_at), until(row.expires_at)].filter(Boolean).join(' · ')}
            off={over(row.expires_at)}
            end={over(row.expires_at) ? t('accounts.expired') : ''}
          >
            <div class="acts">
              <Sure
                words={t('accounts.revoke')}
                sure={t('accounts.revoke-sure')}
                onDone={() =>
                  void now.ask(
                    { kind: 'access.revoke-token', token: row.token },
                    t('accounts.revoked', { name: row.label }),
                  )
                }
              />
            </div>
          </OpenRow>
        ))}
      </ul>
      {rows.length ? null : <p class="hint">{t('accounts.no-token')}</p>}
    </>
  )
}

type NewProps = { now: AskNow; onMade(label: string, token: string): void }

function NewToken({ now, onMade }: NewProps) {
  const label = useSignal('')
  const days = useSignal<number>(LASTS[1])
  const roles = useSignal<readonly string[]>([])
  async function issue(event: Event) {
    event.preventDefault()
    const token = newToken()
    const hash = await hashOf(token)
    if (!hash) return void (now.said.value = { words: t('accounts.needs-tls'), no: true })
    const name = label.value.trim()
    const command = {
      kind: 'access.issue-token',
      token: newId(),
      secret_hash: hash,
      label: name,
      roles: roles.value,
      expires_at: inDays(days.value),
    } as Wish
    if (!(await now.ask(command, t('accounts.issued', { name })))) return
    onMade(name, token)
    label.value = ''
    roles.value = []
  }
  return (
    <details class="new">
      <summary class="btn">{t('accounts.issue')}</summary>
      <form onSubmit={issue}>
        <label class="field">
          <span>{t('accounts.token-label')}</span>
          <input
            class="input"
            required
            maxLength={64}
            autocomplete="off"
            value={label.value}
            onInput={(event) => (label.value = event.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>{t('accounts.lasts')}</span>
          <select
            class="input"
            value={String(days.value)}
            onChange={(event) => (days.value = Number(event.currentTarget.value))}
          >
            {LASTS.map((n) => (
              <option key={n} value={String(n)}>
                {t('accounts.days', { n })}
              </option>
            ))}
          </select>
        </label>
        <Some
          label={t('accounts.roles')}
          of={[...ROLE_CHOICES(), ...['tracker', 'gateway'].map((role) => [role, word('role', role)] as const)]}
          on={roles.value}
          onChange={(next) => (roles.value = next)}
        />
        <button type="submit" class="btn main" disabled={!roles.value.length}>
          {t('accounts.issue')}
        </button>
      </form>
    </details>
  )
}
