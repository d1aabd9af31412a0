// One report: what the log wrote, what people judge, what is missing, who stands for it, and what was amended.
import { useEffect } from 'preact/hooks'
import { date, ms, shortTime } from '../../kernel/clock'
import type { Row } from '../../kernel/contract'
import { useDevice, useView } from '../../kernel/device'
import { number, percent, t, word } from '../../kernel/i18n'
import { useKeys } from '../../kernel/keys'
import { follow } from '../../kernel/router'
import { Glyph, Icon, Key } from '../../look/symbols'
import { useStandards } from '../intake/standards'
import { Acts } from './acts'
import { Amendments } from './amendments'
import { type Codes, codeName, useCodes } from './codes'
import { Facts, Response } from './facts'
import { guessReport } from './guess'
import { Inspections } from './inspections'
import type { Part } from './part'
import { LOSS } from './parts-loss'
import { CAUSE, OBJECT } from './parts-object'
import { PHOTOS } from './parts-photos'
import { OBSTACLES, SUMMARY, VOLUNTEERS, WATER } from './parts-scene'
import { VICTIMS } from './parts-victims'
import { PrintMenu } from './print'
import { WRITERS } from './roles'
import type { Report } from './rows'
import { SectionOf, signed } from './section'
import { Refusals, useSent } from './sent'
import { Victims } from './victims'
import { gapWords, sectionOf } from './words'

export const PARTS = [OBJECT, CAUSE, LOSS, VICTIMS, WATER, OBSTACLES, VOLUNTEERS, PHOTOS, SUMMARY] as const
const STEPS = ['draft', 'checked', 'signed', 'final'] as const
const COPIED = ['history', 'checked', 'signed', 'final'] as const

export function ReportPage({ id }: { id: string }) {
  const view = useView<'report.report', Report>('report.report', { incident: id }, { keep: true, guess: guessReport })
  const names = useView('access.names', {}, { keep: true }).rows.value
  const codes = useCodes()
  const standards = useStandards()
  const sent = useSent()
  const report = view.rows.value[0]
  const type = report?.response.type ? standards.nameOf(report.response.type) : t('reports.no-type')
  useEffect(() => {
    if (report) document.title = `${report.number} · ${t('reports.title')} · Siaga`
  }, [report?.number])
  if (!report || !codes)
    return (
      <main class="sheet1">
        <p class="hint">
          {t(
            view.state.value === 'live'
              ? 'reports.no-such'
              : view.state.value === 'failed'
                ? 'reports.not-reached'
                : 'desk.loading',
          )}
        </p>
      </main>
    )
  const stops = report.validation.filter((one) => one.severity === 'stops')
  return (
    <div class="page">
      <main class="doc">
        <a class="back-to" href="/laporan" onClick={follow}>
          <Icon name="left" /> {t('reports.all')}
        </a>
        <div class="ans">
          <div class="big">{percent(report.completeness)}</div>
          <div>
            <h1>{answer(report, stops.length)}</h1>
            <p>
              {[
                t('reports.of-incident', { number: report.number }),
                type,
                report.place ?? report.response.area ?? '',
                date(ms(report.response.opened_at)),
              ]
                .filter(Boolean)
                .join(' · ')}
              {report.exercise ? <b class="chip drill plan">{t('reports.exercise')}</b> : null}
            </p>
          </div>
          <div class="acts">
            <ToNext report={report} codes={codes} />
            <PrintMenu incident={id} />
          </div>
        </div>
        <Path report={report} names={names} />
        <p class="said-of" role="status">
          {sent.heard.value}
        </p>
        <Refusals of={({ asked }) => asked.command.incident === id} />
        <Amendments report={report} names={names} codes={codes} />
        <section class="s" aria-labelledby="from-log">
          <h2 id="from-log">
            {t('reports.from-log')} <span>{t('reports.from-log-how')}</span>
          </h2>
          <Response report={report} />
          <Facts report={report} sent={sent} />
        </section>
        <section class="s" aria-labelledby="by-people">
          <h2 id="by-people">
            {t('reports.by-people')} <span>{t('reports.by-people-how')}</span>
            <span class="end">
              {t('reports.n-of', {
                n: number(report.needed.length - report.missing.filter((gap) => gap !== 'type-missing').length),
                of: number(report.needed.length),
              })}
            </span>
          </h2>
          {ordered(report).map((part) => (
            <SectionOf
              key={part.id}
              part={part as unknown as Part<object>}
              report={report}
              codes={codes}
              sent={sent}
              stops={stops
                .filter((one) => sectionOf(one.field) === part.id)
                .map((one) => codeName(codes.gap, one.code))}
            />
          ))}
          <Victims report={report} codes={codes} sent={sent} />
        </section>
        <Inspections report={report} codes={codes} sent={sent} />
      </main>
      <aside aria-label={t('reports.standing')}>
        <div class="stick">
          <Meter report={report} />
          <Missing report={report} codes={codes} />
          <Acts report={report} sent={sent} />
          <Trail report={report} names={names} />
        </div>
      </aside>
    </div>
  )
}

/** What this sort of incident asks for comes first. */
const ordered = ({ needed }: Report) => [
  ...PARTS.filter((part) => needed.includes(part.id)),
  ...PARTS.filter((part) => !needed.includes(part.id)),
]

