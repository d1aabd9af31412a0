// The cards open at an incident: what the node said, and what this device said since, laid over it by the node's rules.

import type { Row } from '../../kernel/contract'
import { laid } from '../../kernel/live'
import type { Asked, Command } from '../../kernel/words'
import { written } from '../../kernel/written'
import { applies, type Held, type Situation } from './applies'

export type Step = Held['front']['steps'][number]
export type CardRow = Row<'sop.at-incident'>

/** The latest word on a step. */
type Word = {
  readonly result: string | null
  readonly answer: string
  readonly skipped: string | null
  readonly value: number | null
  readonly media: string
  readonly note: string | null
  readonly at: string | null
  readonly actor: string | null
  readonly ask: string | null
}

export type OpenStep = Word & { readonly step: Step; readonly applies: boolean; readonly pending: boolean }

export type OpenCard = {
  readonly card: string
  readonly version: number
  readonly title: string
  readonly title_en: string
  readonly by_hand: boolean
  readonly done: number
  readonly of: number
  readonly steps: readonly OpenStep[]
  readonly body: string
  readonly links: readonly Link[]
  /** The version that holds now as far as is known here; none: the card was withdrawn. */
  readonly holds: number | undefined
  /** Somebody worked by it here. */
  readonly used: boolean
}

export type Link = NonNullable<Held['front']['links']>[number]

const NOTHING: Word = {
  result: null,
  answer: '',
  skipped: null,
  value: null,
  media: '',
  note: null,
  at: null,
  actor: null,
  ask: null,
}

type Known = {
  /** Cards that hold, as this device keeps them. */
  readonly held: readonly Held[]
  /** What the node last said of this incident; empty where it was never asked. */
  readonly rows: readonly CardRow[]
  /** What is asked here of the incident and not in `rows` yet. */
  readonly asks: readonly Asked[]
  readonly now: Situation
  /** The node's word on which cards apply is as new as can be: it knows more of the incident than a device does. */
  readonly live: boolean
}

/** What changes which cards apply; until the node has heard it, the device finds out itself. */
const MOVES = new Set(['intake.classify', 'intake.correct-place', 'dispatch.raise-level', 'field.open-handover'])

/** The open cards, those by their trigger first. */
export function openCards({ held, rows, asks, now, live }: Known): readonly OpenCard[] {
  const said = new Map(rows.map((row) => [row.card, wordsOf(row)]))
  const used = new Map(rows.flatMap((row) => (row.used ? [[row.card, row.version] as const] : [])))
  const use = (card: string, version: number) => used.set(card, Math.max(used.get(card) ?? 0, version))
  for (const { command, ...asked } of laid({ bySeen: true }, asks)) {
    const card = String(command.card)
    if (command.kind === 'sop.open-card') use(card, Number(command.version || holding(held, card)?.version || 0))
    if (command.kind !== 'sop.report-step') continue
    use(card, Number(command.version))
    said.set(card, told(said.get(card), { command, ...asked }))
  }
  const asked = rows.filter((row) => !row.by_hand).map((row) => row.card)
  const theNodeKnows = live && !asks.some(({ command }) => MOVES.has(command.kind))
  const waiting = new Set(asks.map((one) => one.id))
  return [...new Set([...held, ...rows].map((one) => one.card))]
    .flatMap((name): readonly OpenCard[] => {
      const fits = theNodeKnows ? asked.includes(name) : applies(holding(held, name)?.front.triggers, now)
      const card = versionOf(name, used.get(name), held, rows)
      if (!card || (!fits && !used.has(name))) return []
      const open = openCard(card, said.get(name) ?? new Map(), !fits, waiting)
      return [{ ...open, holds: held.length ? holding(held, name)?.version : card.version, used: used.has(name) }]
    })
    .sort((a, b) => Number(a.by_hand) - Number(b.by_hand) || (a.title < b.title ? -1 : 1))
}

