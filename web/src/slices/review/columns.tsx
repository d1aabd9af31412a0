// Beside each other: the steps of the procedures, what was proposed and done, the incident beside the standard and others.
import { ms, span, time } from '../../kernel/clock'
import type { Row } from '../../kernel/contract'
import { t, word } from '../../kernel/i18n'
import { Glyph, Icon } from '../../look/symbols'
import { LIMIT } from '../dispatch/strip'
import type { IncidentRow } from '../dispatch/views'
import { textOf, titleOf } from '../sop/words'
import { arrivals, compared, type Decision } from './advice'
import { clocksOf, ENOUGH, SPANS, type Span, type Spread, spanOf, spread } from './compare'

type OpenCard = Row<'sop.at-incident'>
type Step = OpenCard['steps'][number]

/** Times from the call on: late says that the limit of the step was passed, not that somebody did wrong. */
export function Steps({ cards, start, at }: { cards: readonly OpenCard[]; start: number; at: number }) {
  const used = cards.filter((card) => card.steps.some((one) => one.applies))
  if (!used.length)
    return (
      <section>
        <h2>{t('review.steps')}</h2>
        <p class="hint">{t('review.no-cards')}</p>
      </section>
    )
  return (
    <section>
      <h2>{t('review.steps')}</h2>
      <p class="hint">{t('review.steps-how')}</p>
      {used.map((card) => (
        <div key={card.card} class="steps">
          <h3>
            {titleOf(card)} <span>{t('sop.version', { n: card.version })}</span>
          </h3>
          <ul>
            {card.steps
              .filter((one) => one.applies)
              .map((one) => (
                <StepLine key={one.step.id} row={one} start={start} at={at} />
              ))}
          </ul>
        </div>
      ))}
    </section>
  )
}

function StepLine({ row, start, at }: { row: Step; start: number; at: number }) {
  const said = row.at && ms(row.at) <= at ? ms(row.at) : undefined
  const limit = row.step.within_s
  const late = said !== undefined && row.result === 'done' && limit != null && said - start > limit * 1000
  const skipped = said !== undefined && row.result === 'skipped'
  return (
    <li class="step">
      {said === undefined ? <span /> : late ? <Glyph name="watch" /> : <Icon name={skipped ? 'x' : 'check'} />}
      <span class={said === undefined ? 'faint' : ''}>
        {textOf({ text: row.step.text, text_en: row.step.text_en ?? '' })}
        {skipped ? <small>{t('review.skipped', { why: word('sop-skip', row.skipped ?? '') })}</small> : null}
        {said !== undefined && row.note ? <small>“{row.note}”</small> : null}
      </span>
      <span class="num faint">{limit == null ? '' : t('review.within', { span: span(limit * 1000) })}</span>
      <span class="num">{said === undefined ? '' : late ? <b>{span(said - start)}</b> : span(said - start)}</span>
    </li>
  )
}

type AdviceProps = { decisions: readonly Decision[]; incident: IncidentRow; at: number }

export function Advice({ decisions, incident, at }: AdviceProps) {
  return (
    <section>
      <h2>{t('review.advice')}</h2>
      <p class="hint">
        {t(
          decisions.length
            ? 'review.advice-how'
            : incident.units.length
              ? 'review.sent-unrecorded'
              : 'review.nobody-sent',
        )}
      </p>
      <ul class="recs">
        {decisions.map((one) => (
          <Decided key={one.at} decision={one} incident={incident} past={ms(one.at) <= at} />
        ))}
      </ul>
    </section>
  )
}

