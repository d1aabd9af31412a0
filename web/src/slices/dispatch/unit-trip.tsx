// On the way and at the scene: clock, next turn, map, what is known, and four acts in the order of the trip.
import { type Signal, useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { ms, now, span, time } from '../../kernel/clock'
import { useDevice } from '../../kernel/device'
import { number, t, word } from '../../kernel/i18n'
import type { LngLat } from '../../kernel/map'
import { follow } from '../../kernel/router'
import { useSound } from '../../look/sound'
import { Icon, type IconName, Sym } from '../../look/symbols'
import type { StandardsApi } from '../intake/standards'
import type { Base } from '../places/base'
import { SopPanel } from '../sop/panel'
import { actsOf, type Status } from './acts'
import { Drill, lookOfIncident } from './incident-panel'
import { sharing } from './own-unit'
import type { Incident } from './rows'
import { Said, useSaid } from './said'
import { IncidentClock, StripBar, startOf, stripOf } from './strip-bar'
import { type Act, actsNow, nextTurn, roundMetres } from './trip'
import { Facts } from './unit-facts'
import { UnitMap } from './unit-map'
import { Why } from './unit-rest'
import { ShareSwitch } from './unit-share'
import { usePosition } from './use-position'
import type { Trip } from './use-trip'
import { type BoardRow, FRESH_MS, type IncidentRow } from './views'

/** After one act the next one lies under the same thumb: a second touch at once is not meant. */
const SETTLE_MS = 1200

type Props = {
  trip: Trip
  unit: BoardRow
  row: IncidentRow
  incident: Incident
  base: Base
  standards: StandardsApi
}

export function OnTrip({ trip, unit, row, incident, base, standards }: Props) {
  const device = useDevice()
  const asks = actsOf(device)
  const said = useSaid()
  const shows = useSignal<What>('facts')
  const touched = useRef(0)
  const { place, state } = usePosition(unit.unit, sharing())
  const fix = trip.positions.get(unit.unit)
  const known = fix && now.value - ms(fix.at) < FRESH_MS ? ([fix.lon, fix.lat] as const) : undefined
  const here = place.value?.here ?? known
  const waiting = unit.status === 'assigned' && !unit.answered
  // A dispatch nobody has acknowledged sounds and shakes until somebody does.
  useSound(waiting ? 'watch' : undefined, `${unit.incident} ${unit.sent_at}`)

  function say(to: Status, reason?: string) {
    const at = Date.now()
    if (at - touched.current < SETTLE_MS) return
    touched.current = at
    shows.value = 'facts'
    const words = t('said.status', { unit: unit.unit, status: word('status', to), at: time(now.value) })
    void said.after(asks.status(unit.unit, to, 'button', undefined, reason), words)
  }
  function mark(clock: string) {
    shows.value = 'facts'
    void said.after(asks.mark(row.incident, clock), `${incident.number} ${word('clock', clock)}`)
  }

  const clocks = row.units.find((sent) => sent.unit === unit.unit)?.clocks ?? {}
  const four = actsNow({ status: unit.status, answered: unit.answered, since: ms(unit.since) }, clocks)
  return (
    <main class="on-trip">
      <Headline incident={incident} clocks={clocks} />
      <Turn trip={trip} unit={unit} here={here} />
      <UnitMap trip={trip} base={base} standards={standards} here={here} />
      {shows.value === 'cards' ? (
        <div class="more">
          <SopPanel about={{ ...row, handover: false }} since={startOf(incident)} said={said} />
        </div>
      ) : shows.value === 'more' ? (
        <More incident={incident} unit={unit} onSay={say} onMark={mark}>
          <ShareSwitch state={state.value} />
        </More>
      ) : (
        <Facts row={row} own={unit.unit} board={trip.board} />
      )}
      <nav class="beside" aria-label={t('trip.beside')}>
        <a class="btn touch" href={`/komando/${row.incident}`} onClick={follow}>
          <Icon name="users" /> {t('trip.board')}
        </a>
        <Shows what="cards" shows={shows} label={t('sop.title')} />
        <Shows what="more" shows={shows} label={t('doing.more')} />
      </nav>
      <div class="four" role="group" aria-label={t('trip.say')}>
        {four.map((act, n) => (
          <Big
            key={act.leg}
            act={act}
            busy={unit.pending === true && four[n + 1]?.main !== false}
            onSay={() => say(act.leg)}
          />
        ))}
      </div>
      <Said said={said} skip={undefined} />
    </main>
  )
}

type What = 'facts' | 'more' | 'cards'

/** Opens something in the place of what is known of the incident, and closes it. */
function Shows({ what, shows, label }: { what: What; shows: Signal<What>; label: string }) {
  const open = shows.value === what
  return (
    <button
      type="button"
      class="btn touch"
      aria-expanded={open}
      onClick={() => {
        shows.value = open ? 'facts' : what
      }}
    >
      {open ? t('do.close') : label}
    </button>
  )
}

function Headline({ incident, clocks }: { incident: Incident; clocks: Readonly<Record<string, string | null>> }) {
  const start = startOf(incident)
  const there = clocks.arrived ? ms(clocks.arrived) - start : undefined
  const forecast = incident.eta === undefined ? undefined : incident.eta - start
  return (
    <section class="headline" aria-label={t('incident.title', { number: incident.number })}>
      <h1>
        <Sym kind={incident.kind} {...lookOfIncident(incident)} />
        <span>
          {incident.number} {incident.type}
        </span>
        {incident.exercise ? <Drill /> : null}
      </h1>
      <p>{incident.place || t('trip.no-place')}</p>
      <div>
        <div class="label">{t('incident.since', { at: time(start) })}</div>
        <IncidentClock incident={incident} size="l" />
      </div>
      {there === undefined && forecast === undefined ? null : (
        <div class="r">
          <div class="label">{t(there === undefined ? 'trip.eta' : 'trip.arrived')}</div>
          <div class="clock" data-s={there === undefined ? 'plan' : 'scene'}>
            {there === undefined ? `± ${span(forecast ?? 0)}` : span(there)}
          </div>
        </div>
      )}
      {incident.watched ? <StripBar of={stripOf(incident)} large /> : null}
    </section>
  )
}

const SIDE: Readonly<Record<string, IconName>> = { left: 'left', right: 'right-turn', straight: 'up' }

/** What the way says next, in figures one reads while driving; the streets it leads through beside it. */
function Turn({ trip, unit, here }: { trip: Trip; unit: BoardRow; here: LngLat | undefined }) {
  const { way } = trip
  if (!way || (unit.status !== 'assigned' && unit.status !== 'on-the-way')) return <div class="turn" hidden />
  const at = here ?? (way.points[0] as LngLat | undefined)
  const turn = at ? nextTurn(way.points as readonly LngLat[], at) : undefined
  const streets = way.streets.filter(Boolean)
  return (
    <section class="turn" aria-label={t('trip.way')}>
      <Icon name={SIDE[turn?.side ?? 'straight'] ?? 'up'} size="l" />
      <b>
        {turn && here
          ? t('trip.metres', { m: number(roundMetres(turn.metres)) })
          : t('trip.km', { km: number(way.metres / 1000, 1) })}
      </b>
      <span class="cut">
        {[
          turn && here ? word('turn', turn.side) : '',
          streets.length ? t('trip.via', { streets: streets.join(' → ') }) : '',
        ]
          .filter(Boolean)
          .join(' · ')}
      </span>
    </section>
  )
}

function Big({ act, busy, onSay }: { act: Act; busy: boolean; onSay(): void }) {
  const words = act.leg === 'assigned' && act.done === undefined ? t('trip.accept') : word('report', act.leg)
  if (act.done === undefined)
    return (
      <button type="button" class={act.main ? 'btn main' : 'btn'} onClick={onSay}>
        {words}
      </button>
    )
  return (
    <button type="button" class="btn done" aria-disabled="true" onClick={(event) => event.preventDefault()}>
      <span>
        <Icon name={busy ? 'wait' : 'check'} /> {words}
      </span>
      <small>{time(act.done)}</small>
    </button>
  )
}

type MoreProps = {
  incident: Incident
  unit: BoardRow
  onSay(to: Status, reason?: string): void
  onMark(clock: string): void
  children: preact.ComponentChildren
}

/** What is said now and then, folded away so that the four stay large. */
function More({ incident, unit, onSay, onMark, children }: MoreProps) {
  const why = useSignal(false)
  const steps = (['access', 'action', 'returning', 'ready'] as const).filter((step) => step !== unit.status)
  const marks = [
    ...(incident.clocks['under-control'] === undefined && incident.clocks.out === undefined ? ['under-control'] : []),
    ...(incident.clocks.out === undefined && incident.kind === 'K' ? ['out'] : []),
  ]
  if (why.value) return <Why onDone={(reason) => (reason ? onSay('out-of-service', reason) : (why.value = false))} />
  return (
    <section class="more" aria-label={t('doing.more')}>
      <div class="say" role="group" aria-label={t('incident.acts')}>
        {marks.map((clock) => (
          <button type="button" key={clock} class="btn touch" onClick={() => onMark(clock)}>
            {t(clock === 'out' ? 'incident.out' : 'incident.under-control')}
          </button>
        ))}
        {steps.map((step) => (
          <button type="button" key={step} class="btn touch" onClick={() => onSay(step)}>
            {word('report', step)}
          </button>
        ))}
        <button type="button" class="btn touch" onClick={() => (why.value = true)}>
          {word('report', 'out-of-service')}
        </button>
      </div>
      {children}
    </section>
  )
}