const holding = (held: readonly Held[], card: string) => held.find((one) => one.card === card)

/** A card in the version that was used at the incident, as far as it is on this device; unused, in the newest there is. */
function versionOf(card: string, used: number | undefined, held: readonly Held[], rows: readonly CardRow[]) {
  const there = [...held, ...rows.map(heldOf)].filter((one) => one.card === card)
  const newest = there.reduce<Held | undefined>(
    (best, one) => (best && best.version >= one.version ? best : one),
    undefined,
  )
  return there.find((one) => one.version === used) ?? newest
}

/** The node's row as a card to be kept; its triggers only the node knows. */
const heldOf = ({ card, version, title, title_en, steps, body, links = [] }: CardRow): Held => ({
  card,
  version,
  front: { title, title_en, steps: steps.map((one) => one.step), links },
  body,
})

function wordsOf(row: CardRow): Map<string, Word> {
  return new Map(
    row.steps.flatMap(({ step, applies: _, ...word }) =>
      word.result ? [[step.id, { ...NOTHING, ...word }] as const] : [],
    ),
  )
}

/** The latest word by when it was seen holds; of the same moment, the greater ask. */
function told(words: Map<string, Word> = new Map(), asked: Asked): Map<string, Word> {
  const { command, id, account } = asked
  const at = written(asked.seenAt ?? asked.at)
  const before = words.get(String(command.step))
  if (before?.at && (before.at > at || (before.at === at && (before.ask ?? '') >= id))) return words
  const text = (value: unknown) => (typeof value === 'string' ? value : '')
  words.set(String(command.step), {
    result: text(command.result),
    answer: text(command.answer),
    skipped: command.result === 'skipped' ? text(command.skipped) || null : null,
    value: typeof command.value === 'number' ? command.value : null,
    media: text(command.media),
    note: text(command.note) || null,
    at,
    actor: account,
    ask: id,
  })
  return words
}

function openCard(
  { card, version, front, body = '' }: Held,
  words: ReadonlyMap<string, Word>,
  by_hand: boolean,
  waiting: ReadonlySet<string>,
): Omit<OpenCard, 'holds' | 'used'> {
  const steps = front.steps.map((step): OpenStep => {
    const word = words.get(step.id) ?? NOTHING
    const due = !step.when || words.get(step.when.step)?.answer === step.when.answer
    return { step, applies: due, pending: word.ask !== null && waiting.has(word.ask), ...word }
  })
  const due = steps.filter((one) => one.applies)
  return {
    card,
    version,
    title: front.title,
    title_en: front.title_en ?? '',
    by_hand,
    done: due.filter((one) => one.result !== null).length,
    of: due.length,
    steps,
    body,
    links: front.links ?? [],
  }
}

type Incident = Pick<Situation, 'type' | 'level' | 'life_risk' | 'area'>

/** How an incident of a type begins. */
export type TypeOf = (type: string) => { readonly level?: number; readonly life_risk?: boolean } | undefined

/** What a device knows of the incident, with what it said of it itself. */
export function situationOf(
  { type, level, life_risk, area }: Incident,
  asks: readonly Asked[],
  { object_kind, handover, typeOf }: { object_kind: string | null; handover: boolean; typeOf: TypeOf },
): Situation {
  let now: Situation = { type, level, life_risk, area, object_kind, handover }
  for (const { command } of asks) now = after(now, command, typeOf)
  return now
}

function after(now: Situation, command: Command, typeOf: TypeOf): Situation {
  switch (command.kind) {
    case 'intake.classify': {
      const type = String(command.type)
      const { level = 1, life_risk = false } = typeOf(type) ?? {}
      return { ...now, type, level: Math.max(now.level, level), life_risk: now.life_risk || life_risk }
    }
    case 'dispatch.raise-level':
      return { ...now, level: Math.max(now.level, Number(command.level)) }
    case 'field.open-handover':
      return { ...now, handover: true }
    default:
      return now
  }
}
