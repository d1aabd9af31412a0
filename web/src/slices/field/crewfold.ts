// Where a crew is and how it fares, folded from what was reported of it in the order it was seen: the same steps as
// src/siaga/slices/field/rules/crewfold.py, for devices without network. tests/field/cases hold both to the same results.
import { seconds } from '../../kernel/written'

export const STAGING = 'staging'
export const REHAB = 'rehab'

export type ParResult = 'complete' | 'short' | 'no-answer'
export type AirMark = 'check' | 'goal' | 'new-cylinder'
type Phase = 'sent' | 'on-the-way' | 'arrived' | 'left'
type ConflictKind = 'two-places' | 'left-not-inside' | 'read-outside' | 'air-rose' | 'par-differs' | 'gone-while-inside'

/** When a fact was seen (as the node writes times), by which ask it came and by whose device (or account). */
export type Seen = { readonly at: string; readonly ask: string; readonly by: string }

export type Wearer = { readonly person: string; readonly bar: number | null; readonly cylinder: string }

export type AirSeen = { readonly seen: Seen; readonly bar: number; readonly mark: string }

export type Inside = {
  readonly person: string
  readonly entered: Seen
  readonly sector: string
  readonly cylinder: string
  readonly air: readonly AirSeen[]
}

export type Out = { readonly person: string; readonly seen: Seen }

export type Answer = {
  readonly par: string
  readonly result: ParResult
  readonly present: number | null
  readonly seen: Seen
}

export type Conflict = {
  readonly conflict: string
  readonly kind: ConflictKind
  readonly second: Seen
  readonly first: Seen | null
  readonly person: string
  readonly sectors: readonly string[]
}

export type Crew = {
  readonly crew: string
  readonly label: string
  readonly unit: string
  readonly agency: string
  readonly people: number
  readonly persons: readonly string[]
  readonly phase: Phase
  readonly eta_at: string | null
  readonly arrived_at: string | null
  readonly sector: string
  readonly work_since: string | null
  readonly inside: readonly Inside[]
  readonly out: readonly Out[]
  readonly entries: number
  readonly worked_s: number
  readonly rest_since: string | null
  readonly accounted_at: string | null
  readonly answers: readonly Answer[]
  readonly lost_at: string | null
  readonly lost_person: string
  readonly conflicts: readonly Conflict[]
}

/** A fact by the name of its class at the node, with its fields. */
export type Fact =
  | {
      readonly fact: 'Sent'
      readonly unit: string
      readonly agency: string
      readonly people: number
      readonly persons: readonly string[]
      readonly eta_at: string | null
    }
  | { readonly fact: 'Crewed'; readonly people: number; readonly persons: readonly string[] }
  | { readonly fact: 'Says'; readonly status: string }
  | {
      readonly fact: 'CrewFormed'
      readonly label: string
      readonly unit: string
      readonly agency: string
      readonly people: number
      readonly persons: readonly string[]
    }
  | { readonly fact: 'CrewMoved'; readonly to: string }
  | { readonly fact: 'CrewEntered'; readonly sector: string; readonly wearers: readonly Wearer[] }
  | { readonly fact: 'CrewLeft'; readonly persons: readonly string[] }
  | {
      readonly fact: 'AirRead'
      readonly person: string
      readonly bar: number
      readonly mark: AirMark
      readonly cylinder: string
    }
  | {
      readonly fact: 'ParReported'
      readonly par: string
      readonly result: ParResult
      readonly present: number | null
    }
  | { readonly fact: 'ContactLost'; readonly person: string }
  | { readonly fact: 'ContactRegained' }

/** What the fold measures by: how long a crew rests before its work counts from zero again, in seconds, and by how many
 * bar two honest readings can differ (field.standards). */
export type Rest = { readonly rest_s: number; readonly rise_bar: number }

/** Places every scene has, where nobody works. */
const waits = (sector: string) => sector === STAGING || sector === REHAB
const HERE = new Set(['arrived', 'access', 'ready-to-serve', 'action'])
const ANSWERS_KEPT = 6

