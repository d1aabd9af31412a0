// What is missing or odd in a report, and where on the page it is mended.
import { language, t, word } from '../../kernel/i18n'
import { type Codes, codeName } from './codes'

/** Sections of a report by the code that says that one is missing. */
const UNSAID = /^(object|cause|loss|victims|water|obstacles|summary)-missing$/

/** Several codes as one line: of sections that nobody said only their names. */
export function gapWords(codes: Codes | undefined, gaps: readonly string[]): string {
  const short = (gap: string) => {
    const section = UNSAID.exec(gap)?.[1]
    return section ? word('reports', section).toLowerCase() : codeName(codes?.gap ?? [], gap)
  }
  return [...new Set(gaps.map(short))].join(', ')
}

/** Which section of the page a field belongs to. */
export const sectionOf = (field: string) => field.split('.')[0] ?? field

const OF_INCIDENT = ['type', 'area', 'place', 'point', 'exercise', 'state', 'outcome']

/** Whether an amendment is of the incident itself, not of what people judged. */
export const isOfIncident = (path: string) => OF_INCIDENT.includes(path)

/** A path of a report in words: `victims.citizens.dead`, `loss.lines.0.amount_rp`, `jam.arrived`. */
export function pathWords(path: string, unit = ''): string {
  const [section = '', ...rest] = path.split('.')
  if (isOfIncident(section)) return word('amended', section)
  if (section === 'jam') return [t('reports.time'), word('clock', rest[0] ?? ''), unit].filter(Boolean).join(' ')
  const parts = rest.map((part) =>
    /^\d+$/.test(part) ? t('reports.line-n', { n: Number(part) + 1 }) : fieldWord(part),
  )
  return [...new Set([sectionWord(section), ...parts.filter(Boolean)])].join(', ')
}

const sectionWord = (section: string) => {
  void language.value
  return word('reports', section)
}

const FIELDS: Readonly<Record<string, string>> = {
  kind: 'kind',
  construction: 'construction',
  building_m2: 'building',
  burnt_m2: 'burnt',
  ark: 'ark',
  owner: 'owner',
  note: 'note',
  cause: 'cause',
  basis: 'basis',
  thing: 'thing',
  what: 'what',
  count: 'count',
  unit: 'unit',
  price_rp: 'price',
  amount_rp: 'amount',
  saved_rp: 'saved',
  effect_s: 'cost-minutes',
  first_action_at: 'volunteers-at',
  group: 'volunteers-who',
  litres: 'litres',
  measured: 'measured',
  agent: 'agent',
  source: 'source',
  caption: 'caption',
  medium: 'photo',
  taken_at: 'taken-at',
}

const fieldWord = (field: string) =>
  field === 'lines' || field === 'text' ? '' : word('reports', FIELDS[field] ?? field)
