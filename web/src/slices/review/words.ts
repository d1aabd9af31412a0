// Findings and lessons in words, and how a finding stands.
import { date, ms, now } from '../../kernel/clock'
import type { Row } from '../../kernel/contract'
import { t, word } from '../../kernel/i18n'
import type { GlyphName, IconName } from '../../look/symbols'

export type Finding = Row<'review.review'>
export type ToCheck = Row<'review.to-check'>
export type Lesson = Row<'review.lessons'>

export const KINDS = ['procedure', 'training', 'equipment', 'pre-plan', 'run-card', 'communication', 'other'] as const
export const SUBJECTS = [
  'turnout',
  'route',
  'access',
  'water',
  'par',
  'air',
  'radio',
  'command',
  'tactics',
  'gear',
  'vehicle',
  'people',
  'caller',
  'partner',
  'safety',
  'other',
] as const
export const CHANGES = ['sop', 'training', 'equipment', 'pre-plan', 'run-card', 'other'] as const
export const RESULTS = ['worked', 'not', 'not-tested'] as const
export const OWNERS = [
  'shift-leader',
  'commander',
  'trainer',
  'planner',
  'dispatcher',
  'call-taker',
  'crew',
  'reporter',
  'coordinator',
  'administrator',
] as const

export const over = ({ state }: Pick<Finding, 'state'>) => state === 'closed' || state === 'withdrawn'
const DAY_MS = 86_400_000

/** So many similar incidents are looked at before a change counts as never tested (the node offers as many). */
export const CHECKS = 3

export type Standing = {
  readonly words: string
  readonly hue: '' | 'watch' | 'scene'
  readonly glyph?: GlyphName
  readonly icon?: IconName
}

/** How a finding stands, in a few words; what needs a person is said first. */
export function standing(one: Finding): Standing {
  if (one.state === 'closed')
    return {
      words: t('review.is-closed', { date: date(one.closed_at ?? one.recorded_at) }),
      hue: 'scene',
      icon: 'check',
    }
  if (one.good) return { words: t('review.keep'), hue: '', icon: 'check' }
  const since = one.made_at ?? ''
  const checks = one.checks.filter((check) => check.at >= since)
  if (one.state === 'made' && checks.some((check) => check.result === 'worked'))
    return { words: t('review.worked'), hue: 'scene', icon: 'check' }
  if (one.state === 'made' && checks.some((check) => check.result === 'not'))
    return { words: t('review.worked-not'), hue: 'watch', glyph: 'watch' }
  if (one.state === 'made') return { words: t('review.checked-of', { n: checks.length, of: CHECKS }), hue: '' }
  if (one.owner === null) {
    const days = Math.floor((now.value - ms(one.recorded_at)) / DAY_MS)
    return { words: t('review.no-owner-days', { n: days }), hue: 'watch', glyph: 'watch' }
  }
  if (one.due && ms(`${one.due}T23:59:59Z`) < now.value)
    return { words: t('review.due-passed', { date: date(one.due) }), hue: 'watch', glyph: 'watch' }
  return { words: word('review-state', one.state), hue: '' }
}

export const ownerOf = (one: Pick<Finding, 'owner' | 'account'>) =>
  one.owner === null ? '' : [word('role', one.owner), one.account].filter(Boolean).join(', ')

/** What the review of an incident has come to, in one sentence. */
export function summary(findings: readonly Finding[]): string {
  if (!findings.length) return t('review.no-findings')
  const alone = findings.filter((one) => !one.good && !over(one) && one.owner === null).length
  const count = t('review.n-findings', { n: findings.length })
  return alone ? `${count} ${t('review.n-alone', { n: alone })}` : count
}
