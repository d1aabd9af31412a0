// The command line: a few words become one wish. Pure: text and what the desk knows in, wish and completions out.
import { instantNear } from '../../kernel/clock'
import type { Clock, Status } from './acts'

/** An incident by its number; its times belong to the day it began. */
type Numbered = { readonly id: string; readonly number: string; readonly began?: number | undefined }

export type Known = {
  readonly units: readonly { readonly code: string; readonly incident?: string | undefined }[]
  readonly incidents: readonly Numbered[]
  /** Those that are over, as far as they are known here. */
  readonly finished?: readonly Numbered[]
  readonly stations: readonly { readonly id: string; readonly name: string }[]
  readonly selected?: string | undefined
  readonly now: number
}

export type Wish =
  | {
      readonly do: 'status'
      readonly unit: string
      readonly status: Status
      readonly at?: string
      readonly reason?: string
    }
  | { readonly do: 'send'; readonly unit: string; readonly incident: string }
  | { readonly do: 'release'; readonly unit: string; readonly reason?: string }
  | { readonly do: 'swap'; readonly out: string; readonly instead: string }
  | {
      readonly do: 'correct'
      readonly incident: string
      readonly unit?: string
      readonly clock: Clock
      readonly at: string
    }
  | { readonly do: 'cancel'; readonly incident: string; readonly reason: string }
  | { readonly do: 'open'; readonly incident: string; readonly reason?: string }
  | { readonly do: 'exercise'; readonly incident: string }
  | { readonly do: 'warn'; readonly incident: string }
  | { readonly do: 'finished' }
  | { readonly do: 'road' }
  | { readonly do: 'move'; readonly unit: string; readonly station: string }
  | { readonly do: 'clock'; readonly incident: string; readonly clock: string; readonly at?: string }
  | { readonly do: 'level'; readonly incident: string; readonly level: number }
  | { readonly do: 'close'; readonly incident: string; readonly outcome?: string }
  | { readonly do: 'select'; readonly incident: string }
  | { readonly do: 'note'; readonly incident: string; readonly text: string }
  | { readonly do: 'call' }

/** Why a time in the line is none to be counted from: nobody can read it, or it has not come. */
export type Trouble = { readonly is: 'unclear' | 'ahead'; readonly time: string }

export type Line = {
  readonly wish?: Wish
  /** Stands in the place of a wish: what is wrong with its time. */
  readonly trouble?: Trouble
  /** Whole lines that this text may become, likeliest first. */
  readonly completions: readonly string[]
}

type Words = Readonly<Record<string, readonly string[]>>

/** First word of each list is the one that is offered; the others are understood. Indonesian first, then English. */
const STATUS: Words = {
  arrived: ['tiba', 'arrived', 'lokasi'],
  'on-the-way': ['jalan', 'berangkat', 'roda', 'rolling', 'enroute'],
  'ready-to-serve': ['siap-layan', 'layan', 'ready-to-serve'],
  action: ['tindakan', 'aksi', 'action'],
  access: ['akses', 'access'],
  returning: ['kembali', 'pulang', 'returning'],
  ready: ['siap', 'ready'],
  assigned: ['terima', 'ack', 'acknowledge'],
  standby: ['siaga', 'standby'],
  reserve: ['cadangan', 'reserve'],
  'out-of-service': ['rusak', 'tidak-siap', 'out'],
}
const CLOCK: Words = {
  'under-control': ['terkendali', 'kendali', 'controlled', 'under-control'],
  out: ['padam', 'selesai', 'extinguished', 'finished'],
}
/** Times that no status reports, and the names that differ from its status. */
const TIME: Words = {
  seen: ['terlihat', 'seen'],
  answered: ['lapor', 'answered'],
  opened: ['dibuka', 'opened'],
  dispatched: ['dikirim', 'dispatched'],
  returned: ['pulang', 'kembali', 'returned'],
  'ready-again': ['siap', 'ready'],
}
const VERB: Words = {
  open: ['buka', 'open'],
  swap: ['tukar', 'swap'],
  correct: ['perbaiki', 'correct'],
  cancel: ['batal', 'cancel'],
  exercise: ['latihan', 'exercise'],
  warn: ['peringatan', 'warn'],
  finished: ['riwayat', 'history'],
  road: ['tutup-jalan', 'close-road'],
  close: ['tutup', 'close'],
  move: ['mutasi', 'move'],
  level: ['tingkat', 'level', 'alarm'],
  note: ['catat', 'note'],
  call: ['baru', 'panggilan', 'new', 'call'],
  to: ['ke', 'to'],
  release: ['lepas', 'release'],
  station: ['pos', 'station'],
}

