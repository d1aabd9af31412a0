// The steps of a card to be read: who, until when, what shows that it was done, and on which branch it stands.
import { t, word } from '../../kernel/i18n'
import { Glyph } from '../../look/symbols'
import type { Step } from './at-incident'
import { answerOf, branchOf, evidenceOf, limitOf, textOf } from './words'

export const StepList = ({ steps }: { steps: readonly Step[] }) => (
  <ol class="step-list">
    {steps.map((step, n) => (
      <li key={step.id} data-branch={step.when ? 'yes' : undefined}>
        <span class="n">{n + 1}</span>
        <StepWords step={step} steps={steps} />
      </li>
    ))}
  </ol>
)

/** A step in full. */
export function StepWords({ step, steps }: { step: Step; steps: readonly Step[] }) {
  const branch = branchOf(step, steps)
  return (
    <span>
      {branch ? <small class="branch">{branch}</small> : null}
      <b>{textOf(step)}</b>
      <small>
        {[word('sop-role', step.role), limitOf(step), evidenceOf(step)].filter(Boolean).join(' · ')}
        {step.critical ? (
          <span class="must">
            <Glyph name="watch" /> {t('sop.critical')}
          </span>
        ) : null}
      </small>
      {step.answers?.length ? (
        <small>{t('sop.answers', { answers: step.answers.map((one) => answerOf(step, one)).join(' / ') })}</small>
      ) : null}
    </span>
  )
}
