// Accounts: who may sign in, with which roles; a new one and its first password, closing, signing out everywhere.
import { useSignal } from '@preact/signals'
import type { Row, Wish } from '../../kernel/contract'
import { useView } from '../../kernel/device'
import { t, word } from '../../kernel/i18n'
import type { AskNow } from './ask-now'
import { newPassword } from './secrets'
import { Once, OpenRow, Some, Sure } from './settings-parts'
import { Signature } from './settings-signature'

type AccountRow = Row<'access.accounts'>
type Role = Extract<Wish, { kind: 'access.add-account' }>['roles'][number]

/** As the node knows them, in the order of the day: desk, street, office. */
export const ROLES = [
  'call-taker',
  'dispatcher',
  'shift-leader',
  'crew',
  'commander',
  'reporter',
  'trainer',
  'planner',
  'coordinator',
  'administrator',
] as const satisfies readonly Role[]

export const roleWords = (roles: readonly string[]) => roles.map((role) => word('role', role)).join(', ')
export const ROLE_CHOICES = () => ROLES.map((role) => [role, word('role', role)] as const)

/** Open ones first, then by name. */
export const inOrder = (rows: readonly AccountRow[]) =>
  [...rows].sort((one, other) => Number(one.disabled) - Number(other.disabled) || one.name.localeCompare(other.name))

const rolesOf = (row: AccountRow) => [...new Set(Object.values(row.roles).flat())]

export function Accounts({ now }: { now: AskNow }) {
  const view = useView('access.accounts', { disabled: 'true' })
  const secret = useSignal<readonly [name: string, password: string] | undefined>(undefined)
  const rows = inOrder(view.rows.value)
  return (
    <>
      {secret.value ? (
        <Once
          key={secret.value[1]}
          label={t('accounts.password-of', { name: secret.value[0] })}
          secret={secret.value[1]}
          onAway={() => (secret.value = undefined)}
        />
      ) : null}
      <NewAccount now={now} onMade={(name, password) => (secret.value = [name, password])} />
      <ul class="things">
        {rows.map((row) => (
          <Account key={row.account} row={row} now={now} onPassword={(made) => (secret.value = [row.name, made])} />
        ))}
      </ul>
    </>
  )
}

type NewProps = { now: AskNow; onMade(name: string, password: string): void }

function NewAccount({ now, onMade }: NewProps) {
  const name = useSignal('')
  const roles = useSignal<readonly string[]>([])
  async function add(event: Event) {
    event.preventDefault()
    const called = name.value.trim()
    const password = newPassword()
    const command: Wish = { kind: 'access.add-account', name: called, roles: roles.value as Role[], password }
    if (!(await now.ask(command, t('accounts.added', { name: called })))) return
    onMade(called, password)
    name.value = ''
    roles.value = []
  }
  return (
    <details class="new">
      <summary class="btn">{t('accounts.add')}</summary>
      <form onSubmit={add}>
        <label class="field">
          <span>{t('accounts.name')}</span>
          <input
            class="input"
            required
            maxLength={64}
            autocomplete="off"
            spellcheck={false}
            value={name.value}
            onInput={(event) => (name.value = event.currentTarget.value)}
          />
        </label>
        <Some
          label={t('accounts.roles')}
          of={ROLE_CHOICES()}
          on={roles.value}
          onChange={(next) => (roles.value = next)}
        />
        <p class="hint">{t('accounts.add-how')}</p>
        <button type="submit" class="btn main" disabled={!roles.value.length}>
          {t('accounts.add')}
        </button>
      </form>
    </details>
  )
}

type AccountProps = { row: AccountRow; now: AskNow; onPassword(made: string): void }

function Account({ row, now, onPassword }: AccountProps) {
  const had = rolesOf(row)
  const roles = useSignal<readonly string[] | undefined>(undefined)
  const { account, name } = row
  const facts = [
    roleWords(had) || t('accounts.no-role'),
    row.has_password ? '' : t('accounts.no-password'),
    row.sessions ? t('accounts.sessions', { n: row.sessions }) : '',
  ]
  async function password() {
    const made = newPassword()
    if (await now.ask({ kind: 'access.set-password', account, password: made }, t('accounts.password-set', { name })))
      onPassword(made)
  }
  async function keep() {
    const command: Wish = {
      kind: 'access.set-roles',
      account,
      roles: (roles.value ?? had) as Role[],
      agency: row.agency,
    }
    if (await now.ask(command, t('accounts.roles-set', { name }))) roles.value = undefined
  }
  return (
    <OpenRow
      title={name}
      more={facts.filter(Boolean).join(' · ')}
      off={row.disabled}
      end={row.disabled ? t('accounts.closed') : ''}
    >
      <Some
        label={t('accounts.roles')}
        of={ROLE_CHOICES()}
        on={roles.value ?? had}
        onChange={(next) => (roles.value = next)}
      />
      <div class="acts">
        <button type="button" class="btn main" disabled={!roles.value} onClick={() => void keep()}>
          {t('accounts.keep-roles')}
        </button>
        <Sure
          words={t('accounts.new-password')}
          sure={t('accounts.new-password-sure')}
          onDone={() => void password()}
        />
        {row.sessions ? (
          <Sure
            words={t('accounts.end-sessions')}
            sure={t('accounts.end-sessions-sure')}
            onDone={() => void now.ask({ kind: 'access.end-sessions', account }, t('accounts.ended', { name }))}
          />
        ) : null}
        {row.disabled ? (
          <button
            type="button"
            class="btn"
            onClick={() => void now.ask({ kind: 'access.enable-account', account }, t('accounts.opened', { name }))}
          >
            {t('accounts.open')}
          </button>
        ) : (
          <Sure
            words={t('accounts.close')}
            sure={t('accounts.close-sure')}
            onDone={() => void now.ask({ kind: 'access.disable-account', account }, t('accounts.was-closed', { name }))}
          />
        )}
      </div>
      <Signature account={account} called={name} now={now} />
    </OpenRow>
  )
}
