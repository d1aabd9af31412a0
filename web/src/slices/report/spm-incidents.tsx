// The incidents behind a figure, counted or not and why, each one click away; and a mark for each on one axis.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { date, ms, shortTime, span } from '../../kernel/clock'
import type { Row } from '../../kernel/contract'
import { useView } from '../../kernel/device'
import { number, t, word } from '../../kernel/i18n'
import { follow } from '../../kernel/router'
import { Choices } from '../../look/choices'
import { Glyph } from '../../look/symbols'
import { useStandards } from '../intake/standards'
import { asked, type Period } from './period'
import { Scrolls } from './spm-measure'
import type { Names, Spm } from './spm-words'

type Line = Row<'report.spm-incidents'>
export type Show = 'all' | 'counted' | 'late' | 'missing' | 'excluded'
const SHOWS: readonly Show[] = ['counted', 'late', 'missing', 'excluded', 'all']

/** What of a period is listed: one sort of incidents, of one area, type or station if one was chosen. */
export type Filter = { readonly show: Show; readonly by?: 'area' | 'type' | 'station'; readonly key?: string }

/** So many are listed at a time, and more than so many marks are none. */
const MOST = 100
const DRAWN = 250

type Props = { period: Period; filter: Filter; names: Names; onFilter(next: Filter): void }

export function Incidents({ period, filter, names, onFilter }: Props) {
  const standards = useStandards()
  const first = useSignal(0)
  const what = JSON.stringify([period, filter])
  useEffect(() => {
    first.value = 0
  }, [what])
  const view = useView(
    'report.spm-incidents',
    {
      ...asked(period),
      show: filter.show,
      first: String(first.value),
      most: String(MOST),
      ...(filter.by && filter.key && { [filter.by]: filter.key }),
    },
    { keep: true },
  )
  const rows = view.rows.value
  return (
    <section class="s" id="incidents" aria-labelledby="incidents-head">
      <h2 id="incidents-head">
        {t('spm.incidents')} {filter.by && filter.key ? <span>{names.of(filter.by, filter.key)}</span> : null}
      </h2>
      <div class="bar">
        <Choices
          label={t('spm.show')}
          value={filter.show}
          of={SHOWS.map((one) => [one, word('spm-show', one)] as const)}
          onPick={(one) => onFilter({ ...filter, show: one as Show })}
        />
        {filter.by ? (
          <button type="button" class="btn" onClick={() => onFilter({ show: filter.show })}>
            {t('spm.all-places')}
          </button>
        ) : null}
      </div>
      {rows.length ? (
        <Scrolls label={t('spm.incidents')}>
          <table class="table incidents">
            <thead>
              <tr>
                <th scope="col">{t('spm.number')}</th>
                <th scope="col">{t('spm.when')}</th>
                <th scope="col">{t('spm.what')}</th>
                <th scope="col">{t('spm.state')}</th>
                <th scope="col" class="num">
                  {t('spm.ready')}
                </th>
                <th scope="col" class="num">
                  {t('spm.arrived')}
                </th>
                <th scope="col" class="num">
                  {t('spm.persons')}
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.incident}>
                  <th scope="row">
                    <a href={`/laporan/${encodeURIComponent(row.incident)}`} onClick={follow}>
                      {row.number}
                    </a>
                  </th>
                  <td class="nowrap">
                    {date(ms(row.opened_at))} {shortTime(row.opened_at)}
                  </td>
                  <td>
                    {row.type ? standards.nameOf(row.type) : t('reports.no-type')}, {names.area(row.area ?? null)}
                  </td>
                  <td>{standing(row)}</td>
                  <td class="num" data-of={t('spm.ready')}>
                    {time(row.ready_s)}
                  </td>
                  <td class="num" data-of={t('spm.arrived')}>
                    {time(row.arrived_s)}
                  </td>
                  <td class="num" data-of={t('spm.persons')}>
                    {row.must === null
                      ? t('spm.unsaid')
                      : t('spm.of', {
                          n: row.served === null ? '?' : number(row.served ?? 0),
                          of: number(row.must ?? 0),
                        })}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scrolls>
      ) : (
        <p class="hint">
          {t(
            view.state.value === 'live'
              ? 'spm.nothing'
              : view.state.value === 'failed'
                ? 'reports.not-reached'
                : 'desk.loading',
          )}
        </p>
      )}
      {first.value || rows.length === MOST ? (
        <div class="bar">
          <button
            type="button"
            class="btn"
            disabled={!first.value}
            onClick={() => (first.value = Math.max(0, first.value - MOST))}
          >
            {t('spm.previous')}
          </button>
          <span>{t('spm.from-to', { from: number(first.value + 1), to: number(first.value + rows.length) })}</span>
          <button type="button" class="btn" disabled={rows.length < MOST} onClick={() => (first.value += MOST)}>
            {t('spm.next')}
          </button>
        </div>
      ) : null}
    </section>
  )
}

