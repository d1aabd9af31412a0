// SPM: the answer first, persons and incidents apart; then what it rests on, where it differs, and what is to be sent.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { date, ms, now, zone } from '../../kernel/clock'
import { useDevice, useView } from '../../kernel/device'
import { number, t, word } from '../../kernel/i18n'
import { useKeys } from '../../kernel/keys'
import { go, page } from '../../kernel/router'
import { Choices } from '../../look/choices'
import { Icon } from '../../look/symbols'
import { ControlChart } from './control-chart'
import { asked, nameOfPeriod, type Period, periodOf, quarterAt, step } from './period'
import { periodPaper } from './print'
import { Refusals, useSent } from './sent'
import { Dots, type Filter, Incidents } from './spm-incidents'
import { fewWords, Groups, Pairs } from './spm-measure'
import { Quality } from './spm-quality'
import { Quarters } from './spm-quarters'
import { Parts, Questions } from './spm-questions'
import { Unrecorded } from './spm-recorded'
import { CountingRules, NotCounted, PublicPage } from './spm-rules'
import { type By, between, pairWords, periodWords, type Spm, share, useNames } from './spm-words'

const BYS: readonly By[] = ['month', 'area', 'type', 'station', 'hour']
const EXPORTERS = ['reporter', 'shift-leader', 'administrator', 'planner', 'coordinator']
/** Sheets to type from into other people's systems. */
const SHEETS = ['espm', 'sipadam'] as const
const FILES = ['xlsx', 'csv', 'geojson'] as const

/** Today where the agency is. */
const today = () => new Intl.DateTimeFormat('en-CA', { timeZone: zone.value }).format(now.peek())

export function SpmPage() {
  const period = periodOf(page.value) ?? quarterAt(today())
  const name = nameOfPeriod(period)
  const to = (next: Period) => go(`/laporan/spm#${nameOfPeriod(next)}`)
  const view = useView('report.spm', asked(period), { keep: true })
  const filter = useSignal<Filter>({ show: 'counted' })
  const sent = useSent()
  const spm = view.rows.value[0]
  useKeys({ ArrowLeft: () => to(step(period, -1)), ArrowRight: () => to(step(period, 1)) })
  useEffect(() => {
    document.title = `SPM ${name} · Siaga`
    filter.value = { show: 'counted' }
  }, [name])
  function show(next: Filter) {
    filter.value = next
    document.getElementById('incidents')?.scrollIntoView({ block: 'start' })
  }
  return (
    <div class="page spm">
      <main class="doc">
        <PeriodBar period={period} spm={spm} onPick={to} />
        {spm ? (
          <Figures
            spm={spm}
            period={period}
            filter={filter.value}
            onFilter={(next) => (filter.value = next)}
            onShow={show}
            onPeriod={to}
          />
        ) : (
          <p class="hint">{t(view.state.value === 'failed' ? 'reports.not-reached' : 'desk.loading')}</p>
        )}
      </main>
      <aside aria-label={t('spm.beside')}>
        <div class="beside">
          <p class="said-of" role="status">
            {sent.heard.value}
          </p>
          <Refusals
            of={({ asked }) =>
              /^report\.(record-sending|state-quality|choose-counting-rules|publish-figures)$/.test(asked.command.kind)
            }
          />
          <Quarters period={period} sent={sent} onPick={to} />
          {spm ? (
            <>
              <NotCounted spm={spm} onShow={(what) => show({ show: what })} />
              <Quality key={name} spm={spm} sent={sent} />
              <CountingRules spm={spm} sent={sent} />
              <PublicPage sent={sent} />
            </>
          ) : null}
        </div>
      </aside>
    </div>
  )
}

type BarProps = { period: Period; spm: Spm | undefined; onPick(period: Period): void }

/** Which time, one back or on, and the files of it. */
function PeriodBar({ period, spm, onPick }: BarProps) {
  const device = useDevice()
  const { year, quarter = 0, month } = period
  const range = spm && new URLSearchParams({ since: spm.since, until: spm.until })
  return (
    <div class="bar">
      <button type="button" class="btn icon" aria-label={t('spm.before')} onClick={() => onPick(step(period, -1))}>
        <span class="flip">
          <Icon name="chev" />
        </span>
      </button>
      <b class="period">{periodWords(period)}</b>
      <button type="button" class="btn icon" aria-label={t('spm.after')} onClick={() => onPick(step(period, 1))}>
        <Icon name="chev" />
      </button>
      <Choices
        label={t('spm.period')}
        value={month ? '' : String(quarter)}
        of={[
          ['1', 'I'],
          ['2', 'II'],
          ['3', 'III'],
          ['4', 'IV'],
          ['0', t('spm.year')],
        ]}
        onPick={(one) => onPick(one === '0' ? { year } : { year, quarter: Number(one) })}
      />
      <div class="end">
        <details class="print-menu">
          <summary class="btn">
            <Icon name="print" /> {t('spm.take')}
          </summary>
          <div class="more-list">
            {month ? null : (
              <a class="btn" href={periodPaper(nameOfPeriod(period), 'spm')} target="_blank" rel="noopener">
                {t('spm.paper-spm')}
              </a>
            )}
            {quarter ? null : (
              <a class="btn" href={periodPaper(nameOfPeriod(period), 'rekap')} target="_blank" rel="noopener">
                {t('spm.paper-rekap')}
              </a>
            )}
            {month || !device.may(EXPORTERS)
              ? null
              : SHEETS.map((to) => (
                  <a key={to} class="btn" href={`/api/exports/${to}/${nameOfPeriod(period)}.xlsx`} download>
                    {t('spm.sheet-for', { to: word('spm-to', to === 'espm' ? 'e-spm' : to) })}
                  </a>
                ))}
            {range && device.may(EXPORTERS)
              ? FILES.map((file) => (
                  <a key={file} class="btn" href={`/api/exports/incidents.${file}?${range}`} download>
                    {t('spm.file', { what: file.toUpperCase() })}
                  </a>
                ))
              : null}
          </div>
        </details>
      </div>
    </div>
  )
}