/** A crew of which nothing was said before. */
export const unknown = (crew: string): Crew => ({
  crew,
  label: crew,
  unit: '',
  agency: '',
  people: 0,
  persons: [],
  phase: 'arrived',
  eta_at: null,
  arrived_at: null,
  sector: STAGING,
  work_since: null,
  inside: [],
  out: [],
  entries: 0,
  worked_s: 0,
  rest_since: null,
  accounted_at: null,
  answers: [],
  lost_at: null,
  lost_person: '',
  conflicts: [],
})

/** The crew after one more fact, seen no earlier than all before it. */
export function step(state: Crew, seen: Seen, fact: Fact, rest: Rest): Crew {
  switch (fact.fact) {
    case 'Sent':
      return sent(state, fact)
    case 'Crewed':
      return state.phase === 'left' ? state : { ...state, people: fact.people, persons: fact.persons }
    case 'Says':
      return says(state, seen, fact.status)
    case 'CrewFormed': {
      const { label, unit, agency, people, persons } = fact
      return arrived({ ...state, label, unit, agency, people, persons }, seen)
    }
    case 'CrewMoved':
      return moved(state, seen, fact.to, rest)
    case 'CrewEntered':
      return entered(state, seen, fact.sector, fact.wearers)
    case 'CrewLeft':
      return left(state, seen, fact.persons)
    case 'AirRead':
      return air(state, seen, fact, rest)
    case 'ParReported':
      return par(state, seen, fact)
    case 'ContactLost':
      return { ...state, lost_at: seen.at, lost_person: fact.person }
    case 'ContactRegained':
      return { ...state, lost_at: null, lost_person: '', accounted_at: seen.at }
  }
}

function warned(
  state: Crew,
  kind: ConflictKind,
  first: Seen | null,
  second: Seen,
  person = '',
  sectors: readonly string[] = [],
): Crew {
  const conflict = `${kind}/${first ? first.ask : ''}/${second.ask}/${person}`
  if (state.conflicts.some((one) => one.conflict === conflict)) return state
  return { ...state, conflicts: [...state.conflicts, { conflict, kind, second, first, person, sectors }] }
}

function sent(state: Crew, fact: Fact & { fact: 'Sent' }): Crew {
  const { unit, agency, people, persons, eta_at } = fact
  const back = state.phase === 'left' // sent a second time: the crew begins anew, its work and rest go on
  const fresh = state.arrived_at === null || back
  return {
    ...state,
    unit,
    agency,
    people,
    persons,
    eta_at,
    phase: fresh ? 'sent' : state.phase,
    arrived_at: back ? null : state.arrived_at,
    sector: fresh ? STAGING : state.sector,
    work_since: fresh ? null : state.work_since,
  }
}

function says(state: Crew, seen: Seen, status: string): Crew {
  if (HERE.has(status)) return arrived(state, seen)
  if (status === 'assigned') return state.phase === 'left' ? { ...state, phase: 'sent' } : state
  if (status === 'on-the-way') return state.phase === 'arrived' ? state : { ...state, phase: 'on-the-way' }
  if (state.phase === 'left') return state
  const first = state.inside[0]
  const known = first ? warned(state, 'gone-while-inside', first.entered, seen) : state
  return { ...known, phase: 'left', eta_at: null }
}

const arrived = (state: Crew, seen: Seen): Crew => ({
  ...state,
  phase: 'arrived',
  eta_at: null,
  arrived_at: state.arrived_at ?? seen.at,
})

function moved(state: Crew, seen: Seen, to: string, rest: Rest): Crew {
  if (to === state.sector) return state
  let now = state
  if (to === REHAB) now = { ...now, rest_since: seen.at }
  else if (now.rest_since !== null) {
    const rested = seconds(now.rest_since, seen.at) >= rest.rest_s
    now = {
      ...now,
      rest_since: null,
      entries: rested ? 0 : now.entries,
      worked_s: rested ? 0 : now.worked_s,
    }
  }
  if (waits(to)) return { ...now, sector: to, work_since: null }
  const work_since = waits(state.sector) ? seen.at : state.work_since
  return { ...now, sector: to, work_since, inside: now.inside.map((one) => ({ ...one, sector: to })) }
}

