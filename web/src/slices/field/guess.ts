// The board as it will look when the node has heard what was asked on this device: every command that works without
// network, applied to the board's row. The cases of tests/field hold both sides to the same rows.
import { bySeen, type Guess } from '../../kernel/live'
import type { Asked, Command } from '../../kernel/words'
import { assumed, checked, opened, type Said, withdrawn } from './commandfold'
import { factOf, seenOf, withFact } from './guess-crew'
import { guessDispatch } from './guess-dispatch'
import { guessScene } from './guess-scene'
import type { Board, SceneRow } from './rows'

export { NEEDS_NETWORK, OBSERVATIONS } from './orders'

const text = (value: unknown) => (typeof value === 'string' ? value : '')

/** Boards with one more ask laid over them; asks come in the order things were seen. */
export const guessFieldBoard: Guess<Board> = bySeen((rows, asked) => rows.map((row) => guessRow(row, asked)))

function guessRow(row: Board, asked: Asked): Board {
  const { command } = asked
  if (!command.kind.startsWith('field.')) return guessDispatch(row, asked)
  if (command.incident !== row.incident) return row
  const fact = factOf(command)
  if (fact) return withFact(row, text(command.crew), fact, asked)
  const said = { at: seenOf(asked).at, account: asked.account }
  return { ...row, ...guessCommand(row, command, said), ...guessScene(row, command, said.at) }
}

function guessCommand(row: Board, command: Command, said: Said): Partial<Board> {
  switch (command.kind) {
    case 'field.assume-command':
      return assumed(row, said, text(command.holder))
    case 'field.open-handover':
      return opened(row, said, text(command.handover), text(command.taker))
    case 'field.check-handover':
      return checked(row, said, text(command.handover), {
        side: command.side as 'giver',
        subject: command.subject as 'crews',
        by: (command.by ?? 'self') as 'self',
      })
    case 'field.withdraw-handover':
      return withdrawn(row, text(command.handover))
    default:
      return {}
  }
}

/** A board in short, as the node lists open scenes; none before anybody is there. */
export function sceneOf(board: Board): SceneRow | undefined {
  const crews = board.crews.filter((one) => one.phase === 'arrived' || one.inside.length)
  if (board.state !== 'open' || (!board.commander && !crews.length)) return undefined
  const sum = (of: (crew: (typeof crews)[number]) => number) => crews.reduce((so, one) => so + of(one), 0)
  return {
    incident: board.incident,
    number: board.number,
    commander: board.commander?.holder ?? null,
    since: board.commander?.since ?? null,
    crews: crews.length,
    people: sum((one) => one.people),
    inside: sum((one) => one.inside.length),
    maydays: board.maydays.filter((one) => !one.ended_at).length,
    evacuations: board.evacuations.filter((one) => !one.ended_at).length,
    conflicts: sum((one) => one.conflicts.length),
    node: board.part.node,
    phase: board.part.phase,
  }
}
