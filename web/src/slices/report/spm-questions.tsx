// Questions in plain words: where were we late and why, where the time of a response goes, what held the crews up.
import { useView } from '../../kernel/device'
import { number, t, word } from '../../kernel/i18n'
import { follow } from '../../kernel/router'
import { codeName, useCodes } from './codes'
import { bounds, Scrolls } from './spm-measure'
import { type Names, type Spm, seconds } from './spm-words'

const PARTS = ['answering', 'handling', 'turnout', 'travel', 'action'] as const

/** Each part of the response with its middle and the time nine of ten stay under. */
export function Parts({ spm }: { spm: Spm }) {
  const view = useView('report.figures', { since: spm.since, until: spm.until, by: 'all' }, { keep: true })
  const row = view.rows.value[0]
  if (!row?.incidents) return null
  const shown = [...PARTS.map((part) => [part, row.parts[part]] as const), ['total', row.total] as const]
  const max = Math.max((spm.rules.limit_s ?? 900) / 60, (row.total.p90?.value ?? 0) / 60) * 1.1
  return (
    <section class="s" aria-labelledby="parts-head">
      <h2 id="parts-head">
        {t('spm.parts')} <span>{t('spm.parts-how')}</span>
      </h2>
      <Scrolls label={t('spm.parts')}>
        <table class="table parts">
          <thead>
            <tr>
              <th scope="col">{t('spm.part')}</th>
              <td />
              <th scope="col" class="num">
                {t('spm.middle')}
              </th>
              <th scope="col" class="num">
                {t('spm.percentile', { n: 90 })}
              </th>
              <th scope="col" class="num">
                {t('spm.mean')}
              </th>
              <th scope="col" class="num">
                n
              </th>
              <th scope="col" class="num">
                {t('spm.no-time')}
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map(([part, of]) =>
              of ? (
                <tr key={part} class={part === 'total' ? 'total' : ''}>
                  <th scope="row">{word('spm-part', part)}</th>
                  <td aria-hidden="true">
                    <span class="strip" style={{ '--max': String(max) }}>
                      {of.p50 ? (
                        <i
                          class={part === 'total' ? 'air' : 'wait'}
                          style={{ '--a': '0', '--b': String(of.p50.value / 60) }}
                        />
                      ) : null}
                      {of.p90 ? <i class="p9" style={{ '--a': String(of.p90.value / 60) }} /> : null}
                      {part === 'total' ? (
                        <i class="lim" style={{ '--a': String((spm.rules.limit_s ?? 900) / 60) }} />
                      ) : null}
                    </span>
                  </td>
                  <td class="num">
                    <b>{seconds(of.p50?.value)}</b> <small>{of.p50 ? bounds(of.p50) : ''}</small>
                  </td>
                  <td class="num">{seconds(of.p90?.value)}</td>
                  <td class="num">{seconds(of.mean)}</td>
                  <td class="num">{number(of.n)}</td>
                  <td class="num">{number(of.missing + of.odd)}</td>
                </tr>
              ) : null,
            )}
          </tbody>
        </table>
      </Scrolls>
    </section>
  )
}

/** Reasons a code of a unit missing may have besides: `no-fit-unit`, `overruled`, … */
export function Questions({ spm, names }: { spm: Spm; names: Names }) {
  const view = useView('report.questions', { since: spm.since, until: spm.until }, { keep: true })
  const codes = useCodes()
  const row = view.rows.value[0]
  if (!row) return null
  const listed = Object.entries(row.reasons).sort(([, a], [, b]) => b - a)
  const obstacles = Object.entries(row.obstacles).sort(([, a], [, b]) => b - a)
  const missing = Object.entries(row.missing_by_station).sort(([, a], [, b]) => b - a)
  return (
    <section class="s" aria-labelledby="late-head">
      <h2 id="late-head">
        {t('spm.late-why')} <span>{t('spm.late-how')}</span>
        <span class="end">{t('spm.late-of', { n: number(row.late), of: number(row.counted) })}</span>
      </h2>
      {row.late ? (
        <>
          <ul class="why">
            {listed.map(([reason, n]) => (
              <li key={reason}>
                <b>{number(n)}</b> {word('spm-reason', reason)}
              </li>
            ))}
            {row.unexplained ? (
              <li>
                <b>{number(row.unexplained)}</b> {t('spm.unexplained')}
              </li>
            ) : null}
          </ul>
          <Scrolls label={t('spm.late-why')}>
            <table class="table incidents">
              <thead>
                <tr>
                  <th scope="col">{t('spm.number')}</th>
                  <th scope="col">{t('spm.where')}</th>
                  <th scope="col">{t('spm.why')}</th>
                  <th scope="col" class="num">
                    {t('spm.time')}
                  </th>
                </tr>
              </thead>
              <tbody>
                {row.incidents.map((one) => (
                  <tr key={one.incident}>
                    <th scope="row">
                      <a href={`/laporan/${encodeURIComponent(one.incident)}`} onClick={follow}>
                        {one.number}
                      </a>
                    </th>
                    <td>
                      {names.area(one.area)}
                      {one.station ? <small>{names.station(one.station)}</small> : null}
                    </td>
                    <td>
                      {one.reasons.length
                        ? one.reasons.map((reason) => word('spm-reason', reason)).join(', ')
                        : t('spm.unexplained')}
                      {one.obstacles.length ? (
                        <small>{one.obstacles.map((kind) => codeName(codes?.obstacle ?? [], kind)).join(', ')}</small>
                      ) : null}
                    </td>
                    <td class="num">{seconds(one.seconds)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scrolls>
        </>
      ) : (
        <p class="hint">{t(row.counted ? 'spm.none-late' : 'spm.nothing')}</p>
      )}
      {obstacles.length ? (
        <>
          <h3>{t('spm.obstacles')}</h3>
          <ul class="why">
            {obstacles.map(([kind, n]) => (
              <li key={kind}>
                <b>{number(n)}</b> {codeName(codes?.obstacle ?? [], kind)}
              </li>
            ))}
          </ul>
        </>
      ) : null}
      {Object.keys(row.calls).length ? (
        <>
          <h3>{t('spm.calls')}</h3>
          <Counts
            of={row.calls}
            words={(one) => (one === 'unsaid' ? t('spm.call-unsaid') : word('call-outcome', one))}
          />
          <Counts of={row.channels} words={(one) => word('channel', one)} />
        </>
      ) : null}
      {row.water.length ? (
        <>
          <h3>{t('spm.water')}</h3>
          <ul class="why">
            {row.water.map((one) => (
              <li key={one.source}>
                <b>{one.source}</b> {t('spm.water-failed', { n: number(one.failed), of: number(one.tried) })}
              </li>
            ))}
          </ul>
        </>
      ) : null}
      {missing.length ? (
        <>
          <h3>{t('spm.missing-where')}</h3>
          <ul class="why">
            {missing.map(([station, n]) => (
              <li key={station}>
                <b>{number(n)}</b> {names.station(station || null)}
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </section>
  )
}

/** So many of each, the most first. */
function Counts({ of, words }: { of: Readonly<Record<string, number>>; words(one: string): string }) {
  return (
    <ul class="why">
      {Object.entries(of)
        .sort(([, a], [, b]) => b - a)
        .map(([one, n]) => (
          <li key={one}>
            <b>{number(n)}</b> {words(one)}
          </li>
        ))}
    </ul>
  )
}
