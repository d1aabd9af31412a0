// The service's standards as the screens need them: types with their letter, guided questions, advice to the caller.
import { computed, signal } from '@preact/signals'
import { language } from '../../kernel/i18n'
import type { Kind } from '../../look/symbols'

type Name = { readonly id: string; readonly en: string }
type TypeRow = {
  readonly id: string
  readonly name: Name
  readonly letter: string
  readonly kind: string
  readonly lifeRisk: boolean
  readonly watched: boolean
  readonly search: readonly string[]
  readonly others: readonly string[]
}
type QuestionRow = {
  readonly id: string
  readonly ask: Name
  readonly choices?: readonly { readonly id: string; readonly name: Name }[]
  readonly advice: readonly (readonly string[])[]
}
type CardRow = {
  readonly id: string
  readonly name: Name
  readonly types: readonly string[]
  readonly kinds: readonly string[]
  readonly confirmed: boolean
  readonly lines: readonly Name[]
}
type Names = Readonly<Record<string, Name>>

export type Standards = {
  readonly types: readonly TypeRow[]
  readonly ask: Readonly<Record<string, readonly string[]>>
  readonly questions: readonly QuestionRow[]
  readonly cards: readonly CardRow[]
  readonly capabilities: Names
  readonly competences: Names
  readonly vehicles: Names
  readonly others: Names
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
  types: [],
  ask: {},
  questions: [],
  cards: [],
  capabilities: {},
  competences: {},
  vehicles: {},
  others: {},
}

const held = signal<Standards>(NOTHING)
let loading: Promise<void> | undefined

/** They come after the first paint; until then ids stand for names. */
export function loadStandards(): Promise<void> {
  loading ??= import('../../gen/standards.json').then((read) => {
    held.value = read.default as unknown as Standards
  })
  return loading
}

const YES_NO: readonly { id: string; name: Name }[] = [
  { id: 'yes', name: { id: 'ya', en: 'yes' } },
  { id: 'no', name: { id: 'tidak', en: 'no' } },
]
const UNKNOWN = { id: 'unknown', name: { id: 'belum tahu', en: 'not known' } }

const say = (name: Name | undefined, otherwise: string) => name?.[language.value] ?? otherwise
const byId = computed(() => new Map(held.value.types.map((type) => [type.id, type])))

const api = {
  typeIds: computed(() => held.value.types.map((type) => type.id)),
  nameOf: (type: string) => say(byId.value.get(type)?.name, type),
  letterOf: (type: string | null | undefined): Kind => {
    const letter = type ? byId.value.get(type)?.letter : undefined
    return letter === 'K' || letter === 'P' || letter === 'B' ? letter : 'A'
  },
  /** Whether the 15 minutes are shown; what has no type yet is taken seriously. */
  watched: (type: string | null | undefined) => (type ? (byId.value.get(type)?.watched ?? true) : true),
  fits(type: string, words: string) {
    const row = byId.value.get(type)
    if (!row) return type.includes(words)
    return [row.name.id, row.name.en, ...row.search].some((text) => text.toLowerCase().includes(words))
  },
  questionsOf(type: string | undefined): readonly Question[] {
    const ids = type ? (held.value.ask[type] ?? []) : []
    return ids.flatMap((id) => {
      const row = held.value.questions.find((question) => question.id === id)
      if (!row) return []
      const answers = [...(row.choices ?? YES_NO), UNKNOWN]
      return [{ id, text: say(row.ask, id), answers: answers.map((one) => ({ id: one.id, text: say(one.name, one.id) })) }]
    })
  },
  /** Cards an answer asked for first, then those of the type, then of its kind. */
  adviceFor(type: string | undefined, answers: Readonly<Record<string, string>>): readonly Card[] {
    const row = type ? byId.value.get(type) : undefined
    const asked = held.value.questions.flatMap((question) =>
      question.advice.flatMap(([answer, card]) => (answers[question.id] === answer && card ? [card] : [])),
    )
    const cards = held.value.cards
    const ordered = [
      ...cards.filter((card) => asked.includes(card.id)),
      ...cards.filter((card) => row && card.types.includes(row.id)),
      ...cards.filter((card) => row && card.kinds.includes(row.kind)),
    ]
    return [...new Set(ordered)].map((card) => ({
      id: card.id,
      name: say(card.name, card.id),
      confirmed: card.confirmed,
      lines: card.lines.map((line) => say(line, '')),
    }))
  },
  othersOf: (type: string | undefined) => (type ? (byId.value.get(type)?.others ?? []) : []),
  question: (id: string) => say(held.value.questions.find((row) => row.id === id)?.ask, id),
  answer(question: string, id: string) {
    const row = held.value.questions.find((one) => one.id === question)
    return say([...(row?.choices ?? YES_NO), UNKNOWN].find((one) => one.id === id)?.name, id)
  },
  capability: (id: string) => say(held.value.capabilities[id] ?? held.value.competences[id], id),
  vehicle: (id: string) => say(held.value.vehicles[id], id),
  other: (id: string) => say(held.value.others[id], id),
}

export const useStandards = () => api
export type StandardsApi = typeof api