/** Where the report stands and what waits, in one sentence. */
function answer(report: Report, stops: number): string {
  if (report.state === 'final')
    return report.amendments.length
      ? t('reports.is-final-amended', { n: report.amendments.length })
      : t('reports.is-final')
  if (report.state === 'signed') return t('reports.is-signed')
  if (report.state === 'checked') return t('reports.is-checked')
  if (report.state === 'history') return t('reports.is-history')
  return stops ? t('reports.is-open', { n: stops }) : t('reports.is-complete')
}

type Names = readonly Row<'access.names'>[]
export const nameOf = (names: Names, actor: string) => names.find((one) => one.actor === actor)?.name ?? actor
const whenOf = (at: string) => `${date(ms(at))} ${shortTime(at)}`

/** The four states on one line, with who brought it to each. */
function Path({ report, names }: { report: Report; names: Names }) {
  const path: readonly string[] = report.history ? COPIED : STEPS
  const here = path.indexOf(report.state)
  return (
    <ol class="steps" aria-label={t('reports.path')}>
      {path.map((step, n) => {
        const done = n <= here ? report.steps.filter((one) => one.step === step).at(-1) : undefined
        return (
          <li key={step} class={n < here ? 'was' : ''} {...(n === here && { 'aria-current': 'step' as const })}>
            <b>{word('report-state', step)}</b>
            <span>
              {done ? `${nameOf(names, done.actor)}, ${whenOf(done.at)}` : n > here ? word('report-by', step) : ''}
            </span>
          </li>
        )
      })}
    </ol>
  )
}

function Meter({ report }: { report: Report }) {
  return (
    <section>
      <h2>
        {t('reports.complete')} <b class="end">{percent(report.completeness)}</b>
      </h2>
      <div class="strip l" style={{ '--max': '1' }} aria-hidden="true">
        <i class="air" style={{ '--a': '0', '--b': String(report.completeness) }} />
      </div>
    </section>
  )
}

function Missing({ report, codes }: { report: Report; codes: Codes }) {
  if (!report.validation.length) return null
  return (
    <section>
      <h2>{t('reports.still-missing')}</h2>
      <ul class="todo">
        {folded(report.validation).map(([one, n]) => (
          <li key={`${one.code} ${one.field}`}>
            <a
              href={`#${sectionOf(one.field)}`}
              onClick={(event) => {
                event.preventDefault()
                toSection(sectionOf(one.field))
              }}
            >
              {one.severity === 'stops' ? <Glyph name="watch" /> : <Glyph name="none" />}
              <span>
                {codeName(codes.gap, one.code)}
                {n > 1 ? ` (${number(n)})` : ''}
                <small>{t(one.severity === 'stops' ? 'reports.stops' : 'reports.warns')}</small>
              </span>
              <Icon name="right" />
            </a>
          </li>
        ))}
      </ul>
    </section>
  )
}

type Gap = Report['validation'][number]

/** The same thing missing in several boxes of a section is said once, with its count. */
function folded(gaps: readonly Gap[]): readonly (readonly [Gap, number])[] {
  const same = (one: Gap, other: Gap) => one.code === other.code && sectionOf(one.field) === sectionOf(other.field)
  return gaps
    .filter((one, n) => gaps.findIndex((other) => same(one, other)) === n)
    .map((one) => [one, gaps.filter((other) => same(one, other)).length] as const)
}

/** Brings a section into sight and its first box under the hands. */
export function toSection(section: string) {
  const found = document.getElementById(section) ?? document.getElementById('from-log')
  found?.scrollIntoView({ block: 'start' })
  found?.querySelector<HTMLElement>('input, select, textarea, button')?.focus({ preventScroll: true })
}

/** The next thing to mend, the same way as `N`. */
function ToNext({ report, codes }: { report: Report; codes: Codes }) {
  const device = useDevice()
  const next = report.validation.find((one) => one.severity === 'stops') ?? report.validation[0]
  const shown = next && !signed(report) && device.may(WRITERS)
  const there = () => next && toSection(sectionOf(next.field))
  useKeys(shown ? { n: there } : {})
  if (!shown) return null
  return (
    <button type="button" class="btn main" onClick={there}>
      {t('reports.to-next', { what: gapWords(codes, [next.code]) })} <Key>N</Key>
    </button>
  )
}

function Trail({ report, names }: { report: Report; names: Names }) {
  return (
    <section>
      <h2>{t('reports.trail')}</h2>
      <ol class="trail">
        {[...report.steps].reverse().map((one) => (
          <li key={`${one.step} ${one.at}`}>
            <Icon name={one.step === 'returned' ? 'undo' : 'check'} />
            <span>
              {word('report-step', one.step)}
              <small>
                {nameOf(names, one.actor)}, {whenOf(one.at)}
              </small>
              {one.post ? <small>{t('reports.as', { what: word('role', one.post) })}</small> : null}
              {one.step !== 'returned' && !one.current ? <small>{t('reports.before-change')}</small> : null}
              {one.reason ? <small>{one.reason}</small> : null}
            </span>
          </li>
        ))}
        <li>
          <Icon name="list" />
          <span>
            {t(report.history ? 'reports.copied' : 'reports.drafted')}
            {report.history ? <small>{report.history.source ?? t('reports.erased')}</small> : null}
            <small>{whenOf(report.history?.at ?? report.response.ended_at ?? report.response.opened_at)}</small>
          </span>
        </li>
      </ol>
      {report.digest ? (
        <p class="seal">
          <span class="sr">{t('reports.digest')} </span>
          {report.digest}
        </p>
      ) : null}
    </section>
  )
}
