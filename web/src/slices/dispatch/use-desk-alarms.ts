// What asks for a hand at the desk: dispatches nobody answered, what a scene did not settle by itself, a lost server.
import { useSignal } from '@preact/signals'
import { ms, now } from '../../kernel/clock'
import { useDevice, useView } from '../../kernel/device'
import { t } from '../../kernel/i18n'
import { alarmWords, byWeight, forDesk, hueOf, useFieldAlarms } from '../field/alarms'
import { actsOf } from './acts'
import type { Alarm } from './alarm-bar'
import { type AlarmRow, guessAlarms } from './views'

/** Silence of the node after which the desk asks for a hand, beyond the words in the corner. */
const LOST_ALARM_MS = 20_000

/** A MAYDAY is not among them: it has its own band above every screen. */
export function useDeskAlarms(numberOf: (incident: string) => string) {
  const device = useDevice()
  const view = useView<'dispatch.alarms', AlarmRow>('dispatch.alarms', {}, { guess: guessAlarms, keep: true })
  const field = useFieldAlarms()
  const lostTaken = useSignal(0)

  const scenes = field.rows.value.filter((row) => !row.taken_at && row.kind !== 'mayday' && forDesk(row)).sort(byWeight)
  const alarms: Alarm[] = scenes.map((row) => ({
    id: row.alarm,
    hue: hueOf(row),
    since: ms(row.at),
    take: () => void field.take(row),
    ...alarmWords(row),
  }))
  for (const row of view.rows.value.filter((one) => !one.taken_at))
    alarms.push({
      id: row.alarm,
      hue: 'watch',
      what: t('alarm.unanswered', { unit: row.unit ?? '', number: row.incident ? numberOf(row.incident) : '' }),
      more: t('alarm.unanswered-more'),
      since: ms(row.at),
      take: () => void actsOf(device).takeAlarm(row.alarm),
    })
  const since = device.feed.since.value
  if (device.feed.line.value === 'lost') void now.value
  const lostFor = device.feed.line.value === 'lost' ? Date.now() - since : 0
  if (lostFor > LOST_ALARM_MS && lostTaken.value !== since)
    alarms.push({
      id: 'lost',
      hue: 'watch',
      what: t('alarm.lost'),
      more: t('alarm.lost-more'),
      since: now.peek() - lostFor,
      take: () => (lostTaken.value = since),
    })
  return alarms
}
