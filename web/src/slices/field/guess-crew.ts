// Crews on the board with what this device said of them taken in, by the node's own fold.
import type { Asked, Command } from '../../kernel/words'
import { written } from '../../kernel/written'
import { type Fact, type Seen, step, unknown, type Wearer } from './crewfold'
import type { Board, Crew } from './rows'
import { restRule } from './standards'

const text = (value: unknown) => (typeof value === 'string' ? value : '')
const list = (value: unknown) => (Array.isArray(value) ? (value as readonly string[]) : [])

/** When and by whose device it was seen, as the node will write it. */
export const seenOf = (asked: Asked): Seen => ({
  at: written(asked.seenAt ?? asked.at),
  ask: asked.id,
  by: asked.device ?? asked.account,
})

/** The row with a fact of one crew taken in; a crew nobody knew appears with what is said of it. */
export function withFact(row: Board, crew: string, fact: Fact, asked: Asked): Board {
  const before = row.crews.find((one) => one.crew === crew)
  const after = step((before ?? unknown(crew)) as Crew, seenOf(asked), fact, restRule()) as Crew
  if (before) return { ...row, crews: row.crews.map((one) => (one === before ? after : one)) }
  return { ...row, crews: [...row.crews, after].sort((a, b) => (a.crew < b.crew ? -1 : 1)) }
}

/** What a command of the scene says of a crew. */
export function factOf(command: Command): Fact | undefined {
  switch (command.kind) {
    case 'field.form-crew':
      return {
        fact: 'CrewFormed',
        label: text(command.label),
        unit: text(command.unit),
        agency: text(command.agency),
        people: Number(command.people),
        persons: list(command.persons),
      }
    case 'field.move-crew':
      return { fact: 'CrewMoved', to: text(command.to) }
    case 'field.report-entry':
      return { fact: 'CrewEntered', sector: text(command.sector), wearers: wearersOf(command.wearers) }
    case 'field.report-exit':
      return { fact: 'CrewLeft', persons: list(command.persons) }
    case 'field.report-air':
      return {
        fact: 'AirRead',
        person: text(command.person),
        bar: Number(command.bar),
        mark: (command.mark ?? 'check') as 'check',
        cylinder: text(command.cylinder),
      }
    case 'field.report-par':
      return {
        fact: 'ParReported',
        par: text(command.par),
        result: command.result as 'complete',
        present: (command.present ?? null) as number | null,
      }
    case 'field.report-lost-contact':
      return { fact: 'ContactLost', person: text(command.person) }
    case 'field.report-contact':
      return { fact: 'ContactRegained' }
    default:
      return undefined
  }
}

const wearersOf = (wearers: unknown): readonly Wearer[] =>
  (wearers as readonly Partial<Wearer>[]).map((one) => ({
    person: text(one.person),
    bar: one.bar ?? null,
    cylinder: text(one.cylinder),
  }))
