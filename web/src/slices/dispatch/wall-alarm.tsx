// The gravest thing on the wall, in the place of its top bar: what, where, how long, who has taken it on. Nobody touches it here.
import { ms, now, shortTime, span } from '../../kernel/clock'
import { useView } from '../../kernel/device'
import { t } from '../../kernel/i18n'
import type { Sounding } from '../../look/sound'
import { alarmWords, byWeight, hueOf, useFieldAlarms } from '../field/alarms'
import { clockState, LIMIT } from './strip'
import { startOf } from './strip-bar'
import type { Picture } from './use-picture'
import { Stand } from './wall-line'

export type OnWall = {
  readonly id: string
  readonly hue: Sounding
  readonly what: string
  readonly more: string
  readonly since: number
  readonly incident?: string
  readonly mayday?: boolean
}

/** Danger to life stays until it is over, also once taken; what only needed a hand goes when it was taken. */
export function useWallAlarms(picture: Picture): { alarm: OnWall | undefined; others: number } {
  const field = useFieldAlarms()
  const view = useView('dispatch.alarms', {}, { keep: true })
  const names = useView('access.names', {}, { keep: true })
  const nameOf = (actor: string | null) => names.rows.value.find((row) => row.actor === actor)?.name ?? ''
  const numberOf = (id: string | null) => picture.incidents.value.find((one) => one.id === id)?.number ?? ''
  const scenes = field.rows.value
    .filter((row) => !row.taken_at || hueOf(row) === 'danger')
    .sort(byWeight)
    .map((row): OnWall => {
      const words = alarmWords(row)
      const taken = row.taken_at ? t('band.taken', { who: nameOf(row.taken_by), at: shortTime(row.taken_at) }) : ''
      return {
        id: row.alarm,
        hue: hueOf(row),
        mayday: row.kind === 'mayday',
        what: words.what,
        more: taken || words.more,
        since: ms(row.at),
        incident: row.incident,
      }
    })
  const unanswered = view.rows.value
    .filter((row) => !row.taken_at)
    .map(
      (row): OnWall => ({
        id: row.alarm,
        hue: 'watch',
        what: t('alarm.unanswered', { unit: row.unit ?? '', number: numberOf(row.incident) }),
        more: t('alarm.unanswered-more'),
        since: ms(row.at),
      }),
    )
  const late = picture.incidents.value
    .filter((one) => one.watched && clockState(one.clocks, now.value, one.eta) === 'late')
    .map(
      (one): OnWall => ({
        id: `late ${one.id}`,
        hue: 'watch',
        what: t('wall.late', { n: LIMIT, number: one.number, type: one.type }),
        more: one.units.length ? one.units.join(', ') : t('incident.no-unit'),
        since: startOf(one),
      }),
    )
  const all = [...scenes, ...unanswered, ...late]
  return { alarm: all[0], others: Math.max(all.length - 1, 0) }
}

export function WallAlarm({ alarm, others }: { alarm: OnWall; others: number }) {
  const more = [alarm.more, others ? t('alarm.others', { n: others }) : ''].filter(Boolean).join(' · ')
  return (
    <header class={alarm.mayday ? 'alarm may' : 'alarm'} data-s={alarm.hue}>
      <span class="beat" aria-hidden="true" />
      <span class="what" role="alert">
        {alarm.what}
        <small class="cut">{more}</small>
      </span>
      <span class={alarm.mayday ? 'clock xl' : 'clock m'} aria-live="off">
        {span(now.value - alarm.since)}
      </span>
      <Stand />
    </header>
  )
}
