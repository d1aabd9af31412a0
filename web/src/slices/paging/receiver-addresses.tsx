// Where a receiver is reached. The node keeps it in its vault and notes who looks, so it is asked for only when somebody
// opens it; nothing of it stays on this device.
import { useSignal } from '@preact/signals'
import type { Row } from '../../kernel/contract'
import { glance } from '../../kernel/doors'
import { t } from '../../kernel/i18n'
import type { AskNow } from '../access/ask-now'
import { AddressFields, addressesOf, type ReceiverRow, type Setting } from './receiver-parts'

type Props = { of: ReceiverRow; name: string; now: AskNow; onSecret(secret: string): void }

/** The receiver as it stands, to be set again with something changed. */
export const asSet = (row: ReceiverRow): Setting => ({
  kind: 'paging.set-receiver',
  receiver: row.receiver,
  as: row.kind as Setting['as'],
  subject: row.subject,
  ways: row.ways as Setting['ways'],
  hears: row.hears,
  account: row.account ?? null,
})

export function EditAddresses({ of, name, now, onSecret }: Props) {
  const held = useSignal<Row<'paging.addresses'> | undefined>(undefined)
  const failed = useSignal(false)
  async function open(shown: boolean) {
    // Closed, nothing of it stays.
    if (!shown) return void (held.value = undefined)
    failed.value = false
    try {
      const [row] = await glance('paging.addresses', { receiver: of.receiver })
      held.value = row
      failed.value = row === undefined
    } catch {
      failed.value = true
    }
  }
  async function keep(event: Event) {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    const addresses = addressesOf(form)
    if (!(await now.ask({ ...asSet(of), addresses }, t('accounts.addresses-set', { name })))) return
    if (addresses.secret) onSecret(addresses.secret)
    form.closest('details')?.removeAttribute('open')
  }
  return (
    <details class="new" onToggle={(event) => void open(event.currentTarget.open)}>
      <summary class="btn">{t('accounts.addresses')}</summary>
      {failed.value ? <p role="alert">{t('accounts.addresses-away')}</p> : null}
      {held.value ? (
        <form onSubmit={keep}>
          <AddressFields held={held.value} />
          <p class="hint">{t('accounts.addresses-how')}</p>
          <button type="submit" class="btn main">
            {t('accounts.keep-addresses')}
          </button>
        </form>
      ) : null}
    </details>
  )
}
