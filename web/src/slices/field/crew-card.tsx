// A crew on the board: how long it is in, how long its air lasts, when it has to be accounted for; PAR, bar, in and out.
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { now, shortTime, span } from '../../kernel/clock'
import { number, t } from '../../kernel/i18n'
import { Glyph, Icon } from '../../look/symbols'
import { type AirOfCrew, airOf, type WearerAir } from './airs'
import { askedPar, insideSince, maydayOf, parDue, rest } from './figures'
import { useMove } from './move'
import { parWord } from './par-words'
import { type Crew, REHAB, STAGING } from './rows'
import { crewName, personName, useScene } from './scene'
import { HeardButton } from './sheet-evacuation'

/** The board says so this long before a PAR is due. */
export const SOON_MS = 60_000
/** From an hour on the figure is longer, and smaller. */
const HOUR_MS = 3_600_000

export function CrewCard({ crew }: { crew: Crew }) {
  const { row, std, pending, open } = useScene()
  const asking = useSignal<'par' | 'exit' | undefined>(undefined)
  const move = useMove(crew)
  const air = airOf(crew, std, now.value)
  const mayday = maydayOf(row, crew.crew)
  const due = parDue(crew, std.every)
  // A crew that stands alone, before anybody opened a sector, goes in from where it is.
  const quiet = !crew.inside.length && (crew.sector === REHAB || (crew.sector === STAGING && row.sectors.length > 0))
  const eyes = isWatched(crew, air, due)
  const look = ['card crew', quiet ? 'mini' : '', pending(crew.crew) ? 'pending' : '', move.lifted ? 'lifted' : '']
  return (
    <article
      class={look.filter(Boolean).join(' ')}
      data-s={mayday ? 'danger' : eyes ? 'watch' : undefined}
      data-crew={crew.crew}
      aria-label={crewName(crew)}
    >
      <div class="hd">
        <button type="button" class="name" onClick={() => open(`regu/${crew.crew}`)}>
          <b>{crewName(crew)}</b>
          {crew.inside.length && crew.inside.length < crew.people ? null : (
            <span>{t('field.org', { n: crew.people })}</span>
          )}
        </button>
        <span class="n">
          {pending(crew.crew) ? <Icon name="wait" /> : null}
          {stateOf(crew, Boolean(mayday))}
        </span>
        <button type="button" class="grip" aria-pressed={move.lifted} aria-label={move.label} {...move.handle}>
          <Grip />
        </button>
      </div>
      {move.lifted ? <p class="say picked">{t('field.pick-target')}</p> : null}
      {crew.inside.length ? <Clocks crew={crew} air={air} /> : null}
      <HeardButton crew={crew} />
      <Warnings crew={crew} />
      <Says crew={crew} air={air} />
      {quiet ? null : <Acts crew={crew} due={due} asking={asking.value} onAsk={(what) => (asking.value = what)} />}
    </article>
  )
}

const Grip = () => (
  <svg class="i l" viewBox="0 0 24 24" aria-hidden="true">
    <path d="M9 5v.01M9 12v.01M9 19v.01M15 5v.01M15 12v.01M15 19v.01" stroke-width="3" />
  </svg>
)

function isWatched(crew: Crew, air: AirOfCrew, due: number | undefined): boolean {
  if (crew.lost_at || crew.conflicts.length) return true
  if (due !== undefined && now.value > due - SOON_MS) return true
  return air.worst !== undefined && air.worst.air.state !== 'ok'
}

function stateOf(crew: Crew, mayday: boolean): ComponentChildren {
  if (mayday)
    return (
      <span class="state">
        <Glyph name="danger" plain /> MAYDAY
      </span>
    )
  if (crew.lost_at)
    return (
      <span class="state" data-s="watch">
        <Glyph name="watch" /> {t('field.lost')}
      </span>
    )
  if (crew.inside.length)
    return crew.inside.length < crew.people
      ? t('field.n-inside', { n: crew.inside.length, of: crew.people })
      : t('field.inside')
  if (crew.sector === REHAB) return t('field.rests')
  return t(crew.sector === STAGING ? 'field.ready-in' : 'field.outside')
}

