// What the figures of a period cannot know: months of which nothing is recorded, kinds that nobody recorded. None is zero.
import { now } from '../../kernel/clock'
import { useView } from '../../kernel/device'
import { locale, t } from '../../kernel/i18n'
import { Glyph } from '../../look/symbols'
import { useStandards } from '../intake/standards'
import type { Spm } from './spm-words'

const DAY_MS = 86_400_000
const iso = (at: number) => new Date(at).toISOString().replace('Z', '+00:00')

/** `2026-06` as people say it. */
const monthWords = (month: string) =>
  new Intl.DateTimeFormat(locale.value, { month: 'long', timeZone: 'UTC' }).format(Date.parse(`${month}-15T00:00:00Z`))

export function Unrecorded({ spm }: { spm: Spm }) {
  // What is still to come is not missing; a day is as exact as a month needs.
  const today = Math.ceil(now.value / DAY_MS) * DAY_MS
  const until = Math.max(Date.parse(spm.since), Math.min(Date.parse(spm.until), today))
  const view = useView('report.recorded', { since: spm.since, until: iso(until) }, { keep: true })
  const standards = useStandards()
  const row = view.rows.value[0]
  if (!row || (!row.without.length && !Object.keys(row.unrecorded).length)) return null
  return (
    <ul class="unrecorded" aria-label={t('spm.unrecorded')}>
      {row.without.length ? (
        <li>
          <Glyph name="watch" /> {t('spm.months-without', { months: row.without.map(monthWords).join(', ') })}
        </li>
      ) : null}
      {Object.entries(row.unrecorded).map(([kind, months]) => (
        <li key={kind}>
          <Glyph name="watch" />{' '}
          {t('spm.kind-unrecorded', { kind: standards.card(kind), months: months.map(monthWords).join(', ') })}
        </li>
      ))}
    </ul>
  )
}
