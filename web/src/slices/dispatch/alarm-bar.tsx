// The alarm bar: takes the place of the top bar, names what, how long and what is expected, and one button to take it.
import { useEffect } from 'preact/hooks'
import { now, span, time } from '../../kernel/clock'
import { t } from '../../kernel/i18n'
import { Key } from '../../look/symbols'

export type Alarm = {
  readonly id: string
  readonly what: string
  readonly more: string
  readonly since: number
}

type Props = { alarms: readonly Alarm[]; onTake(alarm: Alarm): void }

export function AlarmBar({ alarms, onTake }: Props) {
  const alarm = alarms[0]
  useEffect(() => (alarm ? sound() : undefined), [alarm?.id])
  if (!alarm) return null
  return (
    <div class="alarm" data-s="watch" role="alert">
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
      <button type="button" class="btn" onClick={() => onTake(alarm)}>
        {t('alarm.take')} <Key>A</Key>
      </button>
    </div>
  )
}

/** Two short tones every four seconds until a hand takes the alarm; nothing when the browser forbids sound. */
function sound(): () => void {
  let context: AudioContext | undefined
  try {
    context = new AudioContext()
  } catch {
    return () => {}
  }
  const made = context
  const tone = (at: number, hertz: number) => {
    const source = made.createOscillator()
    const loud = made.createGain()
    source.frequency.value = hertz
    loud.gain.value = 0.15
    source.connect(loud).connect(made.destination)
    source.start(at)
    source.stop(at + 0.18)
  }
  const ring = () => {
    tone(made.currentTime + 0.02, 880)
    tone(made.currentTime + 0.26, 660)
  }
  ring()
  const timer = setInterval(ring, 4000)
  return () => {
    clearInterval(timer)
    void made.close()
  }
}
