// What must still be sent, said wherever those work who see to it: a line in the menu, and a mark on it once it is late.
import { now } from '../../kernel/clock'
import type { Row } from '../../kernel/contract'
import { useDevice, useView } from '../../kernel/device'
import { t, word } from '../../kernel/i18n'
import { follow } from '../../kernel/router'
import { Glyph } from '../../look/symbols'

type Unsent = Row<'report.unsent'>
const SEES_TO_IT = ['reporter', 'shift-leader', 'administrator', 'planner', 'coordinator']
const DAY_MS = 86_400_000
const ROMAN = ['', 'I', 'II', 'III', 'IV']

function useUnsent(): readonly Unsent[] {
  // A day is as exact as a calendar is, and asks for the same picture all day long.
  const day = new Date(Math.floor(now.value / DAY_MS) * DAY_MS)
  return useView('report.unsent', { at: day.toISOString().replace('Z', '+00:00') }, { keep: true }).rows.value
}

export function UnsentMark() {
  return useDevice().may(SEES_TO_IT) ? <Mark /> : null
}

export function UnsentNote() {
  return useDevice().may(SEES_TO_IT) ? <Note /> : null
}

function Mark() {
  const late = useUnsent().filter((row) => row.state === 'late').length
  if (!late) return null
  return (
    <span class="late" title={t('spm.unsent', { n: late })}>
      <Glyph name="watch" />
      <span class="sr">{t('spm.unsent', { n: late })}</span>
    </span>
  )
}

/** The one that waits longest, and how many wait with it. */
function Note() {
  const rows = useUnsent()
  const [first] = rows
  if (!first) return null
  const name = first.quarter
    ? t('spm.quarter-of', { quarter: ROMAN[first.quarter] ?? first.quarter, year: first.year })
    : t('spm.year-of', { year: first.year })
  const when = first.state === 'late' ? t('spm.late-since', { n: -first.days }) : t('spm.unsent-in', { n: first.days })
  const to = word('spm-to', first.required)
  return (
    <a class="waits" href={`/laporan/spm#${first.year}${first.quarter ? `-Q${first.quarter}` : ''}`} onClick={follow}>
      {first.state === 'late' ? <Glyph name="watch" /> : null}
      <span>
        {t('spm.unsent-one', { name, to, when })}
        {rows.length > 1 ? ` ${t('spm.unsent-more', { n: rows.length - 1 })}` : ''}
      </span>
    </a>
  )
}
