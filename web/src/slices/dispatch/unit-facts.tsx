// What is known of the place the crew goes to, the most dangerous first; each with where it comes from and when.
import type { ComponentChildren } from 'preact'
import { date, shortTime } from '../../kernel/clock'
import { useView } from '../../kernel/device'
import { number, t, word } from '../../kernel/i18n'
import { Glyph, Icon, type IconName } from '../../look/symbols'
import { useCallIncident } from '../intake/calls'
import { useStandards } from '../intake/standards'
import { standing, useClosures } from '../places/roads'
import { lookOf } from './rows'
import { metresBetween, nearestOf, roundMetres } from './trip'
import type { IncidentRow } from './views'

const WATER_NEAR_M = 1500
const WATERS = 2
const CLOSED_NEAR_M = 1200
const NOTES = 3

export type Fact = {
  readonly key: string
  readonly icon: IconName | 'danger' | 'watch'
  readonly text: string
  readonly more?: string
  readonly danger?: boolean
}

/** Facts of an incident, in the order a crew needs them on the way. */
function useFacts(row: IncidentRow): readonly Fact[] {
  const standards = useStandards()
  const intake = useCallIncident(row.incident)
  const objects = useView('places.objects', {}, { keep: true })
  const waters = useView('places.water', {}, { keep: true })
  const journal = useView('dispatch.journal', { incident: row.incident }, { keep: true })
  const closures = useClosures()
  const at = [row.lon, row.lat] as const
  const answers = Object.entries(intake?.answers ?? {}).filter(([, answer]) => answer !== 'unknown' && answer !== 'no')
  const object = objects.rows.value.find((one) => one.object === row.place_id)
  const facts: Fact[] = []
  if (row.life_risk)
    facts.push({ key: 'life', icon: 'danger', text: t('incident.life'), danger: !row.exercise && row.state === 'open' })
  for (const [question, answer] of answers)
    facts.push({
      key: `answer ${question}`,
      icon: 'phone',
      text:
        answer === 'yes'
          ? standards.question(question)
          : `${standards.question(question)} ${standards.answer(question, answer)}`,
      more: t('trip.caller'),
    })
  if (object) {
    const about = [
      object.storeys ? t('trip.storeys', { n: object.storeys }) : '',
      object.stilt ? t('trip.stilt') : '',
      object.dense ? t('trip.dense') : '',
      ...object.hazards.map((hazard) => word('object-hazard', hazard)),
      object.note ?? '',
    ].filter(Boolean)
    facts.push({ key: 'object', icon: 'pin', text: [object.name, ...about].join(' · '), more: t('trip.survey') })
  }
  for (const closure of standing(closures.rows.value)) {
    if (closure.lon === null || closure.lat === null) continue
    const metres = metresBetween(at, [closure.lon, closure.lat])
    if (metres > CLOSED_NEAR_M) continue
    facts.push({
      key: `closure ${closure.closure}`,
      icon: 'watch',
      text: [t('trip.closed', { m: number(roundMetres(metres)) }), closure.note].filter(Boolean).join(' · '),
      more: closure.until ? t('map.closed-until', { at: shortTime(closure.until) }) : '',
    })
  }
  for (const source of nearestOf(waters.rows.value, at, WATERS, WATER_NEAR_M)) {
    const gives = [
      t('trip.metres', { m: number(roundMetres(source.metres)) }),
      source.flow_lpm ? t('trip.flow', { n: number(source.flow_lpm) }) : '',
      source.litres ? t('trip.litres', { n: number(source.litres) }) : '',
      source.state === 'fit' ? '' : word('water-state', source.state),
    ].filter(Boolean)
    facts.push({
      key: `water ${source.source}`,
      icon: source.state === 'broken' ? 'watch' : 'drop',
      text: [source.name, ...gives].join(', '),
      more: source.checked_at ? t('trip.checked', { date: date(source.checked_at) }) : '',
    })
  }
  for (const [other, steps] of Object.entries(row.others)) {
    const last = Object.entries(steps)
      .sort((a, b) => a[1].localeCompare(b[1]))
      .at(-1)
    if (last)
      facts.push({
        key: `other ${other}`,
        icon: 'users',
        text: `${standards.other(other)} ${word('step', last[0])}`,
        more: shortTime(last[1]),
      })
  }
  const notes = journal.rows.value.filter((line) => line.kind === 'intake.incident-noted' && line.note).slice(-NOTES)
  for (const note of notes.reverse())
    facts.push({ key: `note ${note.position}`, icon: 'edit', text: note.note ?? '', more: shortTime(note.at) })
  return facts
}

export function Facts({
  row,
  own,
  board,
}: {
  row: IncidentRow
  own: string
  board: readonly { unit: string; vehicle_type: string }[]
}) {
  const standards = useStandards()
  const facts = useFacts(row)
  const others = row.units.filter((sent) => sent.unit !== own && !sent.ended_at)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section class="facts-of" aria-label={t('trip.known')} tabIndex={0}>
      <ul>
        {facts.map((fact) => (
          <Line key={fact.key} fact={fact} />
        ))}
        {others.map((sent) => {
          const { glyph } = lookOf(sent.status ?? '')
          const type = board.find((one) => one.unit === sent.unit)?.vehicle_type
          return (
            <li key={sent.unit}>
              <Glyph name={glyph} />
              <span>
                <b>{sent.unit}</b> {type ? standards.vehicle(type) : ''}
              </span>
              <span>{word('status', sent.status ?? '')}</span>
            </li>
          )
        })}
        {facts.length || others.length ? null : <Nothing />}
      </ul>
    </section>
  )
}

function Line({ fact }: { fact: Fact }): ComponentChildren {
  return (
    <li class={fact.danger ? 'danger' : ''}>
      {fact.icon === 'danger' || fact.icon === 'watch' ? (
        <Glyph name={fact.icon} plain={fact.danger ?? false} />
      ) : (
        <Icon name={fact.icon} />
      )}
      <span>{fact.text}</span>
      <span>{fact.more}</span>
    </li>
  )
}

const Nothing = () => (
  <li>
    <Glyph name="none" />
    <span class="quiet">{t('trip.nothing')}</span>
    <span />
  </li>
)
