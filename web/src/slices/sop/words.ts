// What a card says, in the language of the screen, and what its parts are called.
import { now, span } from '../../kernel/clock'
import { language, t, word } from '../../kernel/i18n'
import type { StandardsApi } from '../intake/standards'
import type { Trigger } from './applies'
import type { Step } from './at-incident'

type Titled = { readonly title: string; readonly title_en?: string }

export const titleOf = (card: Titled) => (language.value === 'en' && card.title_en) || card.title
export const textOf = (step: Pick<Step, 'text' | 'text_en'>) => (language.value === 'en' && step.text_en) || step.text

/** An answer as it is read: writers join its words by hyphens. What is recorded stays the word of `answers`. */
export function answerOf(step: Pick<Step, 'answers' | 'answers_en'> | undefined, answer: string): string {
  const english = language.value === 'en' && step?.answers_en?.[step.answers?.indexOf(answer) ?? -1]
  return (english || answer).replaceAll('-', ' ')
}

/** Who does it, and until when since the incident began. */
export const limitOf = (step: Step) => (step.within_s ? t('sop.within', { span: span(step.within_s * 1000) }) : '')

/** What shows that it was done. */
export const evidenceOf = (step: Step) =>
  step.evidence && step.evidence !== 'none'
    ? `${word('sop-evidence', step.evidence)}${step.unit ? ` (${step.unit})` : ''}`
    : ''

export function branchOf(step: Step, steps: readonly Step[]): string {
  const { when } = step
  if (!when) return ''
  const asked = steps.find((one) => one.id === when.step)
  return t('sop.if', { question: asked ? questionOf(textOf(asked)) : when.step, answer: answerOf(asked, when.answer) })
}

/** Of a step that asks: the question alone, without how to find out. */
const questionOf = (text: string) => /^.*?\?/.exec(text)?.[0] ?? text

/** When a card opens by itself, one sentence for each of its triggers. */
export function triggerWords(trigger: Trigger, standards: StandardsApi): string {
  const { moment = 'incident', types = [], level = 1, life_risk, areas = [], objects = [] } = trigger
  if (moment === 'by-hand') return t('sop.by-hand')
  const parts = [
    moment === 'handover' ? t('sop.at-handover') : '',
    types.map((type) => standards.card(type)).join(', '),
    level > 1 ? t('sop.from-level', { n: level }) : '',
    life_risk ? t('sop.life') : '',
    areas.length ? t('sop.in-areas', { areas: areas.join(', ') }) : '',
    objects.length ? t('sop.at-objects', { kinds: objects.map((kind) => standards.objectName(kind)).join(', ') }) : '',
  ].filter(Boolean)
  return parts.length ? parts.join(' · ') : t('sop.any-incident')
}

const DAY_MS = 86_400_000

/** How long a card should have been looked at again, in words. */
export function overdueSince({ review }: { readonly review: string | null }): string {
  if (!review) return ''
  const days = Math.floor((now.peek() - Date.parse(`${review}T00:00:00Z`)) / DAY_MS)
  return days > 0 ? t('sop.overdue', { n: days }) : ''
}
