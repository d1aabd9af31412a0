// The forms of a finding: each says one thing, by who may say it.
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { time } from '../../kernel/clock'
import type { Wish } from '../../kernel/contract'
import { useView } from '../../kernel/device'
import { t, word } from '../../kernel/i18n'
import { newId } from '../../kernel/ids'
import type { Sender } from '../sop/send'
import { titleOf } from '../sop/words'
import { CHANGES, type Finding, KINDS, OWNERS, RESULTS, SUBJECTS } from './words'

type Of = readonly (readonly [string, string])[]
const named = (group: string, of: readonly string[]): Of => of.map((one) => [one, word(group, one)] as const)

export function Select(props: { label: string; value: string; of: Of; onPick(value: string): void }) {
  const id = useSignal(`field-${newId()}`).value
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <select id={id} class="input" value={props.value} onChange={(event) => props.onPick(event.currentTarget.value)}>
        {props.of.map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
    </div>
  )
}

type TextProps = {
  label: string
  value: string
  optional?: boolean
  lines?: number
  most?: number
  pattern?: string
  hint?: string
  onText(value: string): void
}

export function TextField({ label, value, optional, lines, most = 2000, pattern, hint, onText }: TextProps) {
  const id = useSignal(`field-${newId()}`).value
  const common = { id, class: 'input', maxLength: most, value, required: !optional }
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {lines ? (
        <textarea {...common} rows={lines} onInput={(event) => onText(event.currentTarget.value)} />
      ) : (
        <input {...common} {...(pattern && { pattern })} onInput={(event) => onText(event.currentTarget.value)} />
      )}
      {hint ? <small class="hint">{hint}</small> : null}
    </div>
  )
}

type FormProps = { act: string; busy: boolean; onSend(): void; onBack?(): void; children: ComponentChildren }

export function Form({ act, busy, onSend, onBack, children }: FormProps) {
  return (
    <form
      class="find-form"
      onSubmit={(event) => {
        event.preventDefault()
        if (!busy) onSend()
      }}
    >
      {children}
      <div class="acts">
        <button type="submit" class="btn main" disabled={busy}>
          {act}
        </button>
        {onBack ? (
          <button type="button" class="btn" onClick={onBack}>
            {t('do.back')}
          </button>
        ) : null}
      </div>
    </form>
  )
}

export type Acting = { finding: Finding; sender: Sender; onDone(): void }

const sent = async (sender: Sender, wish: Wish, words: string, onDone: () => void, override?: string) => {
  if (await sender.ask(wish, words, override)) onDone()
}

type NewProps = { incident: string; sender: Sender; at: number; onDone(): void }

/** The moment of the replay is the moment of the finding, unless it is about no moment. */
export function NewFinding({ incident, sender, at, onDone }: NewProps) {
  const what = useSignal('procedure')
  const subject = useSignal('other')
  const text = useSignal('')
  const good = useSignal(false)
  const here = useSignal(true)
  const finding = useSignal(newId())
  return (
    <Form
      act={t('review.record')}
      busy={sender.busy.value}
      onBack={onDone}
      onSend={() =>
        void sent(
          sender,
          {
            kind: 'review.record-finding',
            incident,
            finding: finding.value,
            what: what.value as 'procedure',
            subject: subject.value as 'other',
            text: text.value.trim(),
            good: good.value,
            ...(here.value && { at: new Date(at).toISOString().replace('Z', '+00:00') }),
          },
          t('review.said-recorded'),
          onDone,
        )
      }
    >
      <p class="hint wide">{t('review.cause-not-guilt')}</p>
      <TextField label={t('review.what-found')} value={text.value} lines={3} onText={(value) => (text.value = value)} />
      <div class="pair">
        <Select
          label={t('review.cause')}
          value={what.value}
          of={named('review-kind', KINDS)}
          onPick={(value) => (what.value = value)}
        />
        <Select
          label={t('review.about')}
          value={subject.value}
          of={named('review-subject', SUBJECTS)}
          onPick={(value) => (subject.value = value)}
        />
      </div>
      <label class="tick">
        <input type="checkbox" checked={good.value} onChange={(event) => (good.value = event.currentTarget.checked)} />
        {t('review.went-well')}
      </label>
      <label class="tick">
        <input type="checkbox" checked={here.value} onChange={(event) => (here.value = event.currentTarget.checked)} />
        {t('review.at-moment', { time: time(at) })}
      </label>
    </Form>
  )
}

export function Assign({ finding, sender, onDone }: Acting) {
  const owner = useSignal<string>(finding.owner ?? 'shift-leader')
  const due = useSignal(finding.due ?? '')
  return (
    <Form
      act={t('review.assign')}
      busy={sender.busy.value}
      onBack={onDone}
      onSend={() =>
        void sent(
          sender,
          {
            kind: 'review.assign-finding',
            incident: finding.incident,
            finding: finding.finding,
            owner: owner.value as 'planner',
            ...(due.value && { due: due.value }),
          },
          t('review.said-assigned', { owner: word('role', owner.value) }),
          onDone,
        )
      }
    >
      <div class="pair">
        <Select
          label={t('review.owner')}
          value={owner.value}
          of={named('role', OWNERS)}
          onPick={(value) => (owner.value = value)}
        />
        <label class="field">
          <span>{t('review.due')}</span>
          <input
            class="input"
            type="date"
            value={due.value}
            onInput={(event) => (due.value = event.currentTarget.value)}
          />
        </label>
      </div>
    </Form>
  )
}