const time = (s: number | null | undefined) => (s === null || s === undefined ? t('spm.none') : span(s * 1000))

function standing(row: Line) {
  if (row.excluded) return word('spm-excluded', row.excluded)
  if (row.missing)
    return (
      <span class="eyes">
        <Glyph name="watch" /> {word('spm-missing', row.missing)}
      </span>
    )
  return row.within ? (
    t('spm.in-time')
  ) : (
    <span class="eyes">
      <Glyph name="watch" /> {t('spm.late')}
    </span>
  )
}

/** One mark for each incident counted, by area, on an axis of minutes with the limit: a triangle was late. */
export function Dots({ period, spm, names }: { period: Period; spm: Spm; names: Names }) {
  const few = spm.main.n > 0 && spm.main.n <= DRAWN
  const view = useView(
    'report.spm-incidents',
    { ...asked(period), show: 'counted', most: few ? String(DRAWN) : '1' },
    { keep: true },
  )
  const rows = few ? view.rows.value : []
  if (!few || !rows.length) return null
  const ready = spm.pair === 'answered:ready-to-serve'
  const limit = spm.rules.limit_s ?? 900
  const timed = rows.flatMap((row) => {
    const s = ready ? row.ready_s : row.arrived_s
    return s === null || s === undefined
      ? []
      : [{ incident: row.incident, area: row.area ?? null, number: row.number, s }]
  })
  const max = Math.max(limit * (5 / 3), ...timed.map((one) => one.s))
  const areas = [...new Set(timed.map((one) => one.area))].sort((a, b) => names.area(a).localeCompare(names.area(b)))
  const place = (s: number) => ({ '--v': String((s / max) * 100) })
  const marks = [0, 5, 10, 15, 20, 25, 30, 45, 60].filter(
    (minute) => minute * 60 <= max && (minute * 60 === limit || Math.abs(minute * 60 - limit) > max / 12),
  )
  return (
    <section class="s" aria-labelledby="dots-head">
      <h2 id="dots-head">
        {t('spm.each')} <span>{t('spm.each-how')}</span>
      </h2>
      <div class="dots-of">
        {areas.map((area) => {
          const here = timed.filter((one) => one.area === area)
          return (
            <div class="dr" key={area ?? ''}>
              <span>{names.area(area)}</span>
              <span class="dots">
                <i class="lim" style={place(limit)} />
                {here.map((one) => (
                  <a
                    key={one.incident}
                    tabIndex={-1}
                    class={one.s > limit ? 'd late' : 'd'}
                    style={place(one.s)}
                    title={`${one.number} · ${span(one.s * 1000)}`}
                    href={`/laporan/${encodeURIComponent(one.incident)}`}
                    onClick={follow}
                  >
                    <span class="sr">{`${one.number} ${span(one.s * 1000)}`}</span>
                  </a>
                ))}
              </span>
              <span class="num">
                <b>{number(here.filter((one) => one.s <= limit).length)}</b>{' '}
                {t('reports.of-n', { n: number(here.length) })}
              </span>
            </div>
          )
        })}
        <div class="dr axis" aria-hidden="true">
          <span />
          <span class="scale" style={{ '--max': '100' }}>
            {marks.map((minute) => (
              <span key={minute} style={{ '--a': String(((minute * 60) / max) * 100) }}>
                {minute * 60 === limit ? <b>{t('time.minutes', { n: minute })}</b> : minute}
              </span>
            ))}
          </span>
          <span />
        </div>
      </div>
    </section>
  )
}
