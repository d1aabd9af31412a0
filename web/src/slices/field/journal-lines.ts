// The scene's journal in words, merged with the desk's of the same incident; what waits for the node stands in it too.
import { ms } from '../../kernel/clock'
import { number, type Text, t } from '../../kernel/i18n'
import type { Asked } from '../../kernel/words'
import type { Entry } from '../dispatch/journal'
import { alarmWords } from './alarms'
import { parWord } from './par-words'
import { type Board, type JournalRow, REHAB, STAGING } from './rows'
import { nameOfCrew, personName } from './scene'
import type { FieldStandards } from './standards'

export type FieldNames = {
  readonly row: Board
  readonly std: FieldStandards
  readonly actor: (id: string) => string
}

const text = (value: unknown) => (value === undefined || value === null ? '' : String(value))

/** What stands out when the eye runs down the column. */
const MARKED = /mayday|evacuation|contact-lost|par-overdue|air-low|command-assumed|crew-entered|crew-left/

function placeOf(names: FieldNames, id: string): string {
  if (id === STAGING) return t('field.staging')
  if (id === REHAB) return t('field.rehab')
  return names.row.sectors.find((one) => one.sector === id)?.name ?? id
}

type Wearer = { readonly person?: string; readonly bar?: number | null }

function wearersOf(value: unknown): string {
  if (!Array.isArray(value)) return ''
  return (value as readonly Wearer[])
    .map((one) => `${personName(text(one.person))}${one.bar ? ` ${number(one.bar)} bar` : ''}`)
    .join(', ')
}

/** Gaps of a sentence from what an event (or an ask that waits) holds. */
/** What an alarm was that somebody took; nothing where its line is older than these words. */
function alarmOf(facts: Readonly<Record<string, unknown>>, crew: string, { row }: FieldNames): string {
  const kind = text(facts.alarm_kind)
  if (!kind) return ''
  return `: ${alarmWords({ kind, crew, number: row.number, level: '' }, (id) => nameOfCrew(row, id)).what}`
}

function varsOf(facts: Readonly<Record<string, unknown>>, crew: string, note: string, names: FieldNames) {
  const { std, row } = names
  const of = (id: unknown) => (text(id) ? placeOf(names, text(id)) : t('field.whole-scene'))
  return {
    crew: crew ? nameOfCrew(row, crew) : '',
    note,
    holder: text(facts.holder),
    post: facts.post ? std.postName(text(facts.post)) : '',
    giver: text(facts.giver),
    taker: text(facts.taker),
    side: text(facts.side) ? t(text(facts.side) === 'giver' ? 'field.side-giver' : 'field.side-taker') : '',
    subject: std.subjects.find((one) => one.id === facts.subject)?.name ?? text(facts.subject),
    channel: text(facts.channel),
    sector: of(facts.sector),
    name: text(facts.name),
    to: text(facts.to) ? placeOf(names, text(facts.to)) : '',
    task: std.taskName({
      code: text(facts.code) || (row.tasks.find((one) => one.task === facts.task)?.code ?? ''),
      text: note || (row.tasks.find((one) => one.task === facts.task)?.text ?? null),
    }),
    label: text(facts.label),
    people: text(facts.people),
    wearers: wearersOf(facts.wearers),
    persons: Array.isArray(facts.persons) ? facts.persons.map((one) => personName(text(one))).join(', ') : '',
    person: facts.person ? personName(text(facts.person)) : '',
    bar: facts.bar === undefined || facts.bar === null ? '' : `${number(Number(facts.bar))} bar`,
    result: parWord(text(facts.result)),
    need: facts.need ? std.needName(text(facts.need)) : '',
    step: std.maydaySteps.find((one) => one.id === facts.step)?.name ?? text(facts.step),
    outcome: std.outcomes.find(([id]) => id === facts.outcome)?.[1] ?? text(facts.outcome),
    hazard: facts.kind ? std.hazardName(text(facts.kind)) : '',
    degrees: facts.from_deg === undefined ? '' : `${number(Number(facts.from_deg))}°`,
    what: facts.what ? std.askableName(text(facts.what)) : '',
    node: text(facts.node),
    alarm: alarmOf(facts, crew, names),
  }
}

/** `crew-entered` and the ask `report-entry` tell the same: one sentence for both. */
const SAME: Readonly<Record<string, string>> = {
  'field.report-entry': 'field.crew-entered',
  'field.report-exit': 'field.crew-left',
  'field.report-air': 'field.air-read',
  'field.report-par': 'field.par-reported',
  'field.report-lost-contact': 'field.contact-lost',
  'field.report-contact': 'field.contact-regained',
  'field.form-crew': 'field.crew-formed',
  'field.move-crew': 'field.crew-moved',
  'field.call-par': 'field.par-called',
  'field.call-mayday': 'field.mayday-called',
  'field.step-mayday': 'field.mayday-stepped',
  'field.end-mayday': 'field.mayday-ended',
  'field.order-evacuation': 'field.evacuation-ordered',
  'field.acknowledge-evacuation': 'field.evacuation-acknowledged',
  'field.end-evacuation': 'field.evacuation-ended',
  'field.assume-command': 'field.command-assumed',
  'field.open-handover': 'field.handover-opened',
  'field.check-handover': 'field.handover-checked',
  'field.set-sector': 'field.sector-set',
  'field.set-task': 'field.task-set',
  'field.step-task': 'field.task-stepped',
  'field.mark-hazard': 'field.hazard-marked',
  'field.clear-hazard': 'field.hazard-cleared',
  'field.report-wind': 'field.wind-reported',
  'field.request-resource': 'field.resource-requested',
  'field.send-sitrep': 'field.sitrep-sent',
  'field.attach-media': 'field.media-attached',
  'intake.note-incident': 'intake.incident-noted',
}

function sentence(kind: string, vars: ReturnType<typeof varsOf>): string {
  const key = `log.${kind}`
  const line = t(key as Text, vars)
  // A kind that these words do not know yet (a newer node): its own name rather than nothing.
  const body = line === key ? [kind, vars.crew].filter(Boolean).join(' ') : line.replace(/\s+/g, ' ').trim()
  return vars.note && !body.includes(vars.note) ? `${body}: ${vars.note}` : body
}

export function fieldEntries(rows: readonly JournalRow[], names: FieldNames): readonly Entry[] {
  return rows.map((row) => ({
    key: `f${row.position}`,
    at: ms(row.at),
    text: sentence(row.kind, varsOf(row.facts, row.crew, row.note ?? '', names)),
    who: names.actor(row.device ?? row.actor),
    mark: MARKED.test(row.kind),
  }))
}

/** What this device said and the node has not yet, at the time it happened. */
export function waitingEntries(asks: readonly Asked[], incident: string, names: FieldNames): readonly Entry[] {
  return asks
    .filter(({ command }) => command.incident === incident && command.kind in SAME)
    .map((asked) => {
      const { kind, as, ...said } = asked.command
      const facts = { ...said, ...(as !== undefined && { kind: as }) }
      const note = text(said.note ?? said.where ?? said.reason ?? said.text)
      return {
        key: asked.id,
        at: ms(asked.seenAt ?? asked.at),
        text: sentence(SAME[kind] ?? kind, varsOf(facts, text(said.crew), note, names)),
        pending: true,
      }
    })
}

/** Newest first; of the same second the later one. */
export const inOrder = (entries: readonly Entry[]) =>
  [...entries].sort((a, b) => b.at - a.at || b.key.localeCompare(a.key, 'id', { numeric: true }))