/** `n`th word of a language in the lists above: Indonesian is first, English the last but for synonyms. */
const find = (words: Words, text: string) => Object.keys(words).find((key) => words[key]?.includes(text))
const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '')

const unitOf = (known: Known, text: string) =>
  known.units.find((unit) => plain(unit.code) === plain(text)) ??
  // `12` for `BTG-12`, as long as only one unit bears the number.
  only(known.units.filter((unit) => /^\d+$/.test(text) && unit.code.replace(/^.*\D/, '') === text))

const numbered = (list: readonly Numbered[], text: string) =>
  list.find((incident) => incident.number === text) ??
  only(list.filter((incident) => /^\d+$/.test(text) && Number(tail(incident.number)) === Number(text)))

const incidentOf = (known: Known, text: string) => numbered(known.incidents, text)
/** Open, or else over. */
const anyOf = (known: Known, text: string) => incidentOf(known, text) ?? numbered(known.finished ?? [], text)

const stationOf = (known: Known, text: string) =>
  known.stations.find((station) => plain(station.name) === plain(text)) ??
  only(known.stations.filter((station) => text !== '' && plain(station.name).includes(plain(text))))

const tail = (number: string) => number.replace(/^.*\D/, '')
const only = <T>(found: readonly T[]): T | undefined => (found.length === 1 ? found[0] : undefined)

/** Clocks of people differ, and minutes are rounded: what is ahead by no more is now. */
const ROUND_MS = 60_000

type When = string | Trouble
const isTrouble = (found: object | string | undefined): found is Trouble => typeof found === 'object' && 'is' in found

/** The hour that was typed, on the day nearest to `near`; undefined when it is no hour. */
function whenOf(text: string, now: number, near = now): When | undefined {
  const found = instantNear(text, near)
  if (found === undefined) return undefined
  const at = Date.parse(found)
  if (at > now + ROUND_MS) return { is: 'ahead', time: text }
  return at > now ? new Date(now).toISOString() : found
}

/** Meant as a time, though it is no hour of a day. */
const likeTime = (text: string) => /^\d{1,2}[:.]\d/.test(text)
const DAYS = /^(\d{1,4}|besok|kemarin|lusa|nanti|tadi|sekarang|tomorrow|yesterday|later|now|today)$/

/** The words after a status: when, and why. What may have been meant as a time is never taken for a reason. */
function whenAndWhy(words: readonly string[], now: number): { at?: string; reason?: string } | Trouble {
  const first = whenOf(words[0] ?? '', now)
  const when = first ?? whenOf(words.at(-1) ?? '', now)
  if (isTrouble(when)) return when
  const why = when === undefined ? words : first === undefined ? words.slice(0, -1) : words.slice(1)
  const odd = why.find(likeTime) ?? (why.length === 1 ? why.find((word) => DAYS.test(word)) : undefined)
  if (odd !== undefined) return { is: 'unclear', time: odd }
  return { ...(when && { at: when }), ...(why.length && { reason: why.join(' ') }) }
}

function ofUnit(known: Known, unit: string, rest: readonly string[]): Wish | Trouble | undefined {
  const [first = '', ...more] = rest
  const status = find(STATUS, first) as Status | undefined
  if (status) {
    const rest = whenAndWhy(more, known.now)
    return isTrouble(rest) ? rest : { do: 'status', unit, status, ...rest }
  }
  if (find(VERB, first) === 'release') return { do: 'release', unit, ...(more.length && { reason: more.join(' ') }) }
  if (find(VERB, first) === 'station') return toStation(known, unit, more)
  if (find(VERB, first) !== 'to') return undefined
  const incident = incidentOf(known, more.join(' '))
  return incident ? { do: 'send', unit, incident: incident.id } : toStation(known, unit, more)
}

function toStation(known: Known, unit: string, words: readonly string[]): Wish | undefined {
  const name = find(VERB, words[0] ?? '') === 'station' ? words.slice(1) : words
  const station = stationOf(known, name.join(' '))
  return station && { do: 'move', unit, station: station.id }
}

function ofIncident(known: Known, incident: string, rest: readonly string[]): Wish | Trouble | undefined {
  const [first = '', ...more] = rest
  if (!first) return { do: 'select', incident }
  const clock = find(CLOCK, first)
  if (!clock) return undefined
  if (!more.length) return { do: 'clock', incident, clock }
  const at = whenOf(more[0] ?? '', known.now)
  if (isTrouble(at)) return at
  return at && more.length === 1 ? { do: 'clock', incident, clock, at } : { is: 'unclear', time: more.join(' ') }
}

