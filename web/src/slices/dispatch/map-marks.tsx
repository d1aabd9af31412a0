// What stands on a map: posts, closed roads, incidents and units, each by its own shape.
import { shortTime } from '../../kernel/clock'
import { t, word } from '../../kernel/i18n'
import type { LngLat, Mark } from '../../kernel/map'
import { Glyph, Sym } from '../../look/symbols'
import type { AreaRow } from '../places/base'
import type { Closing, Closure } from '../places/roads'
import { bandOf, type CoverArea } from './cover'
import { coverLabel } from './cover-list'
import { lookOfIncident } from './incident-panel'
import { gravity, type Incident, lookOf, rankOf, type Unit } from './rows'

export type Station = { readonly id: string; readonly name: string; readonly at: LngLat }

const HOUSE = 'M1 13V6l6-5 6 5v7z'

export function stationMark(station: Station): Mark {
  return {
    id: `station ${station.id}`,
    at: station.at,
    w: 26 + station.name.length * 7,
    h: 20,
    ax: 7,
    ay: 10,
    sign: true,
    yields: true,
    label: t('map.station', { name: station.name }),
    body: (
      <span class="post">
        <svg viewBox="0 0 14 14" aria-hidden="true">
          <path d={HOUSE} />
        </svg>
        <span>{station.name}</span>
      </span>
    ),
  }
}

/** How soon help would be in an area: its name over its minutes. */
export function coverMark(of: CoverArea, { area, name, lon, lat }: AreaRow, limit: number): Mark {
  const minutes = coverLabel(of, limit)
  const late = bandOf(of, limit) === 'late'
  return {
    id: `cover ${area}`,
    at: [lon, lat],
    w: 10 + Math.max(name.length * 6.6, minutes.length * 7.6 + (late ? 16 : 0)),
    h: 34,
    words: true,
    label: `${name} ${minutes}`,
    body: (
      <>
        <span>{name}</span>
        <b>
          {late ? <Glyph name="watch" hue="watch" /> : null}
          {minutes}
        </b>
      </>
    ),
  }
}

/** A road that cannot be driven, until when if that is known. */
export function closureMark(closure: Closure): Mark[] {
  const { lon, lat, until } = closure
  if (lon === null || lat === null) return []
  const words = until ? t('map.closed-until', { at: shortTime(until) }) : t('map.closed')
  return [
    {
      id: `closure ${closure.closure}`,
      at: [lon, lat],
      w: 110,
      h: 36,
      ay: 8,
      sign: true,
      yields: true,
      hue: 'watch',
      label: [words, closure.note].filter(Boolean).join(' · '),
      body: (
        <>
          {NO_WAY}
          <span class="nr shut-text">{words}</span>
        </>
      ),
    },
  ]
}

const NO_WAY = (
  <svg class="no-way" viewBox="0 0 16 16" aria-hidden="true">
    <circle cx="8" cy="8" r="7" />
    <path d="M4 8h8" />
  </svg>
)

/** Where a road will be closed, as long as it is not yet asked. */
export const closingMark = ({ at }: Closing): Mark => ({
  id: 'closing',
  at,
  w: 16,
  h: 16,
  ay: 8,
  sign: true,
  hue: 'watch',
  label: t('road.title'),
  body: NO_WAY,
})

/** What a mark is for others: the chosen one (`on`) and one in danger (`mayday`) never stand as one with others. */
export type Seen = { readonly on: boolean; readonly mayday: boolean }

export function incidentMark(incident: Incident, { on, mayday }: Seen, onPick?: (id: string) => void): Mark[] {
  if (!incident.at) return []
  const face = (
    <span class={on ? 'ring at' : 'at'}>
      <Sym kind={incident.kind} {...lookOfIncident(incident)} />
      {incident.lifeRisk && !incident.exercise && incident.state === 'open' ? <LifeSign /> : null}
    </span>
  )
  return [
    {
      id: `incident ${incident.id}`,
      at: incident.at,
      w: 56,
      h: 50,
      sign: true,
      hue: '',
      label: `${incident.number} ${incident.type}`,
      body: (
        <>
          {face}
          <span class="nr">{incident.number}</span>
        </>
      ),
      flock: {
        kind: 'incident',
        weight: gravity(incident),
        least: 2,
        reach: [64, 48],
        alone: on || mayday,
        as: (marks) => flockMark(incident.at as LngLat, marks, face),
      },
      onPick: () => onPick?.(incident.id),
    },
  ]
}

/** Many incidents by the sign of the gravest and their count. */
function flockMark(at: LngLat, marks: readonly Mark[], face: Mark['body']): Mark {
  const text = t('map.incidents-here', { n: marks.length })
  return {
    id: `flock ${marks[0]?.id}`,
    at,
    w: 76,
    h: 50,
    sign: true,
    hue: '',
    label: `${text}: ${marks.map((mark) => mark.label).join(', ')}`,
    body: (
      <>
        {face}
        <span class="nr">{text}</span>
      </>
    ),
  }
}

/** The octagon of danger to life, at the symbol's corner. */
const LifeSign = () => (
  <svg class="life" viewBox="0 0 16 16" aria-hidden="true">
    <path d="M5 .8h6L15.2 5v6L11 15.2H5L.8 11V5z" />
    <path class="x" d="M8 4v5M8 11.2v.6" />
  </svg>
)

/** So few tags still find themselves places round one point. */
const MANY_UNITS = 6

/** Many units by the status of the one that does most, and their count. */
function flockTag(at: LngLat, marks: readonly Mark[], hue: string, face: Mark['body']): Mark {
  const text = t('incident.units', { n: marks.length })
  return {
    id: `flock ${marks[0]?.id}`,
    at,
    w: 33 + text.length * 7.6,
    h: 22,
    hue,
    label: `${text}: ${marks.map((mark) => mark.label).join(', ')}`,
    body: (
      <>
        {face}
        {text}
      </>
    ),
  }
}

/**
 * Units at their post are one of many grey tags: they show when they move, are proposed, or stand elsewhere. Those of
 * the chosen incident (`near`) and of the proposal never stand as one with others.
 */
export function unitMark(unit: Unit, proposed: boolean, near: boolean, onUnit?: (id: string) => void): Mark[] {
  const { glyph, hue } = lookOf(unit.status)
  if (!unit.at || (!unit.incident && !proposed && unit.status !== 'returning')) return []
  const plan = proposed && !unit.incident
  const face = <Glyph name={plan ? 'plan' : glyph} />
  return [
    {
      id: `unit ${unit.id}`,
      at: unit.at,
      w: 33 + unit.code.length * 7.6,
      h: 22,
      hue: plan ? 'plan' : hue,
      label: `${unit.code} ${word('status', unit.status)}`,
      body: (
        <>
          {face}
          {unit.code}
        </>
      ),
      flock: {
        kind: 'unit',
        weight: -rankOf(unit),
        least: MANY_UNITS,
        reach: [48, 48],
        alone: plan || near,
        as: (marks) => flockTag(unit.at as LngLat, marks, hue, face),
      },
      onPick: () => onUnit?.(unit.id),
    },
  ]
}
