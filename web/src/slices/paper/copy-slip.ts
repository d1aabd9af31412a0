// A slip of paper as asks: what was written by hand while the node was away, with the hours that stand on it.
import { instantNear } from '../../kernel/clock'
import type { Wish } from '../../kernel/contract'
import type { Found } from '../intake/where'

export const TRIP = ['dispatched', 'on-the-way', 'arrived', 'ready-to-serve', 'returned'] as const
export const MARKS = ['under-control', 'out'] as const
export type SlipClock = 'received' | (typeof TRIP)[number] | (typeof MARKS)[number]

export type Sheet = {
  readonly slip: number
  /** The day on the slip, `2026-11-26`, and the hours as they were typed. */
  readonly day: string
  readonly hours: Readonly<Partial<Record<SlipClock, string>>>
  readonly channel: string
  readonly place: Found | undefined
  readonly type: string
  readonly what: string
  readonly danger: string
  readonly phone: string
  readonly units: readonly string[]
  readonly over: boolean
}

export type Copied = { readonly command: Wish; readonly seenAt: string; readonly override?: string }
export type Fault = 'slip' | 'place' | SlipClock
type Kind<Name extends string> = Extract<Wish, { kind: Name }>

/**
 * Hours of one call lie within half a day of the hour it was received: past midnight they belong to the next day. What is
 * later than `latest` has not been: most likely the day on the slip is another.
 */
export function instantsOf(sheet: Sheet, noon: number, latest = Number.POSITIVE_INFINITY) {
  const bad: Fault[] = []
  const received = instantNear(sheet.hours.received ?? '', noon)
  const at: Partial<Record<SlipClock, string>> = {}
  for (const name of ['received', ...TRIP, ...MARKS] as const) {
    const typed = sheet.hours[name]?.trim()
    if (!typed && name !== 'received') continue
    const instant = received && instantNear(typed ?? '', Date.parse(received))
    if (instant && Date.parse(instant) <= latest) at[name] = instant
    else bad.push(name)
  }
  return { at, bad }
}

/** Everything a slip asks for, in the order it happened; nothing at all while something on it cannot be read. */
export function asksOf(
  sheet: Sheet,
  noon: number,
  id: () => string,
  latest?: number,
): { asks: Copied[]; bad: Fault[] } {
  const { at, bad } = instantsOf(sheet, noon, latest)
  if (!Number.isInteger(sheet.slip) || sheet.slip < 1) bad.unshift('slip')
  if (!sheet.place) bad.push('place')
  const { place } = sheet
  const received = at.received
  if (bad.length || !place || !received) return { asks: [], bad }
  const call = id()
  const incident = id()
  const asks: Copied[] = []
  const say = (command: Wish, seenAt: string | undefined = received) => asks.push({ command, seenAt })

  say({ kind: 'intake.take-call', call, channel: sheet.channel } as Kind<'intake.take-call'>)
  if (sheet.phone) say({ kind: 'intake.note-caller', call, caller: { phone: sheet.phone } })
  say({
    kind: 'intake.open-incident',
    incident,
    call,
    lon: place.lon,
    lat: place.lat,
    precision_m: place.precision,
    place: place.text,
    ...(place.area && { area: place.area }),
    ...(place.id && { place_id: place.id }),
    ...(sheet.type && { type: sheet.type }),
  })
  for (const note of [sheet.what, sheet.danger]) if (note) say({ kind: 'intake.note-incident', incident, note })
  say({ kind: 'paper.enter-slip', slip: sheet.slip, incident })
  const marks = MARKS.flatMap((clock) => (at[clock] ? [{ clock, at: at[clock] }] : []))
  for (const mark of marks) say({ kind: 'dispatch.set-mark', incident, clock: mark.clock }, mark.at)
  for (const one of sheet.over ? past(sheet, incident, at) : still(sheet, incident, at, id)) asks.push(one)
  return { asks, bad }
}

/** Trips that are over: the units stay where they are now. */
function past(sheet: Sheet, incident: string, at: Partial<Record<SlipClock, string>>): Copied[] {
  const received = at.received ?? ''
  const trip = TRIP.flatMap((clock) => (at[clock] ? [[clock, at[clock]] as const] : []))
  const times = Object.fromEntries(trip.length ? trip : [['dispatched', received]])
  const trips = sheet.units.map((unit) => ({
    command: { kind: 'dispatch.record-trip', incident, unit, times } as Kind<'dispatch.record-trip'>,
    seenAt: received,
  }))
  const close: Copied = {
    command: { kind: 'dispatch.close-incident', incident, outcome: 'handled' },
    seenAt: Object.values(at).sort().at(-1) ?? received,
  }
  return [...trips, close]
}

/** Units that are still there are sent as they were, and say what they did; the slip is the reason. */
function still(sheet: Sheet, incident: string, at: Partial<Record<SlipClock, string>>, id: () => string): Copied[] {
  if (!sheet.units.length) return []
  const sent: Copied = {
    command: { kind: 'dispatch.dispatch', dispatch: id(), incident, units: [...sheet.units] },
    seenAt: at.dispatched ?? at.received ?? '',
    override: `Slip ${sheet.slip}`,
  }
  const said = (['on-the-way', 'arrived', 'ready-to-serve'] as const).flatMap((status) =>
    sheet.units.flatMap((unit) => {
      const seenAt = at[status]
      const command: Wish = { kind: 'dispatch.report-status', unit, incident, status, by: 'radio' }
      return seenAt ? [{ command, seenAt }] : []
    }),
  )
  return [sent, ...said]
}
