// Where a card differs from the province's, step beside step, with the reason the city gave.
import { useView } from '../../kernel/device'
import { t, word } from '../../kernel/i18n'
import type { Shown } from './card'
import { StepWords } from './step-list'

export function Differences({ card }: { card: Shown }) {
  const view = useView(
    'sop.card',
    { card: card.template ?? '', version: String(card.template_version ?? 0) },
    { keep: true },
  )
  const base = view.rows.value[0]?.steps ?? []
  const { changes, steps, template, template_version, why } = card
  const version = template_version ?? 0
  if (!changes.length)
    return (
      <>
        <h2>{t('sop.differences')}</h2>
        <p class="hint">{t('sop.same-as', { card: template ?? '', n: version })}</p>
      </>
    )
  return (
    <>
      <h2>{t('sop.differences')}</h2>
      <div class="note">
        <span>
          <b>{t('sop.reason')}</b> {why || t('sop.no-reason')}
        </span>
      </div>
      <div class="diff" role="table" aria-label={t('sop.differences')}>
        <div role="row" class="h">
          <span role="columnheader">{t('sop.of-template', { card: template ?? '', n: version })}</span>
          <span role="columnheader">{t('sop.of-city', { n: card.version })}</span>
        </div>
        {changes.map((change) => {
          const before = base.find((step) => step.id === change.step)
          const after = steps.find((step) => step.id === change.step)
          return (
            <div role="row" key={change.step}>
              <span role="cell">
                {before ? <StepWords step={before} steps={base} /> : <span class="faint">{t('sop.not-there')}</span>}
              </span>
              <span role="cell">
                <b class="kind">
                  {word('sop-how', change.how)}
                  {change.fields?.length
                    ? `: ${change.fields.map((field) => word('sop-field', field)).join(', ')}`
                    : ''}
                </b>
                {after ? <StepWords step={after} steps={steps} /> : <span class="faint">{t('sop.not-there')}</span>}
              </span>
            </div>
          )
        })}
      </div>
    </>
  )
}
