// The service's standards as the screens need them: types with their letter, guided questions, advice to the caller.
import { computed, signal, useSignalEffect } from '@preact/signals'
import { useView } from '../../kernel/device'
import { language } from '../../kernel/i18n'
import type { Kind } from '../../look/symbols'

type Name = { readonly id: string; readonly en: string }
type Named = { readonly id: string; readonly name: Name }
type TypeRow = Named & {
  readonly kind: string
  readonly watched: boolean
  readonly search: readonly string[]
  readonly others?: readonly string[]
  readonly level?: number
  readonly life_risk?: boolean
}
type QuestionRow = {
  readonly id: string
  readonly ask: Name
  readonly choices?: readonly Named[]
  readonly then?: readonly { readonly answer: string; readonly advice?: string | null }[]
}
type CardRow = Named & {
  readonly types?: readonly string[]
  readonly kinds?: readonly string[]
  readonly confirmed?: boolean
  readonly lines: readonly Name[]
}

/** The part of the view `intake.standards` that the desk shows. */
export type Standards = {
  readonly incidents: {
    readonly kind: readonly (Named & { readonly letter: string })[]
    readonly type: readonly TypeRow[]
  }
  readonly questions: {
    readonly ask: Readonly<Record<string, readonly string[]>>
    readonly question: readonly QuestionRow[]
  }
  readonly advice: { readonly card: readonly CardRow[] }
  readonly capabilities: {
    readonly capability: readonly Named[]
    readonly competence: readonly Named[]
    readonly vehicle: readonly (Named & { readonly capabilities?: readonly string[] })[]
  }
  readonly words: { readonly other_agency: readonly Named[] }
  readonly places?: { readonly object?: readonly Named[] }
}

export type Question = {
  readonly id: string
  readonly text: string
  readonly answers: readonly { readonly id: string; readonly text: string }[]
}
export type Card = {
  readonly id: string
  readonly name: string
  readonly confirmed: boolean
  readonly lines: readonly string[]
}

const NOTHING: Standards = {
  incidents: { kind: [], type: [] },
  questions: { ask: {}, question: [] },
  advice: { card: [] },
  capabilities: { capability: [], competence: [], vehicle: [] },
  words: { other_agency: [] },
}

const held = signal<Standards>(NOTHING)

/** Puts what the node sent in place; until then ids stand for names. */
export function holdStandards(standards: Standards) {
  held.value = standards
}

/** Opens the view for as long as the screen stands, kept for when the node is away. */
export function useStandardsView() {
  const view = useView('intake.standards', {}, { keep: true })
  useSignalEffect(() => {
    const row = view.rows.value[0]
    if (row) holdStandards(row.standards as unknown as Standards)
  })
}

const YES_NO: readonly { id: string; name: Name }[] = [
  { id: 'yes', name: { id: 'ya', en: 'yes' } },
  { id: 'no', name: { id: 'tidak', en: 'no' } },
]
const choicesOf = (row: QuestionRow | undefined) => (row?.choices?.length ? row.choices : YES_NO)
const UNKNOWN = { id: 'unknown', name: { id: 'belum tahu', en: 'not known' } }

const say = (name: Name | undefined, otherwise: string) => name?.[language.value] ?? otherwise
const mapped = <Row extends { readonly id: string }>(rows: () => readonly Row[]) =>
  computed(() => new Map(rows().map((row) => [row.id, row])))
const types = mapped(() => held.value.incidents.type)
const kinds = mapped(() => held.value.incidents.kind)
const questions = mapped(() => held.value.questions.question)
const capabilities = mapped(() => [...held.value.capabilities.competence, ...held.value.capabilities.capability])
const vehicles = mapped(() => held.value.capabilities.vehicle)
const objects = mapped(() => held.value.places?.object ?? [])
const others = mapped(() => held.value.words.other_agency)

const api = {
  /** Another one when the node sent others: for who keeps what was made with them. */
  edition: () => held.value,
  typeIds: computed(() => held.value.incidents.type.map((type) => type.id)),
  objectName: (kind: string) => say(objects.value.get(kind)?.name, kind),
  /** How an incident of that type begins. */
  typeOf: (type: string) => types.value.get(type),
  nameOf: (type: string) => say(types.value.get(type)?.name, type),
  /** A run card bears the name of the type or kind it is for. */
  card: (id: string) => say((types.value.get(id) ?? kinds.value.get(id.split('.')[0] ?? ''))?.name, id),
  letterOf: (type: string | null | undefined): Kind => {
    const letter = kinds.value.get((type && types.value.get(type)?.kind) || '')?.letter
    return letter === 'K' || letter === 'P' || letter === 'B' ? letter : 'A'
  },
  /** Whether the 15 minutes are shown; what has no type yet is taken seriously. */
  watched: (type: string | null | undefined) => (type ? (types.value.get(type)?.watched ?? true) : true),
  fits(type: string, words: string) {
    const row = types.value.get(type)
    if (!row) return type.includes(words)
    return [row.name.id, row.name.en, ...row.search].some((text) => text.toLowerCase().includes(words))
  },
  questionsOf(type: string | undefined): readonly Question[] {
    const ids = type ? (held.value.questions.ask[type] ?? []) : []
    return ids.flatMap((id) => {
      const row = questions.value.get(id)
      if (!row) return []
      const answers = [...choicesOf(row), UNKNOWN]
      return [
        { id, text: say(row.ask, id), answers: answers.map((one) => ({ id: one.id, text: say(one.name, one.id) })) },
      ]
    })
  },
  /** Cards an answer asked for first, then those of the type, then of its kind. */
  adviceFor(type: string | undefined, answers: Readonly<Record<string, string>>): readonly Card[] {
    const row = type ? types.value.get(type) : undefined
    const asked = Object.entries(answers).flatMap(([question, answer]) =>
      (questions.value.get(question)?.then ?? []).flatMap((then) =>
        then.answer === answer && then.advice ? [then.advice] : [],
      ),
    )
    const cards = held.value.advice.card
    const ordered = [
      ...cards.filter((card) => asked.includes(card.id)),
      ...cards.filter((card) => row && card.types?.includes(row.id)),
      ...cards.filter((card) => row && card.kinds?.includes(row.kind)),
    ]
    return [...new Set(ordered)].map((card) => ({
      id: card.id,
      name: say(card.name, card.id),
      confirmed: card.confirmed ?? false,
      lines: card.lines.map((line) => say(line, '')),
    }))
  },
  othersOf: (type: string | undefined) => (type ? (types.value.get(type)?.others ?? []) : []),
  question: (id: string) => say(questions.value.get(id)?.ask, id),
  answer(question: string, id: string) {
    const row = questions.value.get(question)
    return say([...choicesOf(row), UNKNOWN].find((one) => one.id === id)?.name, id)
  },
  capability: (id: string) => say(capabilities.value.get(id)?.name, id),
  /** Vehicle types that bring a capability. */
  vehiclesWith: (capability: string): ReadonlySet<string> =>
    new Set(
      held.value.capabilities.vehicle.filter((one) => one.capabilities?.includes(capability)).map((one) => one.id),
    ),
  /** Short, for one narrow column: `pompa` rather than `Unit pompa`. */
  vehicle(id: string) {
    const name = say(vehicles.value.get(id)?.name, id).replace(/^Unit /, '')
    return name.charAt(0).toLowerCase() + name.slice(1)
  },
  other: (id: string) => say(others.value.get(id)?.name, id),
}

export const useStandards = () => api
export type StandardsApi = typeof api
