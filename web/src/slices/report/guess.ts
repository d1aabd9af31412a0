// How a report will look if the node agrees to what was said of it here.
import type { Guess } from '../../kernel/live'
import type { Asked, Command } from '../../kernel/words'
import { lossSum } from './amounts'
import type { Report } from './rows'

/** The section a command says, and the state a command brings the report to. */
const SAYS: Readonly<Record<string, string>> = {
  'report.describe-object': 'object',
  'report.state-cause': 'cause',
  'report.state-loss': 'loss',
  'report.count-victims': 'victims',
  'report.state-water': 'water',
  'report.state-obstacles': 'obstacles',
  'report.state-volunteers': 'volunteers',
  'report.summarise': 'summary',
  'report.choose-photos': 'photos',
}
const STEPS: Readonly<Record<string, Report['state']>> = {
  'report.check-report': 'checked',
  'report.return-report': 'draft',
  'report.sign-report': 'signed',
  'report.finish-report': 'final',
}

export const guessReport: Guess<Report> = (rows, asked) =>
  rows.map((row) => (row.incident === asked.command.incident ? guessed(row, asked) : row))

function guessed(row: Report, asked: Asked): Report {
  const { command } = asked
  const step = STEPS[command.kind]
  if (step) return { ...row, state: step, pending: new Set([...(row.pending ?? []), 'state']) }
  if (command.kind === 'dispatch.correct-time') return corrected(row, command)
  const section = SAYS[command.kind]
  if (!section) return row
  const { kind: _, as, incident: _incident, reason: _reason, ...fields } = command
  const said = {
    ...fields,
    ...(as !== undefined && { kind: as }),
    ...more(section, command),
    at: asked.at,
    actor: asked.account,
  }
  const gap = `${section}-missing`
  const missing = row.missing.filter((code) => code !== gap)
  return {
    ...row,
    [section]: said,
    missing,
    completeness: filled(row, missing.length),
    validation: row.validation.filter((one) => one.code !== gap),
    pending: new Set([...(row.pending ?? []), section]),
  }
}

/** A time of the whole incident; what one of a unit makes of it, only the node knows. */
function corrected(row: Report, { clock, at, unit }: Command): Report {
  const pending = new Set([...(row.pending ?? []), 'times'])
  if (unit) return { ...row, pending }
  const { [String(clock)]: _, ...others } = row.response.clocks
  const clocks = typeof at === 'string' ? { ...others, [String(clock)]: at } : others
  return { ...row, pending, response: { ...row.response, clocks } }
}

/** What the node adds up of the lines of a section. */
function more(section: string, command: Command): object {
  if (section !== 'loss') return {}
  const lines = command.lines as Parameters<typeof lossSum>[0]
  const { sum, open } = lossSum(lines)
  return { total_rp: lines.length > open ? sum : null, open }
}

/** The meter, when so many things are missing: how many it counts follows from how full it was. */
function filled({ missing, completeness }: Report, lacking: number): number {
  if (completeness >= 1 || !missing.length) return completeness
  const of = Math.round(missing.length / (1 - completeness))
  return (of - lacking) / of
}
