// Who commands, as it will be when the node agrees: the steps of src/siaga/slices/field/rules/commandfold.py, one by one
// on what the board shows. Asks come in the order they were seen.
import type { Board, Handover } from './rows'

const SUBJECTS = ['situation', 'crews', 'tasks', 'hazards', 'resources']
const SIDES = ['giver', 'taker']
/** The ten squares in the order of the checklist. */
const SQUARES = SUBJECTS.flatMap((subject) => SIDES.map((side) => `${side}/${subject}`))

/** When it was said (as the node writes times), and from which account. */
export type Said = { readonly at: string; readonly account: string }
type Commanding = Pick<Board, 'commander' | 'handover'>
type Check = Handover['checks'][number]

const square = (check: Pick<Check, 'side' | 'subject'>) => SQUARES.indexOf(`${check.side}/${check.subject}`)

/** Somebody takes command: another's hand-over is overtaken, the commander's own goes on from his new account. */
export function assumed({ commander, handover }: Commanding, said: Said, holder: string): Commanding {
  if (commander && commander.holder === holder && (commander.account === '' || commander.account === said.account))
    return { commander, handover }
  if (commander?.holder === holder) return { commander: { ...commander, account: said.account }, handover }
  return { commander: { holder, account: said.account, since: said.at }, handover: null }
}

export function opened({ commander, handover }: Commanding, said: Said, id: string, taker: string): Commanding {
  if (!commander || handover || commander.holder === taker) return { commander, handover }
  return { commander, handover: { handover: id, giver: commander.holder, taker, at: said.at, checks: [] } }
}

/** A square is ticked; with the tenth of them the other one commands. */
export function checked(
  now: Commanding,
  said: Said,
  id: string,
  tick: Pick<Check, 'side' | 'subject' | 'by'>,
): Commanding {
  const { handover } = now
  if (handover?.handover !== id || handover.checks.some((one) => square(one) === square(tick))) return now
  const checks = [...handover.checks, { ...tick, at: said.at, account: said.account }].sort(
    (a, b) => square(a) - square(b),
  )
  if (checks.length < SQUARES.length) return { ...now, handover: { ...handover, checks } }
  const latest = (of: readonly { readonly at: string }[]) =>
    of.reduce((last, one) => (one.at > last ? one.at : last), '')
  const own = checks.filter((one) => one.side === 'taker' && one.by === 'self')
  const last = latest(own)
  const account = own.filter((one) => one.at === last).at(-1)?.account ?? ''
  return { commander: { holder: handover.taker, account, since: latest([handover, ...checks]) }, handover: null }
}

export const withdrawn = (now: Commanding, id: string): Commanding =>
  now.handover?.handover === id ? { ...now, handover: null } : now
