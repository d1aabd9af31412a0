// The time line: the incident and each unit on one axis, a thin line for an entry of the log, one bar for the moment.
import { Fragment } from 'preact'
import { span, time } from '../../kernel/clock'
import { t, word } from '../../kernel/i18n'
import { useKeys } from '../../kernel/keys'
import { Choices } from '../../look/choices'
import { Icon, Key } from '../../look/symbols'
import { LIMIT } from '../dispatch/strip'
import type { IncidentRow } from '../dispatch/views'
import { shortNumber } from '../intake/number'
import { type Player, SPEEDS, type Speed } from './player'
import { type Line, type Part, partsOf, partsOfUnit, stepFrom } from './replay'

const MINUTE = 60_000
const LIMIT_MS = LIMIT * MINUTE

type Props = {
  incident: IncidentRow
  line: Line
  player: Player
  /** When the entries of the log were (ms), in their order. */
  moments: readonly number[]
  watched: boolean
}

export function TimeLine({ incident, line, player, moments, watched }: Props) {
  const step = (by: 1 | -1) => () => {
    const to = stepFrom(moments, player.at.peek(), by)
    if (to !== undefined) player.seek(to)
  }
  const faster = (by: 1 | -1) => () => {
    const next = SPEEDS[SPEEDS.indexOf(player.speed.peek()) + by]
    if (next) player.speed.value = next
  }
  useKeys({
    Space: player.toggle,
    ArrowLeft: step(-1),
    ArrowRight: step(1),
    '+': faster(1),
    '-': faster(-1),
    Home: () => player.seek(line.start),
    End: () => player.seek(line.end),
  })
  return (
    <section class="play" aria-label={t('review.player')}>
      <div class="ctl">
        <button type="button" class="btn" onClick={player.toggle}>
          {t(player.playing.value ? 'review.pause' : 'review.play')} <Key>{t('review.space')}</Key>
        </button>
        <Choices
          label={t('review.speed')}
          value={player.speed.value}
          of={SPEEDS.map((one) => [one, one === 'max' ? t('review.whole') : `${one}×`] as const)}
          onPick={(one) => (player.speed.value = one as Speed)}
        />
        <button type="button" class="btn" onClick={step(-1)}>
          <Icon name="left" /> {t('review.before')} <Key>←</Key>
        </button>
        <button type="button" class="btn" onClick={step(1)}>
          {t('review.next')} <Key>→</Key> <Icon name="right" />
        </button>
        <span class="faint legend">{t(watched ? 'review.legend-limit' : 'review.legend')}</span>
      </div>
      <div class="tl">
        <b>{shortNumber(incident.number)}</b>
        <div class="axis">
          <Strip large parts={partsOf(incident, line)} line={line} moments={moments} limit={watched} />
        </div>
        <span class="num">{outWords(incident)}</span>
        {incident.units.map((sent) => (
          <Fragment key={`${sent.unit} ${sent.sent_at}`}>
            <span>{sent.unit}</span>
            <div class="axis">
              <Strip parts={partsOfUnit(sent, line)} line={line} />
            </div>
            <span class="num">{cameWords(sent, line)}</span>
          </Fragment>
        ))}
        <Bar line={line} player={player} />
        <Scale line={line} limit={watched} />
      </div>
    </section>
  )
}

const share = (at: number, { start, end }: Line) => Math.min(Math.max((at - start) / (end - start), 0), 1)

type StripProps = {
  parts: readonly Part[]
  line: Line
  large?: boolean
  moments?: readonly number[]
  limit?: boolean
}

function Strip({ parts, line, large, moments, limit }: StripProps) {
  const at = (ms: number) => String(share(ms, line))
  const lim = line.start + LIMIT_MS
  return (
    <div class={large ? 'strip l' : 'strip'} style={{ '--max': '1' }} aria-hidden="true">
      {parts.map((part) => (
        <i key={part.kind} class={part.kind} style={{ '--a': at(part.from), '--b': at(part.to) }} />
      ))}
      {moments?.map((moment) => (
        <i key={moment} class="ev" style={{ '--a': at(moment) }} />
      ))}
      {limit && lim < line.end ? <i class="lim" style={{ '--a': at(lim) }} /> : null}
    </div>
  )
}

/** The moment, over all strips; a slider for fingers, keys and readers. */
function Bar({ line, player }: { line: Line; player: Player }) {
  const at = player.at.value
  return (
    <div class="axis bar">
      <i class="now" style={{ '--x': String(share(at, line)) }} aria-hidden="true" />
      <input
        type="range"
        min={line.start}
        max={line.end}
        step={1000}
        value={at}
        aria-label={t('review.moment')}
        aria-valuetext={`${time(at)}, ${span(at - line.start)}`}
        onInput={(event) => player.seek(Number(event.currentTarget.value))}
      />
    </div>
  )
}

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1440]
const MOST_MARKS = 9

/** Minutes under the line; the limit is one of them where it is measured against. */
function Scale({ line, limit }: { line: Line; limit: boolean }) {
  return (
    <div class="axis scale" aria-hidden="true">
      {marksOf(line).map((minute) => (
        <span key={minute} style={{ '--a': String(share(line.start + minute * MINUTE, line)) }}>
          {minute === 0 ? (
            time(line.start)
          ) : limit && minute === LIMIT ? (
            <b>{t('time.minutes', { n: minute })}</b>
          ) : (
            minute
          )}
        </span>
      ))}
    </div>
  )
}

export function marksOf({ start, end }: Line): readonly number[] {
  const minutes = (end - start) / MINUTE
  const step = STEPS.find((one) => minutes / one <= MOST_MARKS) ?? 1440
  return Array.from({ length: Math.floor(minutes / step) + 1 }, (_, n) => n * step)
}

function outWords({ clocks, answered_at }: IncidentRow): string {
  return clocks.out ? `${word('clock', 'out')} ${span(Date.parse(clocks.out) - Date.parse(answered_at))}` : ''
}

/** When a unit came, from the call on. */
function cameWords({ clocks }: IncidentRow['units'][number], { start }: Line): string {
  const { arrived } = clocks
  return arrived ? t('review.came', { span: span(Date.parse(arrived) - start) }) : t('review.never-came')
}
