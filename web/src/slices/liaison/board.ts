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
