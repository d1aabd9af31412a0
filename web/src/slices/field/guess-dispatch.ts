// What dispatch and intake decide about an incident, as far as its board shows it: units that come and go, level, place.
import type { Asked, Command } from '../../kernel/words'
import type { Fact } from './crewfold'
import { withFact } from './guess-crew'
import type { Board } from './rows'

const LEFT: Fact = { fact: 'Says', status: 'returning' }
const text = (value: unknown) => (typeof value === 'string' ? value : '')
const list = (value: unknown) => (Array.isArray(value) ? (value as readonly string[]) : [])

const present = (row: Board, crew: string) => row.crews.some((one) => one.crew === crew && one.phase !== 'left')
/** Whether dispatch sent it here: such a crew is called as its unit. */
const came = (row: Board, crew: string) =>
  present(row, crew) && row.crews.some((one) => one.crew === crew && one.unit === crew)

export function guessDispatch(row: Board, asked: Asked): Board {
  const { command } = asked
  const here = command.incident === row.incident
  const unit = text(command.unit)
  switch (command.kind) {
    case 'dispatch.report-status':
      return reported(row, asked, unit, text(command.status))
    case 'dispatch.set-crew':
      return present(row, unit) ? withFact(row, unit, crewed(command), asked) : row
    case 'dispatch.dispatch':
      return list(command.units).reduce((so, one) => sent(so, asked, one, here), row)
    case 'dispatch.cancel-unit':
      return here && came(row, unit) ? withFact(row, unit, LEFT, asked) : row
    case 'dispatch.swap-unit': {
      const out = text(command.out)
      if (!here) return sent(row, asked, text(command.instead), false)
      return came(row, out) ? sent(withFact(row, out, LEFT, asked), asked, text(command.instead), true) : row
    }
    case 'dispatch.close-incident':
      return here && row.state === 'open' ? ended(row, 'closed', asked) : row
    case 'intake.cancel-incident':
      return here && row.state === 'open' ? ended(row, 'cancelled', asked) : row
    default:
      return here ? { ...row, ...told(row, command) } : row
  }
}

/** Counts where the unit says it is, else where it was sent. */
function reported(row: Board, asked: Asked, unit: string, status: string): Board {
  const { incident } = asked.command
  const counts = incident ? incident === row.incident : came(row, unit)
  return counts ? withFact(row, unit, { fact: 'Says', status }, asked) : row
}

/** Who rides on the unit only the node knows; a unit that was elsewhere has left there. */
function sent(row: Board, asked: Asked, unit: string, here: boolean): Board {
  const there = came(row, unit)
  if (here === there) return row
  if (there) return withFact(row, unit, LEFT, asked)
  const { agency = '', people = 0, persons = [] } = row.crews.find((one) => one.crew === unit) ?? {}
  return withFact(row, unit, { fact: 'Sent', unit, agency, people, persons, eta_at: null }, asked)
}

const crewed = (command: Command): Fact => ({
  fact: 'Crewed',
  people: Number(command.people),
  persons: list(command.persons),
})

/** The incident is over, and with it the stay of each crew that came with its unit. */
function ended(row: Board, state: string, asked: Asked): Board {
  const units = row.crews.filter((one) => came(row, one.crew))
  return { ...units.reduce((so, { crew }) => withFact(so, crew, LEFT, asked), row), state }
}

function told(row: Board, command: Command): Partial<Board> {
  switch (command.kind) {
    case 'dispatch.raise-level':
      return { level: Number(command.level) }
    case 'intake.classify':
      return { type: text(command.type) }
    case 'intake.correct-place':
      return { lon: Number(command.lon), lat: Number(command.lat), place: text(command.place) || row.place }
    case 'intake.mark-exercise':
      return { exercise: true }
    case 'intake.reopen-incident':
      return { state: 'open' }
    default:
      return {}
  }
}
