// A new receiver: who it is, where it is reached, by which ways, and whose dispatches call it.
import { useSignal } from '@preact/signals'
import type { Row } from '../../kernel/contract'
import { useView } from '../../kernel/device'
import { t, word } from '../../kernel/i18n'
import { newId } from '../../kernel/ids'
import type { AskNow } from '../access/ask-now'
import {
  type AccountRow,
  AddressFields,
  Answers,
  addressesOf,
  Hears,
  type Kind,
  type Setting,
  type Way,
  Ways,
} from './receiver-parts'

const KINDS = ['person', 'station', 'account', 'organisation'] as const satisfies readonly Kind[]

type Props = { now: AskNow; accounts: readonly AccountRow[]; onSecret(name: string, secret: string): void }

export function NewReceiver({ now, accounts, onSecret }: Props) {
  const stations = useView('dispatch.stations', {}, { keep: true }).rows.value
  const kind = useSignal<Kind>('person')
  const ways = useSignal<readonly string[]>([])
  const hears = useSignal<readonly string[]>([])
  async function add(event: Event) {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    const data = new FormData(form)
    const text = (name: string) => String(data.get(name) ?? '').trim()
    const subject = text('subject')
    const addresses = addressesOf(form)
    const account = kind.value === 'account' ? subject : text('account')
    const command: Setting = {
      kind: 'paging.set-receiver',
      receiver: newId(),
      as: kind.value,
      subject,
      ways: ways.value as Way[],
      hears: hears.value,
      ...(account && { account }),
      ...(Object.keys(addresses).length > 0 && { addresses }),
    }
    const name = accounts.find((one) => one.account === subject)?.name ?? subject
    if (!(await now.ask(command, t('accounts.receiver-added', { name })))) return
    if (addresses.secret) onSecret(name, addresses.secret)
    form.reset()
    form.closest('details')?.removeAttribute('open')
    kind.value = 'person'
    ways.value = []
    hears.value = []
  }
  return (
    <details class="new">
      <summary class="btn">{t('accounts.add-receiver')}</summary>
      <form onSubmit={add}>
        <label class="field">
          <span>{t('accounts.kind')}</span>
          <select
            class="input"
            value={kind.value}
            onChange={(event) => {
              kind.value = event.currentTarget.value as Kind
              if (kind.value !== 'station') ways.value = ways.value.filter((way) => way !== 'station-page')
            }}
          >
            {KINDS.map((one) => (
              <option key={one} value={one}>
                {word('receiver', one)}
              </option>
            ))}
          </select>
        </label>
        <Subject kind={kind.value} accounts={accounts} stations={stations} />
        {kind.value === 'account' ? null : <Answers accounts={accounts} />}
        <AddressFields />
        <Ways kind={kind.value} on={ways.value} onChange={(next) => (ways.value = next)} />
        <p class="hint">{t('accounts.ways-how')}</p>
        <Hears on={hears.value} onChange={(next) => (hears.value = next)} />
        <button type="submit" class="btn main" disabled={!ways.value.length}>
          {t('accounts.add-receiver')}
        </button>
      </form>
    </details>
  )
}

type SubjectProps = {
  kind: Kind
  accounts: readonly AccountRow[]
  stations: readonly Row<'dispatch.stations'>[]
}

/** Which station or account; a person or an organisation has a code of the service. */
function Subject({ kind, accounts, stations }: SubjectProps) {
  const of =
    kind === 'station'
      ? stations.map((one) => [one.station, one.name] as const)
      : accounts.map((one) => [one.account, one.name] as const)
  if (kind === 'person' || kind === 'organisation')
    return (
      <label class="field">
        <span>{t('accounts.code')}</span>
        <input
          class="input"
          name="subject"
          required
          pattern="[A-Za-z0-9][A-Za-z0-9._:\-]*"
          maxLength={64}
          autocomplete="off"
        />
      </label>
    )
  return (
    <label class="field">
      <span>{t('accounts.which')}</span>
      <select class="input" name="subject" required>
        {of.map(([id, name]) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}
