// The journal in words: each event of the log as one line, in the language of the reader.
import { ms, time } from '../../kernel/clock'
import { number, type Text, t, word } from '../../kernel/i18n'
import type { Asked } from '../../kernel/words'
import type { StandardsApi } from '../intake/standards'
import type { Entry } from './journal'
import type { JournalRow } from './views'

export type Names = {
  readonly actor: (id: string) => string
  readonly station: (id: string) => string
  readonly standards: StandardsApi
}

const text = (value: unknown) => (value === undefined || value === null ? '' : String(value))
const list = (value: unknown) => (Array.isArray(value) ? value.map(text).join(', ') : text(value))

/** What stands out when the eye runs down the column. */
const MARKED = new Set([
  'intake.life-at-risk',
  'intake.incident-noted',
  'dispatch.dispatch-unanswered',
  'dispatch.alarm-level-raised',
  'dispatch.mark-set',
])

export function lineOf(row: JournalRow, names: Names): string {
  const { facts, note, standards } = { ...row, ...names }
  const said = row.erased ? t('journal.erased') : (note ?? '')
  const unit = text(row.unit)
  const vars = {
    unit,
    units: list(facts.units),
    note: said,
    number: text(facts.number).replace(/^.*\D/, ''),
    type: standards.nameOf(text(facts.type)),
    level: text(facts.level),
    status: word('report', text(facts.status)),
    clock: word('clock', text(facts.clock)),
    at: facts.at ? time(text(facts.at)) : t('times.unknown'),
    station: names.station(text(facts.station)),
    other: standards.other(text(facts.other)),
    step: word('step', text(facts.step)),
    outcome: word('outcome', text(facts.outcome)),
    question: standards.question(text(facts.question)),
    answer: standards.answer(text(facts.question), text(facts.answer)),
    lat: facts.lat === undefined ? '' : number(Number(facts.lat), 5),
    lon: facts.lon === undefined ? '' : number(Number(facts.lon), 5),
  }
  const key = `log.${row.kind}`
  const line = t(key as Text, vars)
  // A kind that these words do not know yet (a newer node): its own name rather than nothing.
  const known = line !== key && line !== undefined
  const body = known ? line.trim() : [row.kind, unit].filter(Boolean).join(' ')
  return said && !body.includes(said) ? `${body}: ${said}` : body
}

/** The time that stood before a correction. */
const struck = ({ facts, unit }: JournalRow) =>
  [text(unit), word('clock', text(facts.clock)), facts.was ? time(text(facts.was)) : t('times.unknown')]
    .filter(Boolean)
    .join(' ')

export function entriesOf(rows: readonly JournalRow[], names: Names): readonly Entry[] {
  return [...rows]
    .sort((a, b) => ms(b.at) - ms(a.at) || b.position - a.position)
    .map((row) => ({
      key: String(row.position),
      at: ms(row.at),
      text: lineOf(row, names),
      ...(row.kind === 'dispatch.time-corrected' && { was: struck(row) }),
      who: names.actor(row.actor),
      mark: MARKED.has(row.kind) || (row.kind === 'dispatch.unit-status-reported' && row.facts.status === 'arrived'),
    }))
}

/** Notes that wait for the node stand in the journal already, as pending. */
export function waitingNotes(asks: readonly Asked[], incident: string): readonly Entry[] {
  return asks
    .filter(({ command }) => command.kind === 'intake.note-incident' && command.incident === incident)
    .map((asked) => ({ key: asked.id, at: ms(asked.at), text: text(asked.command.note), pending: true }))
}
