// What was changed after the signature: number, what it said, what it says, why, by whom and when. Nothing is lost.
import { date, ms, shortTime, time } from '../../kernel/clock'
import type { Row } from '../../kernel/contract'
import { number, t, word } from '../../kernel/i18n'
import { Icon } from '../../look/symbols'
import { type Codes, codeName } from './codes'
import type { Report } from './rows'
import { type Names, useNames } from './spm-words'
import { isOfIncident, pathWords } from './words'

type Amendment = Report['amendments'][number]
type Props = { report: Report; names: readonly Row<'access.names'>[]; codes: Codes }

export function Amendments({ report, names, codes }: Props) {
  const known = useNames()
  const who = (actor: string) => names.find((one) => one.actor === actor)?.name ?? actor
  const numbers = [...new Set(report.amendments.map((one) => one.number))]
  return (
    <>
      {numbers.map((n) => {
        const changed = report.amendments.filter((one) => one.number === n)
        const first = changed[0]
        if (!first) return null
        return (
          <div class="note amend" key={n}>
            <Icon name="edit" />
            <b>
              {t('reports.amendment', { n, at: `${date(ms(first.at))} ${shortTime(first.at)}`, who: who(first.actor) })}
            </b>
            {changed.map((one) => (
              <p key={`${one.path} ${one.unit}`}>
                {pathWords(one.path, one.unit)}: <del>{valueWord(one.old, one.path, codes, known)}</del>{' '}
                <b>{valueWord(one.new, one.path, codes, known)}</b>
              </p>
            ))}
            <p>{first.reason ? t('reports.because', { why: first.reason }) : t('reports.no-reason')}</p>
          </div>
        )
      })}
    </>
  )
}

function incidentWord(value: string, path: string, names: Names): string {
  if (path === 'type' || path === 'area') return names.of(path, value)
  if (path === 'state') return word('amended-state', value)
  return path === 'outcome' ? word('outcome', value) : value
}

/** Which sort of codes the last part of a path takes its values from. */
const SORTS: Readonly<Record<string, keyof Omit<Codes, 'forms'>>> = {
  'object.kind': 'object_kind',
  'object.construction': 'construction',
  'cause.cause': 'cause',
  'cause.thing': 'burnt_thing',
  agent: 'agent',
  source: 'source',
  measured: 'measured',
  outcome: 'victim_outcome',
  'obstacles.kind': 'obstacle',
}

function valueWord(value: Amendment['old'], path: string, codes: Codes, names: Names): string {
  if (value === null || value === undefined || value === '') return t('reports.unknown')
  if (typeof value === 'number') return number(value, value % 1 ? 1 : 0)
  if (typeof value === 'boolean') return t(value ? 'reports.yes' : 'reports.no')
  if (path.startsWith('jam.')) return time(value)
  if (isOfIncident(path)) return incidentWord(value, path, names)
  if (path === 'cause.basis')
    return t(value === 'investigated' ? 'reports.basis-investigated' : 'reports.basis-suspected')
  const plain = path.replace(/\.lines\.\d+/, '')
  const sort = SORTS[plain] ?? SORTS[plain.split('.').at(-1) ?? '']
  return sort ? codeName(codes[sort], value) : value
}
