// The alarm bar: takes the place of the top bar, names what, how long and what is expected, and one button to take it.
import { now, span, time } from '../../kernel/clock'
import { t } from '../../kernel/i18n'
import { type Sounding, useSound } from '../../look/sound'
import { Key } from '../../look/symbols'

export type Alarm = {
  readonly id: string
  readonly what: string
  readonly more: string
  readonly since: number
  readonly hue: Sounding
  take(): void
}

export function AlarmBar({ alarms }: { alarms: readonly Alarm[] }) {
  const alarm = alarms[0]
  useSound(alarm?.hue, alarm?.id)
  if (!alarm) return null
  return (
    <div class="alarm" data-s={alarm.hue} role="alert">
      <span class="beat" aria-hidden="true" />
      <span>{alarm.what}</span>
      <span class="clock" aria-live="off">
        {span(now.value - alarm.since)}
      </span>
      <span class="more cut">
        {alarm.more}
        {alarms.length > 1 ? ` · ${t('alarm.others', { n: alarms.length - 1 })}` : ''}
      </span>
      <span class="room" />
      <span class="wall" aria-live="off">
        {time(now.value)}
      </span>
      <button type="button" class="btn" onClick={alarm.take}>
        {t('alarm.take')} <Key>A</Key>
      </button>
    </div>
  )
}
