// What was proposed beside what was done, decision by decision.
import type { Row } from '../../kernel/contract'
import type { IncidentRow } from '../dispatch/views'

export type Decision = Row<'review.decisions'>

export type Compared = {
  readonly decision: Decision
  readonly proposed: readonly string[]
  /** Sent although it was not proposed, and proposed but not sent. */
  readonly added: readonly string[]
  readonly without: readonly string[]
  readonly same: boolean
}

export function compared(decision: Decision): Compared {
  const proposed = decision.proposal?.units?.map((one) => one.unit) ?? []
  const added = decision.units.filter((unit) => !proposed.includes(unit))
  const without = proposed.filter((unit) => !decision.units.includes(unit))
  return { decision, proposed, added, without, same: !added.length && !without.length }
}

export type Arrival = { readonly unit: string; readonly forecast_s: number; readonly took_s: number }

/** How long units took to come, beside what was forecast when they were sent. */
export function arrivals(decision: Decision, incident: IncidentRow): readonly Arrival[] {
  const begun = Date.parse(decision.at)
  return (decision.proposal?.units ?? []).flatMap(({ unit, eta_s }) => {
    const trip = incident.units.find((one) => one.unit === unit && Math.abs(Date.parse(one.sent_at) - begun) < 1000)
    const arrived = trip?.clocks.arrived
    if (!decision.units.includes(unit) || !arrived) return []
    return [{ unit, forecast_s: eta_s, took_s: (Date.parse(arrived) - begun) / 1000 }]
  })
}