type FiguresProps = {
  spm: Spm
  period: Period
  filter: Filter
  onFilter(next: Filter): void
  onShow(next: Filter): void
  onPeriod(next: Period): void
}

function Figures({ spm, period, filter, onFilter, onShow, onPeriod }: FiguresProps) {
  const names = useNames()
  const by = useSignal<By>('area')
  const pick = (key: string) => {
    const sort = by.value
    if (sort === 'month') onPeriod(periodOf(key) ?? period)
    else if (sort !== 'hour') onShow({ show: 'counted', by: sort, key })
  }
  return (
    <>
      <Answer spm={spm} period={period} />
      <Unrecorded spm={spm} />
      <section class="s" aria-labelledby="times-head">
        <h2 id="times-head">
          {t('spm.times')} <span>{t('spm.times-how')}</span>
        </h2>
        <Pairs spm={spm} />
      </section>
      <Dots period={period} spm={spm} names={names} />
      <section class="s" aria-labelledby="groups-head">
        <h2 id="groups-head">
          {t('spm.groups')} <span>{t('spm.groups-how')}</span>
        </h2>
        <div class="bar">
          <Choices
            label={t('spm.groups')}
            value={by.value}
            of={BYS.map((one) => [one, word('spm-by', one)] as const)}
            onPick={(one) => (by.value = one as By)}
          />
        </div>
        <Groups by={by.value} groups={spm.by[by.value]} names={names} {...(by.value !== 'hour' && { onPick: pick })} />
        {spm.by[by.value].some((group) => group.pooled) ? (
          <div class="legend">
            <span>
              <i class="swatch k-pt" />
              {t('spm.own-share')}
            </span>
            <span>
              <i class="swatch k-drawn" />
              {t('spm.pooled')}
            </span>
          </div>
        ) : null}
      </section>
      <section class="s" aria-labelledby="chart-head">
        <h2 id="chart-head">
          {t('spm.chart')} <span>{t('spm.chart-how')}</span>
        </h2>
        <ControlChart until={spm.until} />
      </section>
      <Parts spm={spm} />
      <Questions spm={spm} names={names} />
      <Incidents period={period} filter={filter} names={names} onFilter={onFilter} />
    </>
  )
}

const sentence = (words: string) =>
  `${words.slice(0, 1).toUpperCase()}${words.slice(1)}${words.endsWith('.') ? '' : '.'}`

/** Persons first, as the standard counts; incidents beside them under their own name. */
function Answer({ spm, period }: { spm: Spm; period: Period }) {
  const { people, main } = spm
  const minutes = (spm.rules.limit_s ?? 900) / 60
  return (
    <>
      <div class="ans">
        <div class={people.must ? 'big' : 'big none'}>
          {people.must ? number(people.served) : '–'}
          {people.must ? <small> {t('reports.of-n', { n: number(people.must) })}</small> : null}
        </div>
        <div class="more">
          <h1>{people.must ? t('spm.people', { share: share(people.share) }) : t('spm.no-people')}</h1>
          <p>
            {[
              people.must
                ? t('spm.people-are', { victims: number(people.must_victims), affected: number(people.must_affected) })
                : '',
              people.unproved ? t('spm.unproved', { n: number(people.unproved) }) : '',
              people.unsaid ? t('spm.people-unsaid', { n: people.unsaid }) : '',
            ]
              .filter(Boolean)
              .join(' ')}
          </p>
        </div>
      </div>
      <div class="ans second">
        <div class={main.n ? 'big' : 'big none'}>
          {main.n ? number(main.within) : '–'}
          {main.n ? <small> {t('reports.of-n', { n: number(main.n) })}</small> : null}
        </div>
        <div class="more">
          <h2>
            {main.n
              ? t('spm.incidents-in', { n: minutes, share: share(main.share) })
              : t('spm.no-incidents', { period: periodWords(period) })}
          </h2>
          <p>
            {[
              pairWords(spm.pair),
              main.enough && main.n
                ? t('spm.true-share', { n: main.n, between: between(main.low, main.high) })
                : fewWords(main),
              main.missing ? t('spm.bounds', { n: main.missing, between: between(main.lowest, main.highest) }) : '',
            ]
              .filter(Boolean)
              .map(sentence)
              .join(' ')}
          </p>
          <p class="hint">{t('spm.of-period', { from: date(ms(spm.since)), until: date(ms(spm.until) - 1) })}</p>
        </div>
      </div>
    </>
  )
}
