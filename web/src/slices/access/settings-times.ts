// When something that signs in was seen last, and how long it may: in words, for the lists of devices and tokens.
import { now as clock, date, ms, shortTime } from '../../kernel/clock'
import { t } from '../../kernel/i18n'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

const when = (at: string) => `${date(ms(at))} ${shortTime(ms(at))}`
export const seen = (at: string | null | undefined) =>
  at ? t('accounts.seen', { at: when(at) }) : t('accounts.never-seen')
export const until = (at: string | null | undefined) => (at ? t('accounts.until', { at: date(ms(at)) }) : '')
/** Of what ends within days the hour counts too. */
export const untilHour = (at: string) => t('accounts.until', { at: when(at) })
export const over = (at: string | null | undefined) => Boolean(at && ms(at) < clock.value)

const instant = (at: number) => new Date(at).toISOString().replace('Z', '+00:00')
export const inHours = (n: number) => instant(clock.peek() + n * HOUR_MS)
export const inDays = (n: number) => instant(clock.peek() + n * DAY_MS)
