// The chosen incident: its clock, its first unit, the limit; and what a dispatcher does with it besides sending units.
import type { ComponentChildren } from 'preact'
import { span, time } from '../../kernel/clock'
import { useDevice } from '../../kernel/device'
import { t, word } from '../../kernel/i18n'
import { follow } from '../../kernel/router'
import { Pick } from '../../look/pick'
import { PrintForms } from '../../look/print-forms'
import { Glyph, Icon, Key, Sym } from '../../look/symbols'
import { READERS } from '../report/roles'
import { WarningLine } from '../warning/line'
import { ending } from './finished'
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
  levels: readonly number[]
  closing: boolean
  onClosing(on: boolean): void
  onClose(outcome: string): void
  onClock(clock: string): void
  onLevel(level: number): void
  onEdit: (() => void) | undefined
  onMore(): void
  onReopen(): void
  /** What is being done now, in the place of the acts. */
  doing: ComponentChildren
  /** Whether who is here may close and escalate. */
  sends: boolean
}

export function IncidentPanel(props: Props) {
  const { incident, closing } = props
  const { arrived } = incident.clocks
  const open = incident.state === 'open'
  const forecast = incident.eta !== undefined && arrived === undefined
  return (
    <section class="panel hero" aria-label={t('incident.title', { number: incident.number })}>
      <div class="who">
        <Sym kind={incident.kind} size="xl" {...lookOfIncident(incident)} />
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
      <Facts incident={incident} />
      <PrintForms key={`print ${incident.id}`} incident={incident.id} bare />
      {open ? null : <ReportLink incident={incident.id} />}
      <WarningLine key={`warning ${incident.id}`} incident={incident.id} />
      {props.doing ?? (closing ? <Closing {...props} /> : open ? <Acts {...props} /> : <Over {...props} />)}
    </section>
  )
}

/** What is over wants its report. */
function ReportLink({ incident }: { incident: string }) {
  return useDevice().may(READERS) ? (
    <a class="btn bare" href={`/laporan/${encodeURIComponent(incident)}`} onClick={follow}>
      {t('incident.report')} <Icon name="right" />
    </a>
  ) : null
}

/** What is true of it besides its clock, one chip each. */
function Facts({ incident }: { incident: Incident }) {
  const foot = footOf(incident)
  const chips = [
    incident.exercise ? <Drill key="drill" /> : null,
    incident.lifeRisk ? <Life key="life" incident={incident} words /> : null,
    incident.state === 'open' ? null : (
      <span key="over" class="chip line">
        {[ending(incident), incident.ended === undefined ? '' : time(incident.ended)].filter(Boolean).join(' ')}
      </span>
    ),
    incident.level > 1 ? (
      <span key="level" class="chip line">
        {t('incident.level', { n: incident.level })}
      </span>
    ) : null,
    foot.eyes && incident.state === 'open' ? (
      <span key="eyes" class="chip" data-s="watch">
        <Glyph name="watch" /> {foot.text}
      </span>
    ) : null,
  ].filter(Boolean)
  return chips.length ? <div class="facts">{chips}</div> : null
}

/** Solid open, outlined under control or over, dashed exercise. */
export function lookOfIncident(incident: Incident): { look?: 'held' | 'drill' } {
  if (incident.exercise) return { look: 'drill' }
  const held = incident.clocks['under-control'] !== undefined || incident.state !== 'open'
  return held ? { look: 'held' } : {}
}

/** Exercises are told apart by their dashed symbol and this word, never by colour. */
export const Drill = () => <span class="chip plan drill">{t('incident.exercise')}</span>

/** Danger to life: the one red thing. Words once, at the chosen incident; in lists the sign alone. Exercises are never red. */
export function Life({ incident, words }: { incident: Incident; words?: boolean }) {
  if (incident.exercise || incident.state !== 'open')
    return words ? (
      <span class="chip line">
        <Glyph name="danger" plain />
        {t('incident.life')}
      </span>
    ) : null
  return (
    <span class={words ? 'chip fill' : 'chip fill sign-only'} data-s="danger" title={t('incident.life')}>
      <Glyph name="danger" plain />
      {words ? t('incident.life') : <span class="sr">{t('incident.life')}</span>}
    </span>
  )
}

function firstUnit(incident: Incident): string {
  const { arrived } = incident.clocks
  if (arrived !== undefined) return span(arrived - startOf(incident))
  return incident.eta === undefined ? '—' : `± ${span(incident.eta - startOf(incident))}`
}

function Acts({ incident, levels, sends, onClock, onLevel, onClosing, onMore }: Props) {
  const controlled = incident.clocks['under-control'] !== undefined
  const out = incident.clocks.out !== undefined
  const next = levels.find((level) => level > incident.level)
  return (
    <div class="acts" role="group" aria-label={t('incident.acts')}>
      {!sends || controlled || out ? null : (
        <button type="button" class="btn" onClick={() => onClock('under-control')}>
          {t('incident.under-control')}
        </button>
      )}
      {!sends || out || incident.kind !== 'K' ? null : (
        <button type="button" class="btn" onClick={() => onClock('out')}>
          {t('incident.out')}
        </button>
      )}
      {sends && next ? (
        <button type="button" class="btn" onClick={() => onLevel(next)}>
          {t('incident.raise', { n: next })}
        </button>
      ) : null}
      {sends ? (
        <button type="button" class="btn" onClick={() => onClosing(true)}>
          {t('incident.close')} <Key>X</Key>
        </button>
      ) : null}
      <button type="button" class="btn bare" onClick={onMore}>
        {t('doing.more')} <Key>M</Key>
      </button>
    </div>
  )
}

/** Over: it can be opened again, and its times corrected. */
function Over({ sends, onReopen, onMore }: Props) {
  return (
    <div class="acts" role="group" aria-label={t('incident.acts')}>
      {sends ? (
        <button type="button" class="btn" onClick={onReopen}>
          {t('doing.reopen')}
        </button>
      ) : null}
      <button type="button" class="btn bare" onClick={onMore}>
        {t('doing.more')} <Key>M</Key>
      </button>
    </div>
  )
}

const Closing = ({ incident, onClose, onClosing }: Props) => (
  <Pick
    label={t('incident.close-how', { number: incident.number })}
    of={OUTCOMES.map((id) => ({ id, words: word('outcome', id) }))}
    onPick={onClose}
    onBack={() => onClosing(false)}
  />
)
