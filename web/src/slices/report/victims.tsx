// Who was hurt or affected, person by person: names lie in the vault, and whoever opens them is written down.
import { useSignal } from '@preact/signals'
import type { Row } from '../../kernel/contract'
import { useDevice } from '../../kernel/device'
import { glance } from '../../kernel/doors'
import { t } from '../../kernel/i18n'
import { newId } from '../../kernel/ids'
import { Icon } from '../../look/symbols'
import { Sure } from '../access/settings-parts'
import { type Codes, codeName } from './codes'
import { Code, OneOf, Words } from './fields'
import { NAMES, WRITERS } from './roles'
import type { Report } from './rows'
import { signed } from './section'
import type { Sent } from './sent'

type Props = { report: Report; codes: Codes; sent: Sent }
type Named = Row<'report.victims'>

export function Victims({ report, codes, sent }: Props) {
  const device = useDevice()
  const named = useSignal<readonly Named[] | undefined>(undefined)
  const away = useSignal(false)
  async function open() {
    const found = await glance('report.victims', { incident: report.incident }).catch(() => undefined)
    named.value = found
    away.value = !found
  }
  const nameOf = (victim: string) => named.value?.find((one) => one.victim === victim && one.kind !== 'owner')
  const owner = named.value?.find((one) => one.kind === 'owner')
  const hidden = report.people.length > 0 || report.object?.owner
  return (
    <div class="q" id="people" role="group" aria-labelledby="q-people">
      <h3 id="q-people">
        <Icon name="users" />
        <span>{t('reports.people')}</span>
        <small>{t('reports.people-how')}</small>
      </h3>
      <div class="a">
        {report.people.length ? (
          <ul class="people">
            {report.people.map((one) => (
              <li key={one.victim}>
                <span>
                  {nameOf(one.victim)?.name ?? t(`reports.person-${one.kind as 'direct' | 'affected'}`)}{' '}
                  <small>
                    {[codeName(codes.victim_outcome, one.outcome), nameOf(one.victim)?.note ?? '']
                      .filter(Boolean)
                      .join(' · ')}
                  </small>
                </span>
                {device.may(WRITERS) && !signed(report) ? (
                  <Sure
                    words={t('reports.strike')}
                    sure={t('reports.strike-sure')}
                    onDone={() =>
                      void sent.ask(
                        { kind: 'report.strike-victim', incident: report.incident, victim: one.victim },
                        t('reports.people'),
                      )
                    }
                  />
                ) : null}
              </li>
            ))}
          </ul>
        ) : (
          <p class="hint">{t('reports.people-none')}</p>
        )}
        {owner ? (
          <p>
            {t('reports.owner')}: <b>{owner.name ?? t('reports.unknown')}</b>
          </p>
        ) : null}
        <div class="acts">
          {hidden && !named.value && device.may(NAMES) ? (
            <button type="button" class="btn" onClick={() => void open()}>
              {t(away.value ? 'reports.names-away' : 'reports.names-open')}
            </button>
          ) : null}
          {device.may(WRITERS) ? (
            <NotePerson report={report} codes={codes} sent={sent} onSaid={() => (named.value = undefined)} />
          ) : null}
        </div>
      </div>
    </div>
  )
}

function NotePerson({ report, codes, sent, onSaid }: Props & { onSaid(): void }) {
  const open = useSignal(false)
  const kind = useSignal<'direct' | 'affected'>('direct')
  const outcome = useSignal('')
  const [name, note, reason] = [useSignal(''), useSignal(''), useSignal('')]
  if (!open.value)
    return (
      <button type="button" class="btn" onClick={() => (open.value = true)}>
        <Icon name="plus" /> {t('reports.add-person')}
      </button>
    )
  function save(event: Event) {
    event.preventDefault()
    if (!outcome.value) return
    void sent.ask(
      {
        kind: 'report.note-victim',
        incident: report.incident,
        victim: newId(),
        as: kind.value,
        outcome: outcome.value,
        name: name.value.trim() || null,
        note: note.value.trim() || null,
        reason: reason.value.trim() || null,
      },
      t('reports.people'),
    )
    name.value = note.value = outcome.value = ''
    open.value = false
    onSaid()
  }
  return (
    <form onSubmit={save}>
      <OneOf
        label={t('reports.person')}
        of={[
          ['direct', t('reports.person-direct')],
          ['affected', t('reports.person-affected')],
        ]}
        value={kind.value}
        onPick={(one) => (kind.value = one as 'direct' | 'affected')}
      />
      <div class="two">
        <Code
          label={t('reports.outcome')}
          of={codes.victim_outcome}
          value={outcome.value}
          none={t('reports.choose')}
          onPick={(one) => (outcome.value = one)}
        />
        <Words
          label={t('reports.name')}
          hint={t('reports.owner-how')}
          value={name.value}
          onText={(text) => (name.value = text)}
        />
      </div>
      <Words label={t('reports.person-note')} value={note.value} onText={(text) => (note.value = text)} />
      {signed(report) ? (
        <Words label={t('reports.why')} must value={reason.value} onText={(text) => (reason.value = text)} />
      ) : null}
      <div class="acts">
        <button type="submit" class="btn" disabled={!outcome.value}>
          {t('reports.save-person')}
        </button>
        <button type="button" class="btn bare" onClick={() => (open.value = false)}>
          {t('reports.leave')}
        </button>
      </div>
    </form>
  )
}
