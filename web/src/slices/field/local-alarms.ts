// Alarms this device finds by itself while the node is away: a PAR that is due, air at its limit, an order not answered.
import { ms } from '../../kernel/clock'
import type { Asked } from '../../kernel/words'
import { airOf } from './airs'
import { here, openEvacuations, openMaydays, parDue, unheard } from './figures'
import type { AlarmRow, Board, Crew } from './rows'
import type { FieldStandards } from './standards'

const iso = (at: number) => new Date(at).toISOString()

type Found = Pick<AlarmRow, 'alarm' | 'kind' | 'at'> & Partial<Pick<AlarmRow, 'crew' | 'person' | 'level'>>

/** Named as the node names them, so that both mean the same alarm and one taking settles it. */
export function localAlarms(
  row: Board,
  std: FieldStandards,
  now: number,
  waiting: readonly Asked[],
): readonly AlarmRow[] {
  const found = [
    ...row.crews.filter(here).flatMap((crew) => [...par(row, crew, std, now), ...air(row, crew, std, now)]),
    ...row.crews.flatMap((crew): Found[] =>
      crew.lost_at
        ? [
            {
              alarm: `contact-lost.${row.incident}.${crew.crew}`,
              kind: 'contact-lost',
              at: crew.lost_at,
              crew: crew.crew,
            },
          ]
        : [],
    ),
    ...openMaydays(row).map(
      (one): Found => ({ alarm: `mayday.${one.mayday}`, kind: 'mayday', at: one.at, crew: one.crew }),
    ),
    ...openEvacuations(row)
      .filter((order) => unheard(row, order).length)
      .flatMap((order): Found[] => [
        { alarm: `evacuation.${order.evacuation}`, kind: 'evacuation', at: order.at },
        ...unansweredAt(ms(order.at), std.every.evacuation_answer_s * 1000, now).map((at) => ({
          alarm: `evacuation-unanswered.${order.evacuation}`,
          kind: 'evacuation-unanswered' as const,
          at: iso(at),
        })),
      ]),
  ]
  return found.map((one) => whole(row, one, taking(waiting, one.alarm)))
}

/** The last time at which an order that not everybody has heard was due to be said again: what was taken before then
 * sounds anew, as at the node. */
function unansweredAt(since: number, every: number, now: number): readonly number[] {
  const times = Math.floor((now - since) / every)
  return times > 0 ? [since + times * every] : []
}

function par(row: Board, crew: Crew, std: FieldStandards, now: number): Found[] {
  const due = parDue(crew, std.every)
  if (due === undefined || due > now) return []
  return [{ alarm: `par-overdue.${row.incident}.${crew.crew}`, kind: 'par-overdue', at: iso(due), crew: crew.crew }]
}

function air(row: Board, crew: Crew, std: FieldStandards, now: number): Found[] {
  return airOf(crew, std, now).all.flatMap((one): Found[] => {
    const { state } = one.air
    if (state === 'ok' || state === 'unknown' || !one.last) return []
    return [
      {
        alarm: `air-low.${row.incident}.${crew.crew}.${one.person}`,
        kind: 'air-low',
        at: iso(one.last.at),
        crew: crew.crew,
        person: one.person,
        level: state,
      },
    ]
  })
}

/** When somebody here took it on, though the node has not heard of it. */
function taking(waiting: readonly Asked[], alarm: string): string | undefined {
  return waiting.findLast(({ command }) => command.kind === 'field.take-alarm' && command.alarm === alarm)?.at
}

function whole(row: Board, found: Found, taken: string | undefined): AlarmRow {
  const stands = taken !== undefined && ms(taken) >= ms(found.at)
  return {
    crew: '',
    person: '',
    level: '',
    ...found,
    incident: row.incident,
    number: row.number,
    times: 1,
    taken_at: stands ? taken : null,
    taken_by: null,
  }
}

/** The node's alarms as they were when it was last heard, and what this device found since. */
export function merged(known: readonly AlarmRow[], local: readonly AlarmRow[], row: Board): readonly AlarmRow[] {
  const there = new Map(known.map((alarm) => [alarm.alarm, alarm]))
  const fresh = new Set(local.map((alarm) => alarm.alarm))
  // A cause that is gone by what was said here is no alarm any more, whatever the node last knew.
  const stay = known.filter((alarm) => alarm.incident !== row.incident || fresh.has(alarm.alarm))
  return [
    ...stay.filter((alarm) => !fresh.has(alarm.alarm)),
    ...local.map((alarm) => {
      const taken = alarm.taken_at ?? there.get(alarm.alarm)?.taken_at ?? null
      return taken !== null && ms(taken) >= ms(alarm.at) ? { ...alarm, taken_at: taken } : { ...alarm, taken_at: null }
    }),
  ]
}
