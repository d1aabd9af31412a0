// One section of a report: its form while it is a draft, what it says once that is signed, and the way to amend it.
import { useSignal } from '@preact/signals'
import { useDevice } from '../../kernel/device'
import { draftOf } from '../../kernel/drafts'
import { t } from '../../kernel/i18n'
import { Glyph, Icon } from '../../look/symbols'
import { Words } from './fields'
import type { Part } from './part'
import { WRITERS } from './roles'
import type { Codes, Report } from './rows'
import type { Sent } from './sent'

type Props<Form> = { part: Part<Form>; report: Report; codes: Codes; sent: Sent; stops: readonly string[] }

export const signed = ({ state }: Pick<Report, 'state'>) => state === 'signed' || state === 'final'

export function SectionOf<Form extends object>({ part, report, codes, sent, stops }: Props<Form>) {
  const device = useDevice()
  const account = device.session.value?.account ?? ''
  const draft = draftOf<Form>(account, report.incident, part.id)
  const open = useSignal(false)
  const lines = part.told(report, codes)
  const may = device.may(WRITERS)
  const locked = signed(report)
  const pending = report.pending?.has(part.id)
  const needed = report.needed.includes(part.id) && report.state !== 'history'
  const writing = may && (open.value || draft.value !== undefined || (!locked && needed && !lines.length))
  const titled = `q-${part.id}`
  return (
    <div class="q" id={part.id} data-pending={pending || undefined} role="group" aria-labelledby={titled}>
      <h3 id={titled}>
        {stops.length ? (
          <Glyph name="watch" />
        ) : lines.length ? (
          <Icon name={pending ? 'wait' : 'check'} />
        ) : (
          <Glyph name="none" />
        )}
        <span>{t(part.title)}</span>
        {part.how ? <small>{t(part.how)}</small> : null}
      </h3>
      <div class="a">
        {(lines.length ? stops : []).map((why) => (
          <p key={why} class="eyes">
            {why}
          </p>
        ))}
        {writing ? (
          <SectionForm
            part={part}
            report={report}
            codes={codes}
            sent={sent}
            draft={draft}
            onClose={() => (open.value = false)}
          />
        ) : (
          <>
            <dl class="told">
              {lines.map(([label, value], n) => (
                <>
                  <dt key={`${label} ${n}`}>{label}</dt>
                  <dd>{value}</dd>
                </>
              ))}
            </dl>
            {lines.length ? null : <p class="hint">{t('reports.nothing-said')}</p>}
            {may ? (
              <div class="acts">
                <button type="button" class="btn" aria-describedby={titled} onClick={() => (open.value = true)}>
                  <Icon name="edit" /> {t(locked ? 'reports.amend' : lines.length ? 'reports.change' : 'reports.fill')}
                </button>
              </div>
            ) : null}
          </>
        )}
      </div>
    </div>
  )
}

type FormOf<Form> = Omit<Props<Form>, 'stops'> & { draft: { value: Form | undefined }; onClose(): void }

function SectionForm<Form extends object>({ part, report, codes, sent, draft, onClose }: FormOf<Form>) {
  const checked = useSignal(false)
  const reason = useSignal('')
  const locked = signed(report)
  const form = draft.value ?? part.begin(report)
  async function save(event: Event) {
    event.preventDefault()
    const wish = part.wish(report.incident, form, report)
    checked.value = wish === undefined
    if (!wish) return
    const kept = form
    const asked = sent.ask(locked ? { ...wish, reason: reason.value.trim() } : wish, t(part.title))
    // The page shows what was said at once; what the node refuses is put back under the hands.
    draft.value = undefined
    onClose()
    if (!(await asked)) draft.value ??= kept
  }
  return (
    <form onSubmit={save} noValidate={false}>
      <part.Form
        form={form}
        codes={codes}
        report={report}
        checked={checked.value}
        set={(next) => {
          draft.value = { ...form, ...next }
        }}
      />
      {locked ? (
        <Words label={t('reports.why')} must value={reason.value} onText={(text) => (reason.value = text)} />
      ) : null}
      {checked.value ? (
        <p class="eyes" role="alert">
          {t('reports.look-again')}
        </p>
      ) : null}
      <div class="acts">
        <button type="submit" class="btn">
          <Icon name="check" /> {t(locked ? 'reports.save-amendment' : 'reports.save', { what: t(part.title) })}
        </button>
        {draft.value !== undefined || part.told(report, codes).length ? (
          <button
            type="button"
            class="btn bare"
            onClick={() => {
              draft.value = undefined
              onClose()
            }}
          >
            {t('reports.leave')}
          </button>
        ) : null}
      </div>
    </form>
  )
}
