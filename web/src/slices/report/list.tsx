// The reports: which are not done, what is missing in each, how complete it is and since when it waits.
import { useSignal } from '@preact/signals'
import { ago } from '../../kernel/age'
import { date, ms, now, shortTime, span } from '../../kernel/clock'
import { useView } from '../../kernel/device'
import { number, percent, t, word } from '../../kernel/i18n'
import { follow } from '../../kernel/router'
import { Choices } from '../../look/choices'
import { Sym } from '../../look/symbols'
import { useStandards } from '../intake/standards'
import { type Codes, useCodes } from './codes'
import type { ListRow } from './rows'
import { Refusals } from './sent'
import { gapWords } from './words'

const WHICH = ['open', 'signed', 'final', 'all', 'history'] as const
type Which = (typeof WHICH)[number]

/** What was copied from an archive waits for nobody and is asked for by itself. */
const fits: Readonly<Record<Exclude<Which, 'history'>, (row: ListRow) => boolean>> = {
  open: ({ state, exercise }) => !exercise && (state === 'draft' || state === 'checked'),
  signed: ({ state }) => state === 'signed',
  final: ({ state }) => state === 'final',
  all: () => true,
}

const DAY_MS = 86_400_000
/** 0: what waits, however old, and what is recent; the node says what that is. */
const PERIODS = [0, 31, 92, 366] as const
/** The newest so many are listed; what is older is found by its figures. */
const MOST = 500

export function Reports() {
  const which = useSignal<Which>('open')
  const days = useSignal<number>(0)
  const day = useSignal(Math.ceil(now.peek() / DAY_MS) * DAY_MS)
  const since = new Date(day.value - days.value * DAY_MS).toISOString().replace('Z', '+00:00')
  const view = useView(
    'report.list',
    { ...(days.value && { since }), history: 'false', limit: String(MOST) },
    { keep: true },
  )
  const codes = useCodes()
  const rows = view.rows.value
  const open = rows.filter(fits.open)
  const of = which.value
  const oldest = open.reduce<ListRow | undefined>(
    (old, row) => (old && old.opened_at <= row.opened_at ? old : row),
    undefined,
  )
  return (
    <main class="sheet1">
      <div class="ans">
        <div class={open.length ? 'big' : 'big none'}>
          {number(open.length)}
          <small> {t('reports.of-n', { n: number(rows.filter((row) => !row.exercise).length) })}</small>
        </div>
        <div>
          <h1>{t(open.length ? 'reports.to-do' : 'reports.all-done')}</h1>
          {oldest ? (
            <p>
              {t('reports.oldest', {
                number: oldest.number,
                ago: ago(now.value - ms(oldest.closed_at ?? oldest.opened_at)),
              })}
            </p>
          ) : null}
        </div>
      </div>
      <Refusals of={({ asked }) => asked.command.kind.startsWith('report.')} />
      <div class="bar">
        <Choices
          label={t('reports.which')}
          value={which.value}
          of={WHICH.map((one) => {
            const name = t(`reports.which-${one}`)
            return [one, one === 'history' ? name : `${name} ${number(rows.filter(fits[one]).length)}`] as const
          })}
          onPick={(one) => (which.value = one as Which)}
        />
        {of === 'history' ? null : (
          <div class="end">
            <Choices
              label={t('reports.period')}
              value={String(days.value)}
              of={PERIODS.map((n) => [String(n), n ? t('time.days', { n }) : t('reports.recent')] as const)}
              onPick={(n) => (days.value = Number(n))}
            />
          </div>
        )}
      </div>
      {of === 'history' ? (
        <History codes={codes} />
      ) : (
        <Lines rows={rows.filter(fits[of])} full={rows.length === MOST} state={view.state.value} codes={codes} />
      )}
    </main>
  )
}

/** What was copied from spreadsheets, of any time. */
function History({ codes }: { codes: Codes | undefined }) {
  const view = useView('report.list', { state: 'history', limit: String(MOST) }, { keep: true })
  const rows = view.rows.value
  return (
    <>
      <p class="hint">{t('reports.history-how')}</p>
      <Lines rows={rows} full={rows.length === MOST} state={view.state.value} codes={codes} />
    </>
  )
}

interface LinesProps {
  readonly rows: readonly ListRow[]
  /** Whether there may be more than are listed. */
  readonly full: boolean
  readonly state: string
  readonly codes: Codes | undefined
}

function Lines({ rows, full, state, codes }: LinesProps) {
  return (
    <>
      <ul class="reports">
        {rows.map((row) => (
          <li key={row.incident}>
            <ReportLine row={row} codes={codes} />
          </li>
        ))}
      </ul>
      {full ? <p class="hint">{t('reports.newest', { n: MOST })}</p> : null}
      {rows.length ? null : (
        <p class="hint">
          {t(state === 'live' ? 'reports.none' : state === 'failed' ? 'reports.not-reached' : 'desk.loading')}
        </p>
      )}
    </>
  )
}

function ReportLine({ row, codes }: { row: ListRow; codes: Codes | undefined }) {
  const standards = useStandards()
  const state = word('report-state', row.state)
  return (
    <a href={`/laporan/${encodeURIComponent(row.incident)}`} onClick={follow}>
      <Sym kind={standards.letterOf(row.type)} {...(row.exercise && { look: 'drill' as const })} />
      <span>
        <b>{row.number}</b> {row.type ? standards.nameOf(row.type) : t('reports.no-type')}
        <small>{row.place ?? row.area ?? t('reports.no-place')}</small>
      </span>
      <span>
        {state}
        {row.amendments ? `, ${t('reports.n-amendments', { n: row.amendments })}` : ''}
        <small>
          {date(ms(row.opened_at))} {row.timed ? shortTime(row.opened_at) : ''}
          {row.response_s === null ? '' : ` · ${span(row.response_s * 1000)}`}
        </small>
      </span>
      <span class="meter">
        <span class="strip" style={{ '--max': '1' }} aria-hidden="true">
          <i class="air" style={{ '--a': '0', '--b': String(row.completeness) }} />
        </span>
        <span class="num">
          <span class="sr">{t('reports.complete')} </span>
          {percent(row.completeness)}
        </span>
      </span>
      <small>{row.missing.length ? t('reports.missing', { what: gapWords(codes, row.missing) }) : ''}</small>
    </a>
  )
}
