// A crew that no dispatched unit brought, part of one, or another number of people in one that stands here.
import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { t } from '../../kernel/i18n'
import { newId } from '../../kernel/ids'
import { Pad } from './pad'
import type { Crew } from './rows'
import { CODE, crewName, useScene } from './scene'
import { Sheet } from './sheet'

type Props = { crew?: Crew | undefined; how: 'new' | 'edit' | 'split' }

export function FormCrewSheet({ crew, how }: Props) {
  const { ask, close } = useScene()
  const label = useRef<HTMLInputElement>(null)
  const people = useSignal(how === 'edit' ? String(crew?.people ?? '') : '')
  const wrong = useSignal(false)
  const title = {
    new: t('field.crew-new'),
    edit: t('field.crew-edit-of', { crew: crew ? crewName(crew) : '' }),
    split: t('field.crew-split-of', { crew: crew ? crewName(crew) : '' }),
  }[how]

  function form() {
    const name = label.current?.value.trim() ?? ''
    const count = Number(people.value)
    wrong.value = !name || !label.current?.checkValidity() || !people.value
    if (wrong.value) return
    const unit = crew?.unit ? { unit: crew.unit } : {}
    const agency = crew?.agency ? { agency: crew.agency } : {}
    void ask(
      'field.form-crew',
      { crew: how === 'edit' && crew ? crew.crew : newId(), label: name, people: count, ...unit, ...agency },
      t('field.said-formed', { crew: name, n: count }),
    )
    if (how === 'split' && crew && crew.people > count)
      void ask(
        'field.form-crew',
        { crew: crew.crew, label: crew.label, people: crew.people - count, ...unit, ...agency },
        t('field.said-formed', { crew: crew.label, n: crew.people - count }),
      )
    close()
  }

  return (
    <Sheet
      title={title}
      onClose={close}
      pad={
        <Pad
          label={t('field.how-many')}
          value={people.value}
          digits={2}
          onValue={(value) => (people.value = value)}
          onEnter={form}
        />
      }
      foot={
        <button type="button" class="btn touch main" onClick={form}>
          {t(how === 'edit' ? 'field.crew-change' : 'field.crew-add')}
        </button>
      }
    >
      <label class="field">
        <span>{t('field.crew-label')}</span>
        <input
          class="input l"
          ref={label}
          defaultValue={how === 'edit' ? crew?.label : how === 'split' ? `${crew?.label ?? ''} B` : ''}
          pattern={CODE}
          maxLength={40}
          aria-invalid={wrong.value}
          autocomplete="off"
        />
        <span class="hint">{t('field.code-hint')}</span>
      </label>
      <p class="label">{t('field.how-many')}</p>
      <p class="figure">
        {people.value || '–'} <small>{t('field.people-unit')}</small>
      </p>
    </Sheet>
  )
}
