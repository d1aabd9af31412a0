// The air of a crew as the card shows it: each wearer by the model, the worst of them for all.
import { ms } from '../../kernel/clock'
import { type Air, air, crewAir } from './air'
import type { Crew, Inside } from './rows'
import type { FieldStandards } from './standards'

export type WearerAir = {
  readonly person: string
  readonly air: Air
  readonly cylinderBar: number
  readonly last: { readonly bar: number; readonly at: number } | undefined
}

function wearer(one: Inside, std: FieldStandards, nowMs: number): WearerAir {
  const cylinder = std.cylinder(one.cylinder)
  const last = one.air.at(-1)
  const readings = one.air.map((read) => ({ at_s: ms(read.seen.at) / 1000, bar: read.bar, mark: read.mark as 'check' }))
  return {
    person: one.person,
    air: air(std.air, { cylinder, readings, exertion: null }, nowMs / 1000),
    cylinderBar: cylinder.bar,
    last: last && { bar: last.bar, at: ms(last.seen.at) },
  }
}

export type AirOfCrew = { readonly all: readonly WearerAir[]; readonly worst: WearerAir | undefined }

const NOBODY: AirOfCrew = { all: [], worst: undefined }

/** Only who wears air has any: a crew that works outside without is not asked for it. */
export function airOf(crew: Crew, std: FieldStandards, nowMs: number): AirOfCrew {
  if (!std.known) return NOBODY
  const all = crew.inside.filter((one) => one.air.length).map((one) => wearer(one, std, nowMs))
  if (!all.length) return NOBODY
  const { worst } = crewAir(new Map(all.map((one) => [one.person, one.air])))
  return { all, worst: all.find((one) => one.person === worst) }
}

/** When the crew has to turn back, on the careful side (ms of the clock); nothing where nobody can say. */
export function turnBackAt(crew: Crew, std: FieldStandards, nowMs: number): number | undefined {
  const left = airOf(crew, std, nowMs).worst?.air.to_turn_back?.low
  return left === undefined ? undefined : nowMs + left * 1000
}
