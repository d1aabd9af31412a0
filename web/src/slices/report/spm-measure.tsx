// A share in time as it is drawn everywhere: counts first, its interval always, and "too few to tell" where it is so.
import { number, t, word } from '../../kernel/i18n'
import {
  type By,
  between,
  type Group,
  type Measure,
  type Names,
  pairWords,
  type Spm,
  seconds,
  share,
} from './spm-words'

const at = (of: number | null | undefined) => String((of ?? 0) * 100)

/** The interval as a bar on an axis from 0 to 100 %, the share as its point; pooled with the others as a diamond. */
export function IntervalBar({ of, pooled }: { of: Measure; pooled?: Group['pooled'] | undefined }) {
  if (of.share === null) return <span class="ci" />
  return (
    <span class="ci" aria-hidden="true">
      <i class="bar-of" style={{ '--a': at(of.low), '--b': at(of.high) }} />
      {pooled ? <i class="drawn" style={{ '--a': at(pooled.share) }} /> : null}
      <i class="pt" style={{ '--a': at(of.share) }} />
    </span>
  )
}

/** `19 dari 22`. */
export const Of = ({ of }: { of: Measure }) => (
  <span class="num">
    <b>{number(of.within)}</b> {t('reports.of-n', { n: number(of.n) })}
  </span>
)

export const fewWords = (of: Measure) => (of.enough ? '' : word('spm-few', of.why))

/** Both pairs side by side, each with its own figures: never mixed. */
export function Pairs({ spm }: { spm: Spm }) {
  const rows = [
    [spm.pair, spm.main],
    [spm.second_pair, spm.second],
  ] as const
  return (
    <Scrolls label={t('spm.times')}>
      <table class="table figures">
        <thead>
          <tr>
            <th scope="col">{t('spm.pair')}</th>
            <th scope="col" class="num">
              {t('spm.within', { n: (spm.rules.limit_s ?? 900) / 60 })}
            </th>
            <th scope="col" class="num">
              {t('spm.interval')}
            </th>
            <th scope="col" class="num">
              {t('spm.mean')}
            </th>
            {([50, 80, 90] as const).map((n) => (
              <th scope="col" class="num" key={n}>
                {t('spm.percentile', { n })}
              </th>
            ))}
            <th scope="col" class="num">
              {t('spm.longest')}
            </th>
            <th scope="col" class="num">
              {t('spm.no-time')}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([pair, of], n) => (
            <tr key={pair}>
              <th scope="row">
                {pairWords(pair)}
                <small>{t(n ? 'spm.second-pair' : 'spm.main-pair')}</small>
              </th>
              <td class="num" data-of={t('spm.within', { n: (spm.rules.limit_s ?? 900) / 60 })}>
                <Of of={of} /> <small>{share(of.share)}</small>
              </td>
              <td class="num" data-of={t('spm.interval')}>
                {between(of.low, of.high)}
              </td>
              <td class="num" data-of={t('spm.mean')}>
                {seconds(of.mean)}
              </td>
              {[of.p50, of.p80, of.p90].map((p, at) => (
                <td class="num" key={String(at)} data-of={t('spm.percentile', { n: [50, 80, 90][at] ?? 0 })}>
                  {seconds(p?.value)}
                  <small>{p ? bounds(p) : ''}</small>
                </td>
              ))}
              <td class="num" data-of={t('spm.longest')}>
                {seconds(of.longest)}
              </td>
              <td class="num" data-of={t('spm.no-time')}>
                {number(of.missing)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolls>
  )
}

type Bounded = NonNullable<Measure['p50']>

/** The interval of a percentile; an open side is said, not made up. */
export const bounds = ({ low, high }: Bounded) =>
  low === null && high === null
    ? t('spm.no-bounds')
    : `${low === null ? t('spm.open-low') : seconds(low)}–${high === null ? t('spm.open-high') : seconds(high)}`

/** Times in their order, everything else by its name: nobody is ranked. */
const sorted = (by: By, groups: readonly Group[], names: Names) =>
  by === 'month' || by === 'hour'
    ? groups
    : [...groups].sort((a, b) => names.of(by, a.key).localeCompare(names.of(by, b.key)))

type GroupsProps = { by: By; groups: readonly Group[]; names: Names; onPick?: (key: string) => void }

export function Groups({ by, groups, names, onPick }: GroupsProps) {
  if (!groups.length) return <p class="hint">{t('spm.nothing')}</p>
  return (
    <div class="groups" role="table" aria-label={word('spm-by', by)}>
      {sorted(by, groups, names).map((group) => (
        <div role="row" class="qr" key={group.key ?? ''} data-few={!group.main.enough || undefined}>
          <span role="rowheader">
            {onPick && group.key !== null ? (
              <button type="button" class="btn bare" onClick={() => onPick(group.key ?? '')}>
                {names.of(by, group.key)}
              </button>
            ) : (
              names.of(by, group.key)
            )}
          </span>
          <span role="cell" class="num">
            <Of of={group.main} />
          </span>
          <span role="cell">
            <IntervalBar of={group.main} pooled={group.pooled} />
            <span class="sr">{between(group.main.low, group.main.high)}</span>
          </span>
          <span role="cell" class="num">
            {group.main.enough ? <b>{share(group.main.share)}</b> : null}{' '}
            <small>{group.main.enough ? between(group.main.low, group.main.high) : fewWords(group.main)}</small>
          </span>
        </div>
      ))}
      <div class="qr axis" aria-hidden="true">
        <span />
        <span />
        <span class="scale" style={{ '--max': '100' }}>
          <span style={{ '--a': '0' }}>0</span>
          <span style={{ '--a': '50' }}>50</span>
          <span style={{ '--a': '100' }} class="end">
            100 %
          </span>
        </span>
        <span />
      </div>
    </div>
  )
}

export function Scrolls({ label, children }: { label: string; children: preact.ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
    <div class="scrolls" tabIndex={0} role="region" aria-label={t('spm.table-of', { what: label })}>
      {children}
    </div>
  )
}
