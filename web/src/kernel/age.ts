// How long ago, in the words of the screen: always one figure, rounded down.
import { number, t } from './i18n'

export function ago(milliseconds: number): string {
  const s = Math.max(0, Math.floor(milliseconds / 1000))
  if (s < 60) return t('age.seconds', { n: s })
  if (s < 3600) return t('age.minutes', { n: Math.floor(s / 60) })
  if (s < 48 * 3600) return t('age.hours', { n: Math.floor(s / 3600) })
  return t('age.days', { n: number(Math.floor(s / 86_400)) })
}
