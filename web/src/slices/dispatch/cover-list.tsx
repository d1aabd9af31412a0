// Cover and trails in words: the same facts as on the map, for the keyboard, for a reading aid, and for who would rather read.
import { shortTime } from '../../kernel/clock'
import { number, percent, t } from '../../kernel/i18n'
import type { LngLat } from '../../kernel/map'
import { Glyph } from '../../look/symbols'
import { type AreaRow, smallest } from '../places/base'
import { bandOf, type Cover, type CoverArea, minutesOf, moved, stretchesOf, type Trail } from './cover'
import { type Looked, TRAIL_MINUTES } from './use-cover'

/** Minutes of an area in short, for the map and the list. */
export const coverLabel = (area: CoverArea, limit: number) =>
  area.seconds === null
    ? t('cover.none', { n: limit / 60 })
    : `${area.way === 'straight-line' ? '≈ ' : ''}${t('time.min', { n: minutesOf(area.seconds) })}`

/** The whole city in a line: by what is expected where that is known, and by areas. */
export function coverSaid(cover: Cover): string {
  const facts = {
    n: cover.inside,
    all: cover.areas.length,
    minutes: cover.limit_s / 60,
    share: percent(cover.share ?? 0),
  }
  return t(cover.share === null ? 'cover.said-areas' : 'cover.said', facts)
}

type CoverProps = { look: Looked<Cover>; areas: readonly AreaRow[]; onShow(at: LngLat): void }

export function CoverList({ look, areas, onShow }: CoverProps) {
  const cover = look.rows[0]
  const known = cover?.known ? cover : undefined
  const byId = new Map(areas.map((area) => [area.area, area]))
  return (
    <section aria-label={t('cover.title')}>
      <h3>{t('cover.title')}</h3>
      <p role="status">
        {known
          ? coverSaid(known)
          : t(
              look.state === 'failed'
                ? 'cover.failed'
                : look.state === 'ready' && !cover
                  ? 'cover.no-areas'
                  : 'cover.working',
            )}
      </p>
      {known ? (
        <>
          <p class="faint">{notes(known).join(' · ')}</p>
          <ul>
            {known.areas.map((of) => {
              const area = byId.get(of.area)
              return (
                <li key={of.area}>
                  <button type="button" disabled={!area} onClick={() => area && onShow([area.lon, area.lat])}>
                    <span class="cut">
                      {bandOf(of, known.limit_s) === 'late' ? <Glyph name="watch" /> : <Glyph name="none" />}
                      {area?.name ?? of.area}
                      {bandOf(of, known.limit_s) === 'late' ? <span class="sr">{t('cover.late')}</span> : null}
                    </span>
                    <b>{coverLabel(of, known.limit_s)}</b>
                    <span>{of.unit ?? t('cover.no-unit')}</span>
                  </button>
                </li>
              )
            })}
          </ul>
        </>
      ) : null}
    </section>
  )
}

/** What the figures rest on, and what they do not know. */
function notes(cover: Cover): string[] {
  return [
    t('cover.units', { n: cover.units }),
    cover.unseen ? t('cover.unseen', { n: cover.unseen }) : '',
    t('cover.counts'),
    cover.way === 'straight-line' ? t('why.straight-line', { detour: number(cover.detour ?? 1, 1) }) : '',
    cover.way === 'partly-straight' ? t('cover.partly', { detour: number(cover.detour ?? 1, 1) }) : '',
    cover.closures
      ? t(cover.way === 'straight-line' ? 'why.closures-not-counted' : 'why.closures', { n: cover.closures })
      : '',
  ].filter(Boolean)
}

type TrailProps = { look: Looked<Trail>; areas: readonly AreaRow[]; onShow(at: LngLat): void }

export function TrailList({ look, areas, onShow }: TrailProps) {
  const fine = smallest(areas)
  return (
    <section aria-label={t('trail.title', { n: TRAIL_MINUTES })}>
      <h3>{t('trail.title', { n: TRAIL_MINUTES })}</h3>
      <p role="status">
        {look.state === 'ready'
          ? t('trail.said', { n: look.rows.filter(moved).length, all: look.rows.length })
          : t(look.state === 'failed' ? 'trail.failed' : 'desk.loading')}
      </p>
      {[...look.rows.filter(moved), ...look.rows.filter((one) => !moved(one))].map((trail) => {
        const last = trail.points.at(-1)
        return (
          <details key={trail.unit}>
            <summary>
              <b>{trail.unit}</b> {last ? t('trail.last', { at: shortTime(last.at) }) : ''}
            </summary>
            <ol>
              {stretchesOf(trail, fine).map((one) => (
                <li key={one.from}>
                  <span>
                    {shortTime(one.from)}
                    {shortTime(one.from) === shortTime(one.to) ? '' : `–${shortTime(one.to)}`}
                  </span>
                  <span>{one.where || t('trail.nowhere')}</span>
                </li>
              ))}
            </ol>
            {last ? (
              <button type="button" class="btn" onClick={() => onShow([last.lon, last.lat])}>
                {t('trail.show')}
              </button>
            ) : null}
          </details>
        )
      })}
    </section>
  )
}