const clockOf = (text: string) => (find(TIME, text) ?? find(CLOCK, text) ?? find(STATUS, text)) as Clock | undefined
/** Statuses that are no clock of an incident. */
const NO_CLOCK = ['standby', 'reserve', 'out-of-service', 'assigned', 'returning', 'ready']

/** `perbaiki 0231 tiba 17:20`, `perbaiki btg-1 jalan 17:18`: whose time, which, and when it really was. */
function correction(known: Known, words: readonly string[]): Wish | Trouble | undefined {
  const [whose = '', what = '', when = '', ...more] = words
  const clock = clockOf(what)
  if (!clock || NO_CLOCK.includes(clock) || !when || more.length) return undefined
  const unit = unitOf(known, whose)
  const incident = anyOf(known, whose) ?? known.incidents.find((one) => one.id === unit?.incident)
  const id = incident?.id ?? unit?.incident
  if (!id) return undefined
  const at = whenOf(when, known.now, incident?.began ?? known.now)
  if (at === undefined) return { is: 'unclear', time: when }
  if (isTrouble(at)) return at
  return { do: 'correct', incident: id, ...(!anyOf(known, whose) && unit && { unit: unit.code }), clock, at }
}

/** Words as they were typed, without the first `n`. */
const after = (raw: string, n: number) => raw.trim().split(/\s+/).slice(n).join(' ')

function ofRareVerb(known: Known, verb: string, rest: readonly string[], raw: string): Wish | Trouble | undefined {
  const incident = anyOf(known, rest[0] ?? '')?.id
  switch (verb) {
    case 'finished':
    case 'road':
      return rest.length ? undefined : { do: verb }
    case 'correct':
      return correction(known, rest)
    case 'swap': {
      const [out, instead] = [unitOf(known, rest[0] ?? ''), unitOf(known, rest[1] ?? '')]
      return out?.incident && instead && rest.length === 2
        ? { do: 'swap', out: out.code, instead: instead.code }
        : undefined
    }
    case 'cancel':
      return incident && rest.length > 1 ? { do: 'cancel', incident, reason: after(raw, 2) } : undefined
    case 'exercise':
    case 'warn':
      return incident && rest.length === 1 ? { do: verb, incident } : undefined
    case 'open':
      return incident ? { do: 'open', incident, ...(rest.length > 1 && { reason: after(raw, 2) }) } : undefined
  }
}

const RARE = ['open', 'swap', 'correct', 'cancel', 'exercise', 'warn', 'finished', 'road']

function ofVerb(known: Known, verb: string, rest: readonly string[], raw: string): Wish | Trouble | undefined {
  if (RARE.includes(verb)) return ofRareVerb(known, verb, rest, raw)
  if (verb === 'call') return rest.length ? undefined : { do: 'call' }
  if (verb === 'note')
    return known.selected && rest.length ? { do: 'note', incident: known.selected, text: after(raw, 1) } : undefined
  if (verb === 'move') {
    const unit = unitOf(known, rest[0] ?? '')
    return unit && toStation(known, unit.code, rest.slice(1))
  }
  const incident = incidentOf(known, rest[0] ?? '')?.id
  if (!incident) return undefined
  if (verb === 'close') return { do: 'close', incident, ...(rest[1] && { outcome: rest.slice(1).join(' ') }) }
  const level = Number(rest[1])
  return verb === 'level' && Number.isInteger(level) && level > 0 ? { do: 'level', incident, level } : undefined
}

/** Ends an incident: it is done only when the whole line stands there, never from a suggestion. */
export const ends = (wish: Wish) => wish.do === 'close' || wish.do === 'cancel'

export function wishOf(text: string, known: Known): Wish | undefined {
  const meant = meantBy(text, known)
  return isTrouble(meant) ? undefined : meant
}

function meantBy(text: string, known: Known): Wish | Trouble | undefined {
  const words = text.trim().toLowerCase().split(/\s+/)
  const [first = '', ...rest] = words
  if (!first) return undefined
  const verb = find(VERB, first)
  if (verb && !['to', 'release', 'station'].includes(verb)) return ofVerb(known, verb, rest, text)
  const incident = incidentOf(known, first)
  if (incident) return ofIncident(known, incident.id, rest)
  const unit = unitOf(known, first)
  return unit && ofUnit(known, unit.code, rest)
}

