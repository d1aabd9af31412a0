// Penerima: who is called when something happens, by which ways and in which order; new ones, duty, a trial, the end.
import { useSignal } from '@preact/signals'
import { useView } from '../../kernel/device'
import { t, word } from '../../kernel/i18n'
import { newId } from '../../kernel/ids'
import type { AskNow } from '../access/ask-now'
import { Once, OpenRow, Sure } from '../access/settings-parts'
import { asSet, EditAddresses } from './receiver-addresses'
import { NewReceiver } from './receiver-new'
import { type AccountRow, Answers, Hears, type ReceiverRow, type Setting, Ways } from './receiver-parts'

type Called = ReadonlyMap<string, string>
const nameOf = (row: ReceiverRow, accounts: Called) => row.name || accounts.get(row.subject) || row.subject

export function Receivers({ now }: { now: AskNow }) {
  const rows = useView('paging.receivers').rows.value
  const ways = useView('paging.ways').rows.value
  const accounts = useView('access.accounts').rows.value
  const called = new Map(accounts.map((row) => [row.account, row.name]))
  const secret = useSignal<readonly [name: string, secret: string] | undefined>(undefined)
  const off = ways.filter((one) => !one.configured).map((one) => word('way', one.way))
  return (
    <>
      {off.length ? <p class="hint">{t('accounts.ways-off', { ways: off.join(', ') })}</p> : null}
      {secret.value ? (
        <Once
          key={secret.value[1]}
          label={t('accounts.secret-of', { name: secret.value[0] })}
          how={t('accounts.secret-how')}
          secret={secret.value[1]}
          onAway={() => (secret.value = undefined)}
        />
      ) : null}
      <NewReceiver now={now} accounts={accounts} onSecret={(name, made) => (secret.value = [name, made])} />
      <ul class="things">
        {rows.map((row) => (
          <Receiver
            key={row.receiver}
            row={row}
            name={nameOf(row, called)}
            accounts={accounts}
            now={now}
            onSecret={(made) => (secret.value = [nameOf(row, called), made])}
          />
        ))}
      </ul>
      {rows.length ? null : <p class="hint">{t('accounts.no-receiver')}</p>}
    </>
  )
}

type Props = {
  row: ReceiverRow
  name: string
  accounts: readonly AccountRow[]
  now: AskNow
  onSecret(secret: string): void
}

function Receiver({ row, name, accounts, now, onSecret }: Props) {
  const { receiver } = row
  const changed = useSignal<Partial<Pick<Setting, 'ways' | 'hears' | 'account'>>>({})
  const change = (more: typeof changed.value) => (changed.value = { ...changed.peek(), ...more })
  const set = { ...asSet(row), ...changed.value }
  async function keep() {
    if (await now.ask(set, t('accounts.ways-set', { name }))) changed.value = {}
  }
  const missing = row.ways.filter((way) => !row.have.includes(way))
  return (
    <OpenRow
      title={name}
      more={[
        word('receiver', row.kind),
        row.ways.map((way) => word('way', way)).join(' → '),
        missing.length ? t('accounts.no-address', { ways: missing.map((way) => word('way', way)).join(', ') }) : '',
      ]
        .filter(Boolean)
        .join(' · ')}
      off={!row.on_duty}
      end={row.on_duty ? '' : t('accounts.off-duty')}
    >
      {row.kind === 'account' ? null : (
        <Answers
          accounts={accounts}
          value={set.account ?? ''}
          onChange={(account) => change({ account: account || null })}
        />
      )}
      <Ways kind={row.kind} on={set.ways} onChange={(ways) => change({ ways: ways as Setting['ways'] })} />
      <Hears on={set.hears ?? []} onChange={(hears) => change({ hears })} />
      <div class="acts">
        <button
          type="button"
          class="btn main"
          disabled={!Object.keys(changed.value).length || !set.ways.length}
          onClick={() => void keep()}
        >
          {t('accounts.keep-ways')}
        </button>
        <button
          type="button"
          class="btn"
          onClick={() =>
            void now.ask(
              { kind: 'paging.set-duty', receiver, on: !row.on_duty },
              t(row.on_duty ? 'accounts.now-off' : 'accounts.now-on', { name }),
            )
          }
        >
          {t(row.on_duty ? 'accounts.set-off' : 'accounts.set-on')}
        </button>
        <button
          type="button"
          class="btn"
          onClick={() =>
            void now.ask({ kind: 'paging.try-alert', trial: newId(), receiver }, t('accounts.tried', { name }))
          }
        >
          {t('accounts.try')}
        </button>
        <Sure
          words={t('accounts.remove')}
          sure={t('accounts.remove-sure')}
          onDone={() => void now.ask({ kind: 'paging.remove-receiver', receiver }, t('accounts.removed', { name }))}
        />
      </div>
      <EditAddresses of={row} name={name} now={now} onSecret={onSecret} />
    </OpenRow>
  )
}