/** How long the first of them is in, and how long until the first has to turn back. */
function Clocks({ crew, air }: { crew: Crew; air: AirOfCrew }) {
  const since = insideSince(crew) ?? now.value
  return (
    <>
      <div class="two">
        <div class={now.value - since < HOUR_MS ? 'clock l' : 'clock m'}>
          <span class="sr">{t('field.in-since', { at: shortTime(since) })} </span>
          {span(now.value - since)}
        </div>
        {air.worst ? <TurnBack of={air.worst} /> : null}
      </div>
      {air.worst ? <AirStrip of={air.worst} /> : null}
    </>
  )
}

export function TurnBack({ of }: { of: WearerAir }) {
  const { state, to_turn_back } = of.air
  const small = (words: string, hue?: string) => (
    <small {...(hue && { 'data-s': hue })} class="hued">
      {words}
    </small>
  )
  if (state === 'whistle' || state === 'turn-back')
    return (
      <div class="r">
        {small(
          t(state === 'whistle' ? 'field.whistle-near' : 'field.turn-back'),
          state === 'whistle' ? 'danger' : 'watch',
        )}
        <div class="clock word" data-s={state === 'whistle' ? 'danger' : 'late'}>
          {t('field.now')}
        </div>
      </div>
    )
  if (state === 'unknown' || !to_turn_back)
    return (
      <div class="r">
        {small(t('field.air-unknown'), 'watch')}
        <div class="clock" data-s="watch">
          ?
        </div>
      </div>
    )
  return (
    <div class="r">
      {small(t('field.turn-back-in'), state === 'soon' ? 'watch' : undefined)}
      <div class="clock" data-s={state === 'soon' ? 'watch' : undefined}>
        {span(to_turn_back.low * 1000)}
      </div>
    </div>
  )
}

/** Air against the turn-back pressure: the flag is the limit. */
export function AirStrip({ of }: { of: WearerAir }) {
  const middle = of.air.pressure?.middle ?? of.last?.bar ?? 0
  return (
    <div class="strip" style={{ '--max': String(of.cylinderBar) }} aria-hidden="true">
      <i class="air" style={{ '--b': String(Math.max(0, Math.min(middle, of.cylinderBar))) }} />
      {of.air.turn_back ? <i class="lim" style={{ '--a': String(of.air.turn_back.bar) }} /> : null}
    </div>
  )
}

function Warnings({ crew }: { crew: Crew }) {
  const { open } = useScene()
  if (!crew.conflicts.length) return null
  return (
    <button type="button" class="btn warn conflict" onClick={() => open(`tentang/${crew.crew}`)}>
      <Icon name="warn" /> {t('field.conflicts', { n: crew.conflicts.length })}
    </button>
  )
}

