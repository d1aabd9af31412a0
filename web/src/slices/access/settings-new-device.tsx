// A new device: what it is, where it belongs and what it may do; the answer is a link that works once.
import { useSignal } from '@preact/signals'
import type { Wish } from '../../kernel/contract'
import { t } from '../../kernel/i18n'
import { newId } from '../../kernel/ids'
import type { AskNow } from './ask-now'
import { hashOf, newCode } from './secrets'
import { ROLE_CHOICES } from './settings-accounts'
import { Some } from './settings-parts'
import { inHours } from './settings-times'

/** Hours a link lasts, and days the device does. */
const LINK_LASTS = [1, 8, 24, 72] as const
const DEVICE_LASTS = [30, 90, 400] as const

/** A link as it was made here; its code is in no log and on no other page. */
export type Link = { readonly offer: string; readonly label: string; readonly code: string; readonly until: string }

type Offering = Extract<Wish, { kind: 'access.offer-enrolment' }>
type Props = { now: AskNow; units: readonly string[]; onMade(link: Link): void }

export function NewDevice({ now, units, onMade }: Props) {
  const roles = useSignal<readonly string[]>(['crew'])
  /** Each link gets a fresh form: one that is reset has the first of every list chosen, not what is usual. */
  const made = useSignal(0)
  async function offer(event: Event) {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    const data = new FormData(form)
    const text = (name: string) => String(data.get(name) ?? '').trim()
    const code = newCode()
    const hash = await hashOf(code)
    if (!hash) return void (now.said.value = { words: t('accounts.needs-tls'), no: true })
    const [id, label, until] = [newId(), text('label'), inHours(Number(text('hours')))]
    const command: Offering = {
      kind: 'access.offer-enrolment',
      offer: id,
      code_hash: hash,
      label,
      roles: roles.value as Offering['roles'],
      expires_at: until,
      lasts_days: Number(text('days')),
      ...(text('unit') && { unit: text('unit') }),
      ...(text('tracker') && { tracker: text('tracker') }),
    }
    if (!(await now.ask(command, t('accounts.link-made', { name: label })))) return
    onMade({ offer: id, label, code, until })
    form.closest('details')?.removeAttribute('open')
    made.value++
  }
  return (
    <details class="new">
      <summary class="btn">{t('accounts.offer')}</summary>
      <form key={made.value} onSubmit={offer}>
        <label class="field">
          <span>{t('accounts.device-label')}</span>
          <input class="input" name="label" required maxLength={64} autocomplete="off" />
        </label>
        <label class="field">
          <span>{t('accounts.device-unit')}</span>
          <select class="input" name="unit">
            <option value="">{t('accounts.no-unit')}</option>
            {units.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>{t('accounts.link-lasts')}</span>
          <select class="input" name="hours">
            {LINK_LASTS.map((n) => (
              <option key={n} value={String(n)} selected={n === 24}>
                {t('accounts.hours', { n })}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>{t('accounts.device-lasts')}</span>
          <select class="input" name="days">
            {DEVICE_LASTS.map((n) => (
              <option key={n} value={String(n)} selected={n === 400}>
                {t('accounts.days', { n })}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>{t('accounts.tracker')}</span>
          <input
            class="input"
            name="tracker"
            maxLength={64}
            autocomplete="off"
            spellcheck={false}
            placeholder={t('accounts.tracker-how')}
          />
        </label>
        <Some
          label={t('accounts.device-roles')}
          of={ROLE_CHOICES().filter(([role]) => role !== 'administrator')}
          on={roles.value}
          onChange={(next) => (roles.value = next)}
        />
        <p class="hint">{t('accounts.offer-how')}</p>
        <button type="submit" class="btn main" disabled={!roles.value.length}>
          {t('accounts.offer-do')}
        </button>
      </form>
    </details>
  )
}
