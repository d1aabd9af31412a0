// Alarms of the scenes: MAYDAY, evacuation, overdue PAR, low air, lost contact; each sounds until a hand takes it.
import { ms, now, span, time } from '../../kernel/clock'
import { useDevice, useView } from '../../kernel/device'
import { type Text, t } from '../../kernel/i18n'
import { type Sounding, useSound } from '../../look/sound'
import { Key } from '../../look/symbols'
import { shortNumber } from '../intake/number'
import { guessFieldAlarms } from './guess-alarms'
import type { AlarmRow } from './rows'

const WORDS: Readonly<Record<string, Text>> = {
  mayday: 'field.alarm-mayday',
  evacuation: 'field.alarm-evacuation',
  'evacuation-unanswered': 'field.alarm-unanswered',
  'par-overdue': 'field.alarm-par',
  'contact-lost': 'field.alarm-contact',
}
const AIR: Readonly<Record<string, Text>> = {
  soon: 'field.alarm-air-soon',
  'turn-back': 'field.alarm-air-back',
  whistle: 'field.alarm-air-whistle',
  '': 'field.alarm-air',
}
const MORE: Readonly<Record<string, Text>> = {
  mayday: 'field.alarm-mayday-more',
  evacuation: 'field.alarm-evacuation-more',
  'evacuation-unanswered': 'field.alarm-unanswered-more',
  'par-overdue': 'field.alarm-par-more',
  'contact-lost': 'field.alarm-contact-more',
  'air-low': 'field.alarm-air-more',
}

/** Danger to life is red; an overdue PAR and air that is soon to turn back with need eyes. */
export const hueOf = (alarm: AlarmRow): Sounding =>
  alarm.kind === 'par-overdue' || alarm.level === 'soon' ? 'watch' : 'danger'

/** What an alarm says: what, about whom, and what is expected. `crew` gives a crew its name where one is known. */
export function alarmWords(
  alarm: Pick<AlarmRow, 'kind' | 'crew' | 'number' | 'level'>,
  crew: (id: string) => string = (id) => id,
) {
  const key = alarm.kind === 'air-low' ? AIR[alarm.level] : WORDS[alarm.kind]
  const name = alarm.crew ? crew(alarm.crew) : ''
  const vars = { crew: name, number: shortNumber(alarm.number) }
  return {
    what: (key ? t(key, vars) : `${alarm.kind} ${name}`).replace(/\s+/g, ' ').trim(),
    more: MORE[alarm.kind] ? t(MORE[alarm.kind] as Text) : '',
  }
}

/** The gravest first: who is in danger to life, then who needs eyes; of equals the oldest. */
const ORDER = ['mayday', 'evacuation-unanswered', 'evacuation', 'contact-lost', 'air-low', 'par-overdue']
export const byWeight = (a: AlarmRow, b: AlarmRow) =>
  Number(hueOf(a) === 'watch') - Number(hueOf(b) === 'watch') ||
  ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) ||
  ms(a.at) - ms(b.at)

/** The desk hears what the commander did not settle the first time, and what is danger to life at once. */
export const forDesk = (alarm: AlarmRow) =>
  alarm.times >= 2 || !(alarm.kind === 'par-overdue' || alarm.level === 'soon' || alarm.kind === 'evacuation')

/** Alarms of all open scenes, and how to take one. */
export function useFieldAlarms() {
  const device = useDevice()
  const view = useView<'field.alarms', AlarmRow>('field.alarms', {}, { guess: guessFieldAlarms, keep: true })
  return {
    rows: view.rows,
    take: (alarm: AlarmRow) => device.ask({ kind: 'field.take-alarm', incident: alarm.incident, alarm: alarm.alarm }),
  }
}

type Props = {
  /** Those that are to be shown here and are not taken. */
  alarms: readonly AlarmRow[]
  crew?: (id: string) => string
  onTake(alarm: AlarmRow): void
  /** Shown without its bar, as where a MAYDAY has its own band: it sounds all the same. */
  silentBar?: (alarm: AlarmRow) => boolean
}

/** One bar in the place of the top bar for the gravest alarm, with how many others wait. */
export function FieldAlarms({ alarms, crew, onTake, silentBar }: Props) {
  const sorted = [...alarms].sort(byWeight)
  const worst = sorted[0]
  useSound(worst && hueOf(worst), worst?.alarm)
  const shown = sorted.filter((alarm) => !silentBar?.(alarm))
  const alarm = shown[0]
  if (!alarm) return null
  const { what, more } = alarmWords(alarm, crew)
  return (
    <div class="alarm field-alarm" data-s={hueOf(alarm)} role="alert">
      <span class="beat" aria-hidden="true" />
      <span class="what">{what}</span>
      <span class="clock" aria-live="off">
        {span(now.value - ms(alarm.at))}
      </span>
      <span class="more">
        {more}
        {shown.length > 1 ? ` · ${t('alarm.others', { n: shown.length - 1 })}` : ''}
      </span>
      <span class="wall" aria-live="off">
        {time(now.value)}
      </span>
      <button type="button" class="btn" onClick={() => onTake(alarm)}>
        {t('alarm.take')} <Key>A</Key>
      </button>
    </div>
  )
}
