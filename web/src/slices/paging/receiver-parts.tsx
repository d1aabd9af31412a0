// Parts of a receiver's forms: by which ways, what it hears, who answers for it, and where it is reached.

import type { Row, Wish } from '../../kernel/contract'
import { useView } from '../../kernel/device'
import { t, word } from '../../kernel/i18n'
import { newWebhookSecret } from '../access/secrets'
import { Some } from '../access/settings-parts'

export type ReceiverRow = Row<'paging.receivers'>
export type AccountRow = Row<'access.accounts'>
export type Setting = Extract<Wish, { kind: 'paging.set-receiver' }>
export type Kind = Setting['as']
export type Way = Setting['ways'][number]
export type Addresses = NonNullable<Setting['addresses']>

export const WAYS = ['web-push', 'sms', 'e-mail', 'webhook', 'station-page'] as const satisfies readonly Way[]

/** The screen of a station is a way for stations only. */
const waysOf = (kind: string) => WAYS.filter((way) => kind === 'station' || way !== 'station-page')

type SomeProps = { on: readonly string[]; onChange(on: readonly string[]): void }

export function Ways({ kind, on, onChange }: SomeProps & { kind: string }) {
  const of = [...new Set([...waysOf(kind), ...on])]
  return <Some label={t('accounts.ways')} of={of.map((way) => [way, word('way', way)])} on={on} onChange={onChange} />
}

const codes = new Intl.Collator('id', { numeric: true })

/** Stations and units beside its own whose dispatches call it; folded, since most need none. */
export function Hears({ on, onChange }: SomeProps) {
  const stations = useView('dispatch.stations', {}, { keep: true }).rows.value
  const units = useView('dispatch.board', {}, { keep: true }).rows.value
  const known = [
    ...stations.map((one) => [one.station, one.name] as const),
    ...units.map((one) => [one.unit, one.unit] as const).sort((a, b) => codes.compare(a[0], b[0])),
  ]
  const named = new Map<string, string>(known)
  return (
    <details class="fold">
      <summary>
        {t('accounts.hears')}{' '}
        <small>{on.length ? on.map((id) => named.get(id) ?? id).join(', ') : t('accounts.hears-none')}</small>
      </summary>
      <Some
        label={t('accounts.hears-how')}
        of={[...known, ...on.filter((id) => !named.has(id)).map((id) => [id, id] as const)]}
        on={on}
        onChange={onChange}
      />
    </details>
  )
}

type AnswersProps = { accounts: readonly AccountRow[]; value?: string; onChange?(account: string): void }

export function Answers({ accounts, value, onChange }: AnswersProps) {
  return (
    <label class="field">
      <span>{t('accounts.answers')}</span>
      <select
        class="input"
        name="account"
        {...(value !== undefined && { value })}
        onChange={(event) => onChange?.(event.currentTarget.value)}
      >
        <option value="">{t('accounts.nobody')}</option>
        {accounts.map((one) => (
          <option key={one.account} value={one.account}>
            {one.name}
          </option>
        ))}
      </select>
    </label>
  )
}

type Held = { readonly phone: string | null; readonly email: string | null; readonly webhook: string | null }

export function AddressFields({ held }: { held?: Held }) {
  return (
    <>
      <label class="field">
        <span>{t('accounts.phone')}</span>
        <input
          class="input"
          name="phone"
          type="tel"
          pattern="\+?[0-9]{6,15}"
          placeholder="+62…"
          autocomplete="off"
          defaultValue={held?.phone ?? ''}
        />
      </label>
      <label class="field">
        <span>{t('accounts.email')}</span>
        <input class="input" name="email" type="email" autocomplete="off" defaultValue={held?.email ?? ''} />
      </label>
      <label class="field">
        <span>{t('accounts.webhook')}</span>
        <input
          class="input"
          name="webhook"
          type="url"
          pattern="https://.+"
          maxLength={500}
          placeholder="https://…"
          autocomplete="off"
          spellcheck={false}
          defaultValue={held?.webhook ?? ''}
        />
      </label>
    </>
  )
}

/** What was typed; a webhook gets a new secret with it, which is shown once. */
export function addressesOf(form: HTMLFormElement): Addresses {
  const data = new FormData(form)
  const typed = (name: string) => String(data.get(name) ?? '').trim()
  const [phone, email, webhook] = [typed('phone'), typed('email'), typed('webhook')]
  return {
    ...(phone && { phone }),
    ...(email && { email }),
    ...(webhook && { webhook, secret: newWebhookSecret() }),
  }
}