function Decided({ decision, incident, past }: { decision: Decision; incident: IncidentRow; past: boolean }) {
  const { proposed, added, without, same } = compared(decision)
  const unmet = Object.entries(decision.proposal?.unmet ?? {})
  return (
    <li class={past ? 'rec' : 'rec next'}>
      <time dateTime={decision.at}>{time(decision.at)}</time>
      <div>
        <p class="plan">
          <Glyph name="plan" />{' '}
          {proposed.length ? t('review.proposed', { units: proposed.join(', ') }) : t('review.proposed-none')}
        </p>
        <p>
          {same ? t('review.done-same') : <b>{t('review.done', { units: decision.units.join(', ') })}</b>}
          {!same && proposed.length ? (
            <small>
              {[
                added.length ? t('review.added', { units: added.join(', ') }) : '',
                without.length ? t('review.without', { units: without.join(', ') }) : '',
              ]
                .filter(Boolean)
                .join(' · ')}
            </small>
          ) : null}
          {decision.override ? <small>“{decision.override}”</small> : null}
        </p>
        {arrivals(decision, incident).map((one) => (
          <p key={one.unit} class="faint">
            {t('review.arrival', {
              unit: one.unit,
              took: span(one.took_s * 1000),
              forecast: span(one.forecast_s * 1000),
            })}
          </p>
        ))}
        {unmet.length ? (
          <p class="faint">{t('review.unmet', { what: unmet.map(([what, n]) => `${n} ${what}`).join(', ') })}</p>
        ) : null}
      </div>
    </li>
  )
}

type Similar = Row<'review.similar'>

/** Dots for others, a ring for this one; the flag is the standard. Few others say how few they are. */
export function Beside({
  incident,
  similar,
  watched,
}: {
  incident: IncidentRow
  similar: readonly Similar[]
  watched: boolean
}) {
  const own = clocksOf(incident.answered_at, incident.clocks)
  const others = similar.map((one) => clocksOf(one.answered_at, one.clocks))
  const near = similar.filter((one) => one.same_area).length
  const shown = SPANS.filter(
    (one) => spanOf(own, one) !== undefined || others.some((other) => spanOf(other, one) !== undefined),
  )
  return (
    <section>
      <h2>{t('review.beside')}</h2>
      <p class="hint">
        {similar.length ? t('review.beside-how', { n: similar.length, near }) : t('review.beside-none')}
      </p>
      {shown.map((one) => (
        <SpanLine
          key={one}
          what={one}
          own={spanOf(own, one)}
          others={others.flatMap((other) => spanOf(other, one) ?? [])}
          {...(one === 'ready' && watched && { limit: LIMIT * 60 })}
        />
      ))}
      <p class="hint">{t(similar.length < ENOUGH ? 'review.too-few' : 'review.by-chance', { n: similar.length })}</p>
    </section>
  )
}

type SpanProps = { what: Span; own: number | undefined; others: readonly number[]; limit?: number }

function SpanLine({ what, own, others, limit }: SpanProps) {
  const found = spread(others)
  const most = Math.max(own ?? 0, found?.high ?? 0, limit ?? 0, 60) * 1.05
  return (
    <div class="dr">
      <span>{word('review-span', what)}</span>
      <div class="dots" style={{ '--mx': String(most) }} aria-hidden="true">
        {others.map((value, n) => (
          <i key={`${n} ${value}`} class="d" style={{ '--v': String(value) }} />
        ))}
        {limit === undefined ? null : <i class="lim" style={{ '--v': String(limit) }} />}
        {own === undefined ? null : <i class="d me" style={{ '--v': String(own) }} />}
      </div>
      <span class="num">
        <b>{own === undefined ? t('times.unknown') : span(own * 1000)}</b>
        <small>{spreadWords(found)}</small>
      </span>
    </div>
  )
}

/** A single one has no range, few have no middle. */
function spreadWords(found: Spread | undefined): string {
  if (!found) return t('review.no-others')
  const [low, high] = [span(found.low * 1000), span(found.high * 1000)]
  if (found.n === 1) return t('review.only', { only: low, n: 1 })
  if (found.middle === undefined) return t('review.range', { low, high, n: found.n })
  return t('review.middle', { middle: span(found.middle * 1000), low, high })
}
