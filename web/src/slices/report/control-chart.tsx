// A control chart: month by month, with the limits of chance. What lies within them is not better or worse, only chance.
import { useSignal } from '@preact/signals'
import type { Row } from '../../kernel/contract'
import { useView } from '../../kernel/device'
import { number, t, word } from '../../kernel/i18n'
import { Choices } from '../../look/choices'
import { monthWords, seconds, share } from './spm-words'

type Chart = Row<'report.control'>
type Point = Chart['points'][number]
type Measured = 'share' | 'mean' | 'p80' | 'fire' | 'rescue' | 'late'
const MEASURES: readonly Measured[] = ['share', 'mean', 'p80', 'fire', 'rescue', 'late']
const MONTHS = 24

export function ControlChart({ until }: { until: string }) {
  const measure = useSignal<Measured>('share')
  const view = useView('report.control', { measure: measure.value, until, months: String(MONTHS) }, { keep: true })
  const chart = view.rows.value[0]
  const known = chart?.points.filter((point) => point.value !== null) ?? []
  return (
    <>
      <Choices
        label={t('spm.chart-of')}
        value={measure.value}
        of={MEASURES.map((one) => [one, word('spm-chart', one)] as const)}
        onPick={(one) => (measure.value = one as Measured)}
      />
      {chart && known.length ? (
        <Drawn chart={chart} />
      ) : (
        <p class="hint">
          {t(view.state.value === 'failed' ? 'reports.not-reached' : chart ? 'spm.nothing' : 'desk.loading')}
        </p>
      )}
    </>
  )
}

/** A value as people read it. */
function said(measure: string, value: number | null): string {
  if (value === null) return '–'
  if (measure === 'share') return share(value)
  if (measure === 'mean' || measure === 'p80') return seconds(value)
  if (measure === 'late') return t('time.days', { n: number(value, 1) })
  return number(value, 2)
}

const label = (chart: Chart, point: Point) => (chart.measure === 'late' ? point.key : monthWords(point.key, 'short'))

/** The highest of the axis: round, and above everything that is drawn. */
function top({ measure, points }: Chart): number {
  if (measure === 'share') return 1
  const highest = Math.max(...points.flatMap((point) => [point.value ?? 0, point.high ?? 0]), Number.EPSILON)
  const unit = measure === 'mean' || measure === 'p80' ? 300 : 10 ** Math.floor(Math.log10(highest))
  return Math.ceil(highest / unit) * unit
}

function Drawn({ chart }: { chart: Chart }) {
  const { points, measure, centre } = chart
  const max = top(chart)
  const x = (n: number) => ((n + 0.5) / points.length) * 100
  const y = (value: number) => 100 - (value / max) * 100
  const signals = points.filter((point) => point.signal)
  /** A limit steps from month to month: each rests on its own number of incidents. */
  const limit = (side: 'low' | 'high') =>
    points
      .map((point, n) => {
        const at = point[side]
        return at === null ? '' : `M${(n / points.length) * 100} ${y(at)}H${((n + 1) / points.length) * 100}`
      })
      .join('')
  const line = points
    .map((point, n) =>
      point.value === null ? '' : `${n && points[n - 1]?.value !== null ? 'L' : 'M'}${x(n)} ${y(point.value)}`,
    )
    .join('')
  return (
    <>
      <p class="chart-says" role="status">
        {chart.too_few
          ? t('spm.chart-few')
          : signals.length
            ? signals
                .map((point) =>
                  t('spm.chart-signal', { at: label(chart, point), what: word('spm-signal', point.signal) }),
                )
                .join(' ')
            : t('spm.chart-calm')}
      </p>
      <div class="chart" role="img" aria-label={t('spm.chart-label', { what: word('spm-chart', measure) })}>
        <span class="y top">{said(measure, max)}</span>
        <span class="y low">{said(measure, 0)}</span>
        <div class="plot">
          <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
            {centre === null ? null : <path class="centre" d={`M0 ${y(centre)}H100`} />}
            <path class="limits" d={`${limit('low')}${limit('high')}`} />
            <path class="line" d={line} />
          </svg>
          {points.map((point, n) =>
            point.value === null ? (
              <i key={point.key} class="gone" style={{ '--x': String(x(n)) }} />
            ) : (
              <i
                key={point.key}
                class={point.signal ? 'pt out' : 'pt'}
                style={{ '--x': String(x(n)), '--y': String(y(point.value)) }}
              />
            ),
          )}
        </div>
        <div class="x">
          {points.map((point, n) =>
            n % Math.ceil(points.length / 8) === 0 ? (
              <span key={point.key} style={{ '--x': String(x(n)) }}>
                {label(chart, point)}
              </span>
            ) : null,
          )}
        </div>
      </div>
      <div class="legend">
        <span>
          <i class="swatch k-centre" />
          {t('spm.centre', { value: said(measure, centre) })}
        </span>
        {chart.too_few ? null : (
          <span>
            <i class="swatch k-limits" />
            {t('spm.limits')}
          </span>
        )}
        {points.some((point) => point.value === null) ? (
          <span>
            <i class="swatch k-gone" />
            {t('spm.no-data')}
          </span>
        ) : null}
      </div>
      <details>
        <summary class="btn bare">{t('spm.chart-table')}</summary>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{t('spm.month')}</th>
              <th scope="col" class="num">
                {t('spm.value')}
              </th>
              <th scope="col" class="num">
                {t('spm.limits')}
              </th>
              <th scope="col" class="num">
                n
              </th>
            </tr>
          </thead>
          <tbody>
            {points.map((point) => (
              <tr key={point.key}>
                <th scope="row">{label(chart, point)}</th>
                <td class="num">
                  {point.value === null
                    ? t(point.recorded ? 'spm.no-data' : 'spm.not-recorded')
                    : said(measure, point.value)}
                </td>
                <td class="num">
                  {point.low === null || point.high === null
                    ? ''
                    : `${said(measure, point.low)}–${said(measure, point.high)}`}
                </td>
                <td class="num">{number(point.n)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  )
}
