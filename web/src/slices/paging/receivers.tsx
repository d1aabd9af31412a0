// Penerima: who is called when something happens, by which ways and in which order; new ones, duty, a trial, the end.
import { useSignal } from '@preact/signals'
import type { Row, Wish } from '../../kernel/contract'
import { useView } from '../../kernel/device'
import { t, word } from '../../kernel/i18n'
import { newId } from '../../kernel/ids'
import type { AskNow } from '../access/ask-now'
import { OpenRow, Some, Sure } from '../access/settings-parts'

type ReceiverRow = Row<'paging.receivers'>
type Setting = Extract<Wish, { kind: 'paging.set-receiver' }>
type Kind = Setting['as']
type Way = Setting['ways'][number]

const KINDS = ['person', 'station', 'account', 'organisation'] as const satisfies readonly Kind[]
const WAYS = ['web-push', 'sms', 'e-mail', 'station-page'] as const satisfies readonly Way[]

type Called = ReadonlyMap<string, string>
const nameOf = (row: ReceiverRow, accounts: Called) => row.name || accounts.get(row.subject) || row.subject

export function Receivers({ now }: { now: AskNow }) {
  const rows = useView('paging.receivers').rows.value
  const ways = useView('paging.ways').rows.value
  const accounts = useView('access.accounts').rows.value
  const called = new Map(accounts.map((row) => [row.account, row.name]))
  const off = ways.filter((one) => !one.configured).map((one) => word('way', one.way))
  return (
    <>
      {off.length ? <p class="hint">{t('accounts.ways-off', { ways: off.join(', ') })}</p> : null}
      <NewReceiver now={now} accounts={accounts} />
      <ul class="things">
        {rows.map((row) => (
          <Receiver key={row.receiver} row={row} name={nameOf(row, called)} now={now} />
        ))}
      </ul>
      {rows.length ? null : <p class="hint">{t('accounts.no-receiver')}</p>}
    </>
  )
}

function Receiver({ row, name, now }: { row: ReceiverRow; name: string; now: AskNow }) {
  const { receiver } = row
  const ways = useSignal<readonly string[] | undefined>(undefined)
  async function keep() {
    const command: Setting = {
      kind: 'paging.set-receiver',
      receiver,
      as: row.kind as Kind,
      subject: row.subject,
      ways: (ways.value ?? row.ways) as Way[],
      hears: row.hears,
      account: row.account ?? null,
    }
    if (await now.ask(command, t('accounts.ways-set', { name }))) ways.value = undefined
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
      <Some
        label={t('accounts.ways')}
        of={[...new Set([...WAYS, ...row.ways])].map((way) => [way, word('way', way)] as const)}
        on={ways.value ?? row.ways}
        onChange={(next) => (ways.value = next)}
      />
      <div class="acts">
        <button type="button" class="btn main" disabled={!ways.value?.length} onClick={() => void keep()}>
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
    </OpenRow>
  )
}

function NewReceiver({ now, accounts }: { now: AskNow; accounts: readonly Row<'access.accounts'>[] }) {
  const stations = useView('dispatch.stations').rows.value
  const kind = useSignal<Kind>('person')
  const ways = useSignal<readonly string[]>([])
  async function add(event: Event) {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    const data = new FormData(form)
    const text = (name: string) => String(data.get(name) ?? '').trim()
    const subject = text('subject')
    const phone = text('phone')
    const email = text('email')
    const account = kind.value === 'account' ? subject : text('account')
    const command: Setting = {
      kind: 'paging.set-receiver',
      receiver: newId(),
      as: kind.value,
      subject,
      ways: ways.value as Way[],
      ...(account && { account }),
      ...((phone || email) && { addresses: { ...(phone && { phone }), ...(email && { email }) } }),
    }
    const name = accounts.find((one) => one.account === subject)?.name ?? subject
    if (!(await now.ask(command, t('accounts.receiver-added', { name })))) return
    form.reset()
    ways.value = []
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
            onChange={(event) => (kind.value = event.currentTarget.value as Kind)}
          >
            {KINDS.map((one) => (
              <option key={one} value={one}>
                {word('receiver', one)}
              </option>
            ))}
          </select>
        </label>
        <Subject kind={kind.value} accounts={accounts} stations={stations} />
        {kind.value === 'account' ? null : (
          <label class="field">
            <span>{t('accounts.answers')}</span>
            <select class="input" name="account">
              <option value="">{t('accounts.nobody')}</option>
              {accounts.map((one) => (
                <option key={one.account} value={one.account}>
                  {one.name}
                </option>
              ))}
            </select>
          </label>
        )}
        <label class="field">
          <span>{t('accounts.phone')}</span>
          <input class="input" name="phone" type="tel" pattern="\+?[0-9]{6,15}" placeholder="+62…" autocomplete="off" />
        </label>
        <label class="field">
          <span>{word('way', 'e-mail')}</span>
          <input class="input" name="email" type="email" autocomplete="off" />
        </label>
        <Some
          label={t('accounts.ways')}
          of={WAYS.map((way) => [way, word('way', way)] as const)}
          on={ways.value}
          onChange={(next) => (ways.value = next)}
        />
        <p class="hint">{t('accounts.ways-how')}</p>
        <button type="submit" class="btn main" disabled={!ways.value.length}>
          {t('accounts.add-receiver')}
        </button>
      </form>
    </details>
  )
}

type SubjectProps = {
  kind: Kind
  accounts: readonly Row<'access.accounts'>[]
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