function entered(state: Crew, seen: Seen, sector: string, wearers: readonly Wearer[]): Crew {
  const wasOut = state.inside.length === 0
  const inside = wearers.reduce((known, wearer) => goesIn(known, seen, sector, wearer), state)
  return {
    ...arrived(wasOut ? { ...inside, entries: inside.entries + 1 } : inside, seen),
    sector,
    rest_since: null,
    accounted_at: seen.at,
    lost_at: null,
    lost_person: '',
  }
}

function goesIn(state: Crew, seen: Seen, sector: string, wearer: Wearer): Crew {
  const { person, cylinder } = wearer
  const read: readonly AirSeen[] = wearer.bar === null ? [] : [{ seen, bar: wearer.bar, mark: 'entry' }]
  const there = state.inside.find((one) => one.person === person)
  if (!there) {
    return {
      ...state,
      inside: [...state.inside, { person, entered: seen, sector, cylinder, air: read }],
      out: state.out.filter((one) => one.person !== person),
    }
  }
  const differs = there.sector !== sector && there.entered.by !== seen.by
  const known = differs ? warned(state, 'two-places', there.entered, seen, person, [there.sector, sector]) : state
  const now = { ...there, sector, cylinder: there.cylinder || cylinder, air: there.air.length ? there.air : read }
  return { ...known, inside: known.inside.map((one) => (one === there ? now : one)) }
}

function left(state: Crew, seen: Seen, persons: readonly string[]): Crew {
  const who = persons.length ? persons : state.inside.map((one) => one.person)
  const known = new Set([...state.inside, ...state.out].map((one) => one.person))
  let now = state
  if (!who.length && !state.out.length) now = warned(now, 'left-not-inside', null, seen)
  for (const person of who) if (!known.has(person)) now = warned(now, 'left-not-inside', null, seen, person)
  const gone = state.inside.filter((one) => who.includes(one.person))
  const stay = state.inside.filter((one) => !who.includes(one.person))
  const first = gone.map((one) => one.entered.at).reduce((a, b) => (b < a ? b : a), seen.at)
  const ends = gone.length > 0 && stay.length === 0
  return {
    ...now,
    inside: stay,
    out: [...now.out, ...gone.map((one) => ({ person: one.person, seen }))],
    worked_s: ends ? now.worked_s + seconds(first, seen.at) : now.worked_s,
    accounted_at: seen.at,
    lost_at: stay.length ? now.lost_at : null,
    lost_person: stay.length ? now.lost_person : '',
  }
}

function air(state: Crew, seen: Seen, fact: Fact & { fact: 'AirRead' }, rest: Rest): Crew {
  const there = state.inside.find((one) => one.person === fact.person)
  if (!there) {
    const gone = state.out.find((one) => one.person === fact.person)
    return gone && gone.seen.by !== seen.by ? warned(state, 'read-outside', gone.seen, seen, fact.person) : state
  }
  const last = there.air.at(-1)
  const rose = last && fact.mark !== 'new-cylinder' && fact.bar > last.bar + rest.rise_bar
  const known = rose && last.seen.by !== seen.by ? warned(state, 'air-rose', last.seen, seen, fact.person) : state
  const now = {
    ...there,
    cylinder: fact.cylinder || there.cylinder,
    air: [...there.air, { seen, bar: fact.bar, mark: fact.mark }],
  }
  return { ...known, inside: known.inside.map((one) => (one === there ? now : one)) }
}

function par(state: Crew, seen: Seen, fact: Fact & { fact: 'ParReported' }): Crew {
  let now = state
  for (const other of state.answers) {
    const same = other.result === fact.result && other.present === fact.present
    if (fact.par && other.par === fact.par && other.seen.by !== seen.by && !same)
      now = warned(now, 'par-differs', other.seen, seen)
  }
  const { par, result, present } = fact
  now = { ...now, answers: [...now.answers, { par, result, present, seen }].slice(-ANSWERS_KEPT) }
  return result === 'complete' ? { ...now, accounted_at: seen.at, lost_at: null, lost_person: '' } : now
}