const LINK = '[A-Za-z0-9 ._:\\-]{0,64}'

export function Propose({ finding, sender, onDone }: Acting) {
  const cards = useView('sop.cards', {}, { keep: true }).rows.value
  const change = useSignal<string>(finding.change ?? 'sop')
  const link = useSignal(finding.link)
  const note = useSignal('')
  return (
    <Form
      act={t('review.propose')}
      busy={sender.busy.value}
      onBack={onDone}
      onSend={() =>
        void sent(
          sender,
          {
            kind: 'review.propose-change',
            incident: finding.incident,
            finding: finding.finding,
            change: change.value as 'sop',
            link: link.value.trim(),
            note: note.value.trim() || null,
          },
          t('review.said-proposed'),
          onDone,
        )
      }
    >
      <div class="pair">
        <Select
          label={t('review.change')}
          value={change.value}
          of={named('review-change', CHANGES)}
          onPick={(value) => (change.value = value)}
        />
        {change.value === 'sop' && cards.length ? (
          <Select
            label={t('review.link')}
            value={link.value}
            of={[['', t('review.new-card')], ...cards.map((one) => [one.card, titleOf(one)] as const)]}
            onPick={(value) => (link.value = value)}
          />
        ) : (
          <TextField
            label={t('review.link')}
            value={link.value}
            optional
            most={64}
            pattern={LINK}
            hint={t('review.link-how')}
            onText={(value) => (link.value = value)}
          />
        )}
      </div>
      <TextField
        label={t('review.change-note')}
        value={note.value}
        lines={2}
        onText={(value) => (note.value = value)}
      />
    </Form>
  )
}

type CheckProps = Omit<Acting, 'finding'> & {
  finding: Pick<Finding, 'finding' | 'incident'>
  at: readonly { readonly incident: string; readonly words: string }[]
}

export function Check({ finding, sender, at, onDone }: CheckProps) {
  const where = useSignal(at[0]?.incident ?? '')
  const result = useSignal<string>('worked')
  const note = useSignal('')
  return (
    <Form
      act={t('review.check')}
      busy={sender.busy.value}
      onBack={onDone}
      onSend={() =>
        void sent(
          sender,
          {
            kind: 'review.check-finding',
            incident: finding.incident,
            finding: finding.finding,
            checked_at: where.value,
            result: result.value as 'worked',
            note: note.value.trim() || null,
          },
          t('review.said-checked'),
          onDone,
        )
      }
    >
      <div class="pair">
        <Select
          label={t('review.check-at')}
          value={where.value}
          of={at.map((one) => [one.incident, one.words] as const)}
          onPick={(value) => (where.value = value)}
        />
        <Select
          label={t('review.result')}
          value={result.value}
          of={named('review-result', RESULTS)}
          onPick={(value) => (result.value = value)}
        />
      </div>
      <TextField
        label={t('review.note')}
        value={note.value}
        optional
        lines={2}
        onText={(value) => (note.value = value)}
      />
    </Form>
  )
}

/** For what asks why: closing without a check, taking a finding back. */
export function Why({
  label,
  act,
  busy,
  onSend,
  onBack,
}: {
  label: string
  act: string
  busy: boolean
  onSend(why: string): void
  onBack(): void
}) {
  const why = useSignal('')
  return (
    <Form act={act} busy={busy} onSend={() => onSend(why.value.trim())} onBack={onBack}>
      <TextField label={label} value={why.value} most={400} onText={(value) => (why.value = value)} />
    </Form>
  )
}

/** Written anew for others: nothing of the finding's own words goes out by itself. */
export function Share({ finding, sender, onDone }: Acting) {
  const title = useSignal('')
  const happened = useSignal('')
  const changes = useSignal('')
  const lesson = useSignal(newId())
  return (
    <Form
      act={t('review.share')}
      busy={sender.busy.value}
      onBack={onDone}
      onSend={() =>
        void sent(
          sender,
          {
            kind: 'review.share-lesson',
            lesson: lesson.value,
            title: title.value.trim(),
            happened: happened.value.trim(),
            changes: changes.value.trim(),
            finding: finding.finding,
            what: finding.what as 'procedure',
            type: finding.type ?? '',
          },
          t('review.said-shared'),
          onDone,
        )
      }
    >
      <p class="hint wide">{t('review.share-how')}</p>
      <TextField
        label={t('review.lesson-title')}
        value={title.value}
        most={120}
        onText={(value) => (title.value = value)}
      />
      <TextField
        label={t('review.lesson-happened')}
        value={happened.value}
        lines={3}
        onText={(value) => (happened.value = value)}
      />
      <TextField
        label={t('review.lesson-changes')}
        value={changes.value}
        lines={3}
        onText={(value) => (changes.value = value)}
      />
    </Form>
  )
}