/** One line: the pressure and where to turn back, the rest, or the last sign of life. */
function Says({ crew, air }: { crew: Crew; air: AirOfCrew }) {
  const { row, std } = useScene()
  const task = row.tasks.find((one) => one.crew === crew.crew && (one.step === 'open' || one.step === 'going'))
  const does = task ? std.taskName(task) : ''
  const resting = rest(crew, std.every)
  const { worst } = air
  if (worst?.last) {
    const { pressure, turn_back } = worst.air
    return (
      <p class="say">
        <b>{t('field.bar', { n: number(worst.last.bar) })}</b>
        {pressure && now.value - worst.last.at > SOON_MS ? (
          <span class="planned-n">± {number(Math.max(0, pressure.middle))}</span>
        ) : null}
        <span class="cut">
          {[
            turn_back ? t('field.back-at', { n: number(turn_back.bar) }) : '',
            air.all.length > 1 ? personName(worst.person) : '',
            does,
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </p>
    )
  }
  if (resting && crew.sector === REHAB) {
    const over = now.value >= resting.until
    return (
      <p class="say">
        {over
          ? t('field.rested', { span: span(now.value - resting.since) })
          : t('field.resting', { span: span(now.value - resting.since), of: span(resting.until - resting.since) })}
      </p>
    )
  }
  if (!does) return null
  return <p class="say">{does}</p>
}

type ActsProps = {
  crew: Crew
  due: number | undefined
  asking: 'par' | 'exit' | undefined
  onAsk(what: 'par' | 'exit' | undefined): void
}

function Acts({ crew, due, asking, onAsk }: ActsProps) {
  const { acts, open } = useScene()
  if (!acts) return due === undefined ? null : <ParWord crew={crew} due={due} />
  if (asking === 'par') return <ParAsk crew={crew} onDone={() => onAsk(undefined)} />
  if (asking === 'exit') return <ExitAsk crew={crew} onDone={() => onAsk(undefined)} />
  const inside = crew.inside.length > 0
  const left = due === undefined ? undefined : due - now.value
  return (
    <div class="does" data-n={inside ? 3 : 2}>
      <button
        type="button"
        class={left !== undefined && left < SOON_MS ? 'btn touch warn' : 'btn touch'}
        onClick={() => onAsk('par')}
      >
        <ParWords crew={crew} left={left} />
      </button>
      {inside ? (
        <button type="button" class="btn touch" onClick={() => open(`udara/${crew.crew}`)}>
          {t('field.read-bar')}
        </button>
      ) : null}
      {inside ? (
        <button type="button" class="btn touch" onClick={() => onAsk('exit')}>
          {t('field.exit')}
        </button>
      ) : (
        <button type="button" class="btn touch" onClick={() => open(`masuk/${crew.crew}`)}>
          {t('field.enter')}
        </button>
      )}
    </div>
  )
}

function ParWords({ crew, left }: { crew: Crew; left: number | undefined }) {
  const { row } = useScene()
  const asked = askedPar(row, crew)
  return (
    <>
      <span>{asked ? t('field.par-asked') : left !== undefined && left < 0 ? t('field.par-over') : 'PAR'}</span>
      {left === undefined ? null : <small>{span(Math.abs(left))}</small>}
    </>
  )
}

const ParWord = ({ crew, due }: { crew: Crew; due: number }) => (
  <p class="say">
    <ParWords crew={crew} left={due - now.value} />
  </p>
)

/** What the crew answered: three keys where two were, so that no slip of a finger makes it complete. */
export function ParAsk({ crew, onDone, par }: { crew: Crew; onDone(): void; par?: string }) {
  const { row, ask } = useScene()
  const call = par ?? askedPar(row, crew)?.par
  const say = (result: 'complete' | 'short' | 'no-answer') => {
    onDone()
    void ask(
      'field.report-par',
      {
        crew: crew.crew,
        result,
        ...(result === 'complete' && { present: crew.people }),
        ...(call && { par: call }),
      },
      t('field.said-par', { crew: crewName(crew), result: parWord(result) }),
    )
  }
  return (
    <div class="does" data-n="3" role="group" aria-label={t('field.par-of', { crew: crewName(crew) })}>
      <button type="button" class="btn touch main" onClick={() => say('complete')}>
        <span>{t('field.par-complete')}</span>
        <small>{crew.people}</small>
      </button>
      <button type="button" class="btn touch" onClick={() => say('short')}>
        {t('field.par-short')}
      </button>
      <button type="button" class="btn touch" onClick={() => say('no-answer')}>
        {t('field.par-silent')}
      </button>
    </div>
  )
}

function ExitAsk({ crew, onDone }: { crew: Crew; onDone(): void }) {
  const { ask, open } = useScene()
  const all = () => {
    onDone()
    void ask('field.report-exit', { crew: crew.crew }, t('field.said-out', { crew: crewName(crew) }))
  }
  return (
    <div class="does" data-n="3" role="group" aria-label={t('field.exit-of', { crew: crewName(crew) })}>
      <button type="button" class="btn touch main" onClick={all}>
        <span>{t('field.exit-all')}</span>
        <small>{crew.inside.length}</small>
      </button>
      <button
        type="button"
        class="btn touch"
        onClick={() => {
          onDone()
          open(`regu/${crew.crew}`)
        }}
      >
        {t('field.exit-some')}
      </button>
      <button type="button" class="btn touch" onClick={onDone}>
        {t('do.back')}
      </button>
    </div>
  )
}
