// The chosen incident: its clock, its first unit, the limit; and what a dispatcher does with it besides sending units.
import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { span, time } from '../../kernel/clock'
import { t, word } from '../../kernel/i18n'
import { useKeys } from '../../kernel/keys'
import { Glyph, Key, Sym } from '../../look/symbols'
import type { Incident } from './rows'
import { footOf, IncidentClock, Scale, StripBar, startOf, stripOf } from './strip-bar'

/** How an incident ended, in the order of the number keys. */
export const OUTCOMES = [
  'handled',
  'handed-over',
  'out-before-arrival',
  'nothing-found',
  'false-alarm',
  'prank',
  'cancelled',
  'duplicate',
] as const

type Props = {
  incident: Incident
  /** Places and warnings the crews should know, as short phrases. */
  facts: readonly string[]
  levels: readonly number[]
  closing: boolean
  onClosing(on: boolean): void
  onClose(outcome: string): void
  onClock(clock: string): void
  onLevel(level: number): void
  onEdit: (() => void) | undefined
  /** Whether who is here may close and escalate. */
  sends: boolean
}

export function IncidentPanel(props: Props) {
  const { incident, facts, closing } = props
  const foot = footOf(incident)
  const { arrived } = incident.clocks
  const forecast = incident.eta !== undefined && arrived === undefined
  return (
    <section class="panel hero" aria-label={t('incident.title', { number: incident.number })}>
      <div class="who">
        <Sym kind={incident.kind} size="xl" {...(incident.exercise && { look: 'drill' })} />
        <div>
          <h2>
            {incident.number} {incident.type}
          </h2>
          <p class="quiet">{incident.place}</p>
        </div>
        {props.onEdit ? (
          <span class="keys">
            <button type="button" class="btn bare" onClick={props.onEdit}>
              <Key>E</Key> {t('incident.edit')}
            </button>
          </span>
        ) : null}
      </div>
      <div class="big">
        <div>
          <div class="label">{t('incident.since', { at: time(startOf(incident)) })}</div>
          <IncidentClock incident={incident} size="l" />
        </div>
        {incident.watched ? (
          <dl>
            <div>
              <dt class="label">{t('incident.first-unit')}</dt>
              <dd data-s={arrived === undefined ? (forecast ? 'plan' : '') : 'scene'}>{firstUnit(incident)}</dd>
            </div>
            <div>
              <dt class="label">{t('incident.limit')}</dt>
              <dd>15:00</dd>
            </div>
          </dl>
        ) : null}
      </div>
      {incident.watched ? (
        <>
          <StripBar of={stripOf(incident)} large />
          <Scale />
        </>
      ) : null}
      <div class="facts">
        {incident.exercise ? <span class="chip line">{t('incident.exercise')}</span> : null}
        {incident.lifeRisk ? (
          <span class="chip fill" data-s="danger">
            <Glyph name="danger" plain />
            {t('incident.life')}
          </span>
        ) : null}
        {incident.level > 1 ? <span class="chip line">{t('incident.level', { n: incident.level })}</span> : null}
        {foot.eyes ? (
          <span class="chip" data-s="watch">
            <Glyph name="watch" /> {foot.text}
          </span>
        ) : null}
        {facts.map((fact) => (
          <span key={fact} class="chip line">
            {fact}
          </span>
        ))}
      </div>
      {closing ? <Closing {...props} /> : props.sends ? <Acts {...props} /> : null}
    </section>
  )
}

function firstUnit(incident: Incident): string {
  const { arrived } = incident.clocks
  if (arrived !== undefined) return span(arrived - startOf(incident))
  return incident.eta === undefined ? '—' : `± ${span(incident.eta - startOf(incident))}`
}

function Acts({ incident, levels, onClock, onLevel, onClosing }: Props) {
  const controlled = incident.clocks['under-control'] !== undefined
  const out = incident.clocks.out !== undefined
  return (
    <div class="acts" role="group" aria-label={t('incident.acts')}>
      {controlled || out ? null : (
        <button type="button" class="btn" onClick={() => onClock('under-control')}>
          {t('incident.under-control')}
        </button>
      )}
      {out || incident.kind !== 'K' ? null : (
        <button type="button" class="btn" onClick={() => onClock('out')}>
          {t('incident.out')}
        </button>
      )}
      {levels
        .filter((level) => level > incident.level)
        .slice(0, 1)
        .map((level) => (
          <button type="button" key={level} class="btn" onClick={() => onLevel(level)}>
            {t('incident.raise', { n: level })}
          </button>
        ))}
      <button type="button" class="btn" onClick={() => onClosing(true)}>
        {t('incident.close')} <Key>X</Key>
      </button>
    </div>
  )
}

function Closing({ incident, onClose, onClosing }: Props) {
  const first = useRef<HTMLButtonElement>(null)
  const done = useSignal(false)
  const close = (outcome: string) => {
    if (done.value) return true
    done.value = true
    onClose(outcome)
    return true
  }
  useKeys({
    ...Object.fromEntries(OUTCOMES.map((outcome, i) => [String(i + 1), () => close(outcome)])),
    Escape: () => onClosing(false),
  })
  return (
    <fieldset class="acts">
      <legend class="label">{t('incident.close-how', { number: incident.number })}</legend>
      {OUTCOMES.map((outcome, i) => (
        <button type="button" key={outcome} class="btn" ref={i ? undefined : first} onClick={() => close(outcome)}>
          <Key>{String(i + 1)}</Key> {word('outcome', outcome)}
        </button>
      ))}
      <button type="button" class="btn bare" onClick={() => onClosing(false)}>
        {t('do.back')} <Key>Esc</Key>
      </button>
    </fieldset>
  )
}
