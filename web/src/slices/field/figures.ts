// What the board reckons from the node's row and the present moment: columns, deadlines, rest. Pure.
import { ms } from '../../kernel/clock'
import { type Board, type Crew, type Evacuation, REHAB, type Sector, STAGING } from './rows'

/** The service's intervals, in seconds (standards/field.toml). */
export type Intervals = {
  readonly inside_s: number
  readonly sector_s: number
  readonly rest_s: number
  readonly evacuation_answer_s: number
}

/** There: arrived and not left, or somebody of it still inside, whatever its unit said. As the node has it. */
export const here = (crew: Crew) => crew.phase === 'arrived' || crew.inside.length > 0
export const coming = (crew: Crew) => crew.phase === 'sent' || crew.phase === 'on-the-way'

/** A crew works where a sector is; staging and rehab are places to wait. */
const works = (crew: Crew) => crew.sector !== STAGING && crew.sector !== REHAB

/** Since when somebody of the crew is in: the longest. */
export function insideSince(crew: Crew): number | undefined {
  const entered = crew.inside.map((one) => ms(one.entered.at))
  return entered.length ? Math.min(...entered) : undefined
}

/** When the crew has to be accounted for next, from when it was heard or began to work; nothing for who waits or rests. */
export function parDue(crew: Crew, every: Intervals): number | undefined {
  const from = [crew.accounted_at, crew.work_since].flatMap((at) => at ?? []).reduce((a, b) => (b > a ? b : a), '')
  if (!here(crew) || !from || (!crew.inside.length && !works(crew))) return undefined
  return ms(from) + (crew.inside.length ? every.inside_s : every.sector_s) * 1000
}

/** Whether a call for PAR, or an order, goes to this crew: it, or somebody of it, is there. */
export const meant = (crew: Crew, sector: string) =>
  here(crew) && (sector === '' || crew.sector === sector || crew.inside.some((one) => one.sector === sector))

/** The newest call that this crew has not answered. */
export function askedPar(row: Board, crew: Crew): Board['pars'][number] | undefined {
  return [...row.pars]
    .filter((par) => meant(crew, par.sector) && !crew.answers.some((answer) => answer.par === par.par))
    .filter((par) => !crew.accounted_at || ms(crew.accounted_at) < ms(par.at))
    .sort((a, b) => ms(b.at) - ms(a.at))[0]
}

export const answerTo = (crew: Crew, par: string) => crew.answers.filter((answer) => answer.par === par).at(-1)

/** Crews an evacuation order goes to that have not said that they heard it. */
export const unheard = (row: Board, order: Evacuation) =>
  row.crews.filter((crew) => meant(crew, order.sector) && !(crew.crew in order.acknowledged))

export const openEvacuations = (row: Board) => row.evacuations.filter((order) => !order.ended_at)
export const openMaydays = (row: Board) =>
  row.maydays.filter((one) => !one.ended_at).sort((a, b) => ms(a.at) - ms(b.at))
export const maydayOf = (row: Board, crew: string) => openMaydays(row).find((one) => one.crew === crew)

export type Column = {
  readonly id: string
  readonly kind: 'sector' | 'waiting' | 'coming'
  readonly sector?: Sector
  readonly crews: readonly Crew[]
  readonly people: number
  readonly inside: number
}

const byName = (a: Crew, b: Crew) =>
  Number(b.inside.length > 0) - Number(a.inside.length > 0) || a.label.localeCompare(b.label, 'id', { numeric: true })

function column(id: string, kind: Column['kind'], crews: readonly Crew[], sector?: Sector): Column {
  const sorted = [...crews].sort(byName)
  return {
    id,
    kind,
    ...(sector && { sector }),
    crews: sorted,
    people: sorted.reduce((sum, crew) => sum + crew.people, 0),
    inside: sorted.reduce((sum, crew) => sum + crew.inside.length, 0),
  }
}

/** Sectors as they were opened, places nobody opened but somebody is said to be in, staging with rehab, and who comes. */
export function columnsOf(row: Board): readonly Column[] {
  const at = row.crews.filter(here)
  const known = new Set([STAGING, REHAB, ...row.sectors.map((sector) => sector.sector)])
  const strange = [...new Set(at.filter((crew) => !known.has(crew.sector)).map((crew) => crew.sector))]
  const of = (sector: string) => at.filter((crew) => crew.sector === sector)
  const sectors = [...row.sectors].sort((a, b) => ms(a.opened_at) - ms(b.opened_at))
  return [
    ...sectors.map((sector) => column(sector.sector, 'sector', of(sector.sector), sector)),
    ...strange.map((sector) => column(sector, 'sector', of(sector))),
    column(STAGING, 'waiting', [...of(STAGING), ...of(REHAB)]),
    column('coming', 'coming', row.crews.filter(coming)),
  ]
}

/** In one list on a phone: those with people inside first. */
export const byDanger = (columns: readonly Column[]) =>
  [...columns].sort((a, b) => Number(b.inside > 0) - Number(a.inside > 0))

/** Rest of a crew in rehab: since when, and until when by the rule. */
export function rest(crew: Crew, every: Intervals): { readonly since: number; readonly until: number } | undefined {
  if (!crew.rest_since) return undefined
  const since = ms(crew.rest_since)
  return { since, until: since + every.rest_s * 1000 }
}

export type Deadline = { readonly crew: Crew; readonly kind: 'par' | 'air'; readonly at: number }

/** What is due first: a PAR, or a crew that has to turn back (`turnBack` in ms of the clock). */
export function nextDeadline(
  row: Board,
  every: Intervals,
  turnBack: (crew: Crew) => number | undefined,
): Deadline | undefined {
  const all = row.crews.filter(here).flatMap((crew): Deadline[] => {
    const par = parDue(crew, every)
    const air = crew.inside.length ? turnBack(crew) : undefined
    return [
      ...(par === undefined ? [] : [{ crew, kind: 'par' as const, at: par }]),
      ...(air === undefined ? [] : [{ crew, kind: 'air' as const, at: air }]),
    ]
  })
  return all.sort((a, b) => a.at - b.at)[0]
}

/** Persons of a crew by code where codes are known, else counted from 1. */
export function personsOf(crew: Crew): readonly string[] {
  const inside = crew.inside.map((one) => one.person)
  const known = crew.persons.length
    ? crew.persons
    : Array.from({ length: Math.max(crew.people, 1) }, (_, i) => String(i + 1))
  return [...new Set([...known, ...inside])]
}

export const outside = (crew: Crew) =>
  personsOf(crew).filter((person) => !crew.inside.some((one) => one.person === person))

/** Everybody of ours on scene, and how many of them are in. */
export function count(row: Board) {
  const at = row.crews.filter(here)
  return {
    crews: at.length,
    people: at.reduce((sum, crew) => sum + crew.people, 0),
    inside: at.reduce((sum, crew) => sum + crew.inside.length, 0),
  }
}

/** A name for the next sector: the first of the suggested ones that is free, or a number. */
export function nextSectorName(row: Board, suggested: readonly string[]): string {
  const taken = new Set(row.sectors.map((sector) => sector.name))
  const free = suggested.find((name) => !taken.has(name))
  if (free) return free
  let n = row.sectors.length + 1
  while (taken.has(`Sektor ${n}`)) n++
  return `Sektor ${n}`
}

export const TICKS = ['situation', 'crews', 'tasks', 'hazards', 'resources'] as const
export const SIDES = ['giver', 'taker'] as const