/** What is usually said next of a unit, by what it is doing; busy ones first, since they report. */
function unitLines(known: Known, english: boolean): string[] {
  const say = (words: Words, key: string) => wordIn(words, key, english)
  const busy = [...known.units].sort((a, b) => Number(Boolean(b.incident)) - Number(Boolean(a.incident)))
  return busy.flatMap((unit) => {
    const code = unit.code.toLowerCase()
    const there = unit.incident ? Object.keys(STATUS).slice(0, 7) : ['out-of-service', 'reserve', 'ready', 'standby']
    const lines = there.map((status) => `${code} ${say(STATUS, status)}`)
    const goals = unit.incident ? [] : known.incidents.map((one) => `${code} ${say(VERB, 'to')} ${tail(one.number)}`)
    const posts = known.stations.map((one) => `${code} ${say(VERB, 'station')} ${one.name.toLowerCase()}`)
    return [
      ...(unit.incident ? lines : goals),
      ...(unit.incident ? [`${code} ${say(VERB, 'release')}`] : lines),
      ...posts,
    ]
  })
}

const ENGLISH: Readonly<Record<string, string>> = {
  arrived: 'arrived',
  'on-the-way': 'rolling',
  'ready-to-serve': 'ready-to-serve',
  action: 'action',
  access: 'access',
  returning: 'returning',
  ready: 'ready',
  assigned: 'ack',
  standby: 'standby',
  reserve: 'reserve',
  'out-of-service': 'out',
  'under-control': 'controlled',
  out: 'extinguished',
  close: 'close',
  move: 'move',
  level: 'level',
  note: 'note',
  call: 'new',
  open: 'open',
  swap: 'swap',
  exercise: 'exercise',
  warn: 'warn',
  finished: 'history',
  road: 'close-road',
  to: 'to',
  release: 'release',
  station: 'station',
}
const wordIn = (words: Words, key: string, english: boolean) =>
  (english && words !== STATUS && key === 'out' ? 'extinguished' : english ? ENGLISH[key] : words[key]?.[0]) ?? key

/** What lies open is meant before all others. */
function incidentLines(known: Known, english: boolean): string[] {
  const say = (words: Words, key: string) => wordIn(words, key, english)
  const here = (one: Numbered) => Number(one.id === known.selected)
  const incidents = [...known.incidents].sort((a, b) => here(b) - here(a))
  const rare = [
    say(VERB, 'finished'),
    say(VERB, 'road'),
    ...(known.finished ?? []).map((one) => `${say(VERB, 'open')} ${tail(one.number)}`),
    ...incidents.map((one) => `${say(VERB, 'warn')} ${tail(one.number)}`),
    ...incidents.map((one) => `${say(VERB, 'exercise')} ${tail(one.number)}`),
  ]
  const usual = incidents.flatMap((one) => {
    const number = tail(one.number)
    return [
      `${say(VERB, 'close')} ${number}`,
      `${number} ${say(CLOCK, 'under-control')}`,
      `${number} ${say(CLOCK, 'out')}`,
      `${say(VERB, 'level')} ${number} 2`,
      `${say(VERB, 'level')} ${number} 3`,
    ]
  })
  return [...usual, ...rare]
}

/** `tukar btg-1 …`: who may leave, and who is free to go instead. */
function swapLines(known: Known, english: boolean, typed: readonly string[]): string[] {
  if (find(VERB, typed[0] ?? '') !== 'swap') return []
  const code = (unit: { readonly code: string }) => unit.code.toLowerCase()
  const free = known.units.filter((unit) => !unit.incident)
  return known.units
    .filter((unit) => unit.incident)
    .flatMap((unit) => free.map((other) => `${wordIn(VERB, 'swap', english)} ${code(unit)} ${code(other)}`))
}

/** A line fits when each typed word begins its word of the line; `btg4` and `btg-4` are the same. */
function fits(line: string, typed: readonly string[]): boolean {
  const words = line.split(' ')
  if (typed.length > words.length) return false
  return typed.every((word, i) => {
    const goal = words[i] ?? ''
    if (i < typed.length - 1 && i === 0) return plain(goal) === plain(word) || goal.replace(/^.*\D/, '') === word
    return goal.startsWith(word) || plain(goal).startsWith(plain(word) || ' ')
  })
}

export function read(text: string, known: Known, english = false): Line {
  const meant = meantBy(text, known)
  if (isTrouble(meant)) return { trouble: meant, completions: [] }
  const wish = meant
  const typed = text.trim().toLowerCase().split(/\s+/).filter(Boolean)
  if (!typed.length) return { completions: [] }
  const lines = (inEnglish: boolean) =>
    [...unitLines(known, inEnglish), ...incidentLines(known, inEnglish), ...swapLines(known, inEnglish, typed)].filter(
      (line) => fits(line, typed) && line !== typed.join(' '),
    )
  // Both languages are understood; the other one is offered when this one has no such words.
  const own = lines(english)
  const completions = own.length ? own : lines(!english)
  return { ...(wish && { wish }), completions: completions.slice(0, 6) }
}
