// Papers of their own after the fire: survey, inspection, investigation, each with the fields the standards give it.
import { useSignal } from '@preact/signals'
import { date, ms, shortTime } from '../../kernel/clock'
import { useDevice } from '../../kernel/device'
import { t } from '../../kernel/i18n'
import { newId } from '../../kernel/ids'
import { Icon } from '../../look/symbols'
import { whole } from './amounts'
import { type Codes, codeName, nameOf } from './codes'
import { Code, Figure, OneOf, Words } from './fields'
import { WRITERS } from './roles'
import type { Report } from './rows'
import type { Sent } from './sent'

type Props = { report: Report; codes: Codes; sent: Sent }
type Filed = Report['inspections'][number]
type FormOf = Codes['forms'][number]
type Field = FormOf['field'][number]

export function Inspections({ report, codes, sent }: Props) {
  const device = useDevice()
  /** The form that is open, and the filed one it changes. */
  const open = useSignal<{ form: string; filed?: Filed } | undefined>(undefined)
  const form = codes.forms.find((one) => one.id === open.value?.form)
  return (
    <section class="s" aria-labelledby="inspections">
      <h2 id="inspections">
        {t('reports.inspections')} <span>{t('reports.inspections-how')}</span>
      </h2>
      {report.inspections.map((one) => (
        <Paper key={one.inspection} filed={one} form={codes.forms.find((form) => form.id === one.form)}>
          {device.may(WRITERS) ? (
            <button type="button" class="btn" onClick={() => (open.value = { form: one.form, filed: one })}>
              <Icon name="edit" /> {t('reports.change')}
            </button>
          ) : null}
        </Paper>
      ))}
      {form ? (
        <Filing
          key={open.value?.filed?.inspection ?? form.id}
          report={report}
          form={form}
          filed={open.value?.filed}
          sent={sent}
          onDone={() => (open.value = undefined)}
        />
      ) : device.may(WRITERS) ? (
        <div class="bar">
          {codes.forms.map((one) => (
            <button type="button" key={one.id} class="btn" onClick={() => (open.value = { form: one.id })}>
              <Icon name="plus" /> {nameOf(one)}
            </button>
          ))}
        </div>
      ) : null}
    </section>
  )
}

function answerWords(field: Field, answer: string): string {
  if (field.kind === 'yes-no') return t(answer === 'yes' ? 'reports.yes' : 'reports.no')
  return codeName(field.choices ?? [], answer)
}

function Paper({
  filed,
  form,
  children,
}: {
  filed: Filed
  form: FormOf | undefined
  children: preact.ComponentChildren
}) {
  const title = form ? nameOf(form) : filed.form
  return (
    <div class="q" role="group" aria-label={title}>
      <h3>
        <Icon name="check" />
        <span>{title}</span>
        <small>{`${date(ms(filed.at ?? filed.filed_at))} ${shortTime(filed.at ?? filed.filed_at)}`}</small>
      </h3>
      <div class="a">
        <dl class="told">
          {form?.field.map((field) => {
            const answer = filed.answers?.[field.id]
            const said = answer === undefined ? filed.texts?.[field.id] : answerWords(field, answer)
            return said ? (
              <>
                <dt key={field.id}>{nameOf(field)}</dt>
                <dd>{said}</dd>
              </>
            ) : null
          })}
        </dl>
        <div class="acts">{children}</div>
      </div>
    </div>
  )
}

type FilingProps = { report: Report; form: FormOf; filed: Filed | undefined; sent: Sent; onDone(): void }

function Filing({ report, form, filed, sent, onDone }: FilingProps) {
  const values = useSignal<Readonly<Record<string, string>>>({ ...filed?.answers, ...texts(filed) })
  const checked = useSignal(false)
  const set = (id: string, value: string) => (values.value = { ...values.value, [id]: value })
  const wrong = (field: Field) => field.kind === 'number' && whole(values.value[field.id] ?? '') === undefined
  async function save(event: Event) {
    event.preventDefault()
    checked.value = form.field.some(wrong)
    if (checked.value) return
    const said = form.field.flatMap((field) => {
      const text = values.value[field.id]?.trim() ?? ''
      return text ? [[field, field.kind === 'number' ? String(whole(text)) : text] as const] : []
    })
    const of = (words: boolean) =>
      Object.fromEntries(
        said.filter(([field]) => (field.kind === 'text') === words).map(([field, text]) => [field.id, text]),
      )
    const done = await sent.ask(
      {
        kind: 'report.file-inspection',
        incident: report.incident,
        inspection: filed?.inspection ?? newId(),
        form: form.id as 'pendataan',
        answers: of(false),
        texts: of(true),
        at: filed?.at ?? null,
      },
      nameOf(form),
    )
    if (done) onDone()
  }
  return (
    <form class="q" onSubmit={save} aria-label={nameOf(form)}>
      <h3>
        <Icon name="edit" />
        <span>{nameOf(form)}</span>
      </h3>
      <div class="a">
        {form.field.map((field) => (
          <FieldOf
            key={field.id}
            field={field}
            value={values.value[field.id] ?? ''}
            wrong={checked.value && wrong(field)}
            onText={(text) => set(field.id, text)}
          />
        ))}
        <div class="acts">
          <button type="submit" class="btn">
            {t('reports.save', { what: nameOf(form) })}
          </button>
          <button type="button" class="btn bare" onClick={onDone}>
            {t('reports.leave')}
          </button>
        </div>
      </div>
    </form>
  )
}

const texts = (filed: Filed | undefined) =>
  Object.fromEntries(Object.entries(filed?.texts ?? {}).map(([id, text]) => [id, text ?? '']))

function FieldOf({
  field,
  value,
  wrong,
  onText,
}: {
  field: Field
  value: string
  wrong: boolean
  onText(text: string): void
}) {
  const label = nameOf(field)
  if (field.kind === 'text') return <Words label={label} rows={2} value={value} onText={onText} />
  if (field.kind === 'number') return <Figure label={label} value={value} wrong={wrong} onText={onText} />
  if (field.kind === 'choice')
    return <Code label={label} of={field.choices ?? []} value={value} none={t('reports.unknown')} onPick={onText} />
  return (
    <OneOf
      label={label}
      of={[
        ['yes', t('reports.yes')],
        ['no', t('reports.no')],
      ]}
      value={value}
      onPick={onText}
    />
  )
}
