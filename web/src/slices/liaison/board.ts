// A scene as others may see it: numbers, codes and times; no words that somebody typed, no person, no address.
import type { Row } from '../../kernel/contract'

export type BoardRow = Row<'field.board'>

export type Place = {
  readonly id: string
  /** A sector's own name; none for staging and rehab, which every scene has. */
  readonly name: string
  readonly crews: readonly {
    readonly id: string
    readonly label: string
    readonly people: number
    readonly inside: number
  }[]
}

export type Summary = {
  readonly people: number
  readonly inside: number
  readonly maydays: number
  readonly evacuations: number
  readonly places: readonly Place[]
  /** Units sent that are not there yet. */
  readonly coming: number
  readonly tasks: { readonly done: number; readonly all: number }
}

/** Sectors as they were opened, then whoever stands anywhere else. */
export function summaryOf(board: BoardRow): Summary {
  const crews = board.crews
    .filter((crew) => (crew.phase ?? 'arrived') === 'arrived')
    .map((crew) => ({
      id: crew.crew,
      label: crew.label || crew.crew,
      people: crew.people ?? 0,
      inside: crew.inside?.length ?? 0,
      sector: crew.sector ?? '',
    }))
  const names = new Map(board.sectors.map((sector) => [sector.sector, sector.name]))
  const order = [...names.keys(), ...new Set(crews.map((crew) => crew.sector).filter((id) => !names.has(id)))]
  const tasks = board.tasks.filter((task) => task.step !== 'dropped')
  return {
    people: crews.reduce((sum, crew) => sum + crew.people, 0),
    inside: crews.reduce((sum, crew) => sum + crew.inside, 0),
    maydays: board.maydays.filter((one) => !one.ended_at).length,
    evacuations: board.evacuations.filter((one) => !one.ended_at).length,
    coming: board.crews.filter((crew) => crew.phase === 'sent' || crew.phase === 'on-the-way').length,
    places: order.map((id) => ({ id, name: names.get(id) ?? '', crews: crews.filter((crew) => crew.sector === id) })),
    tasks: { done: tasks.filter((task) => task.step === 'done').length, all: tasks.length },
  }
}

/** What one agency was last asked, or did, at one incident. */
export type Called = {
  readonly incident: string
  readonly step: string
  readonly at: string
  /** Asked, and nobody has answered yet. */
  readonly waits: boolean
}
type OthersRow = Pick<Row<'dispatch.incidents'>, 'incident' | 'others'>

/** The last step of an agency at an incident. */
export function lastStep(steps: Readonly<Record<string, string>>): readonly [step: string, at: string] {
  return (
    Object.entries(steps)
      .sort((a, b) => a[1].localeCompare(b[1]))
      .at(-1) ?? ['', '']
  )
}

/** Every agency with all incidents it has to do with; who is waited for comes first, the longest wait before all. */
export function agenciesOf(
  rows: readonly OthersRow[],
): readonly { readonly id: string; readonly at: readonly Called[] }[] {
  const found = new Map<string, Called[]>()
  for (const { incident, others } of rows)
    for (const [id, steps] of Object.entries(others)) {
      const [step, at] = lastStep(steps)
      found.set(id, [...(found.get(id) ?? []), { incident, step, at, waits: step === 'asked' }])
    }
  const order = (a: Called, b: Called) => Number(b.waits) - Number(a.waits) || a.at.localeCompare(b.at)
  const since = (of: readonly Called[]) => of.find((one) => one.waits)?.at ?? '~'
  return [...found]
    .map(([id, at]) => ({ id, at: at.sort(order) }))
    .sort((a, b) => since(a.at).localeCompare(since(b.at)) || a.id.localeCompare(b.id))
}

type Stood = { readonly home: string; readonly standsAt: string; readonly status: string; readonly incident?: string }

/** Which units stand where: in the order of the stations, those without units left out. */
export function standing<Unit extends Stood>(
  units: readonly Unit[],
  stations: readonly { readonly id: string; readonly name: string }[],
): readonly { readonly id: string; readonly name: string; readonly units: readonly Unit[] }[] {
  return stations
    .map((one) => ({ ...one, units: units.filter((unit) => (unit.standsAt || unit.home) === one.id) }))
    .filter((one) => one.units.length)
}
