// Open incidents, each with its clock against the standard: what is open, is anybody late.
import { useLayoutEffect } from 'preact/hooks'
import { shortTime } from '../../kernel/clock'
import { t } from '../../kernel/i18n'
import type { ViewState } from '../../kernel/live'
import { EARLY, type Place, useGrowing, useNear, WHOLE } from '../../kernel/near'
import { useSteadyActs } from '../../kernel/steady-props'
import { NoCopy } from '../../look/copy'
import { Key, Sym } from '../../look/symbols'
import { Drill, Life, lookOfIncident } from './incident-panel'
import type { Incident } from './rows'
import { SceneChips, type SceneRow } from './scene-panel'
import { footOf, IncidentClock, StripBar, startOf, stripOf } from './strip-bar'

/** With more than this many open, the ones not chosen fold. */
const MANY = 5
/** How high a folded row is (px). */
const ROW = 58

type Props = {
  incidents: readonly Incident[]
  selected: string | undefined
  state: ViewState
  /** The time of a kept picture, when it is all there is. */
  storedAt: number | undefined
  /** What happens at each scene, by incident. */
  scenes: ReadonlyMap<string, SceneRow>
  onPick(id: string): void
  /** Absent for who takes no calls. */
  onNew: (() => void) | undefined
  onNext(): void
  /** Shows those that are over. */
  onFinished(): void
}

export function Incidents({ incidents, selected, state, storedAt, scenes, onPick, onNew, onNext, onFinished }: Props) {
  const acts = useSteadyActs({ onPick })
  const grown = useGrowing(incidents.length)
  const alone = incidents.filter((incident) => !incident.units.length).length
  return (
    <section class="panel incidents" aria-labelledby="incidents-head" data-full={incidents.length > MANY || undefined}>
      <div class="head">
        <h2 id="incidents-head">{t('desk.incidents')}</h2>
        <span>
          {state === 'failed' && !incidents.length ? '—' : incidents.length}
          {alone ? `, ${t('desk.without-unit', { n: alone })}` : ''}
        </span>
        {storedAt ? <span class="eyes">{t('desk.stored', { at: shortTime(storedAt) })}</span> : null}
        <span class="end keys">
          {onNew ? (
            <button type="button" onClick={onNew}>
              <Key>N</Key> {t('desk.new')}
            </button>
          ) : null}
        </span>
        <span class="keys">
          <button type="button" onClick={onNext}>
            <Key>{t('key.space')}</Key>{' '}
            <span class="wide" aria-hidden="true">
              {t('desk.next')}
            </span>
            <span class="sr">{t('desk.next')}</span>
          </button>
        </span>
      </div>
      {state === 'loading' ? <Bones /> : null}
      {state === 'failed' && !incidents.length ? <NoCopy state={state} /> : null}
      {(state === 'live' || state === 'stored') && !incidents.length ? <Calm onNew={onNew} /> : null}
      {incidents.length ? (
        <ul role="listbox" aria-labelledby="incidents-head">
          {incidents.slice(0, grown).map((incident, i) => (
            <IncidentRow
              key={incident.id}
              incident={incident}
              on={incident.id === selected}
              scene={scenes.get(incident.id)}
              onPick={acts.onPick}
              early={i < EARLY}
              long={incidents.length > WHOLE}
            />
          ))}
        </ul>
      ) : null}
      <button type="button" class="list-foot" onClick={onFinished}>
        <Key>S</Key> {t('finished.title')}
      </button>
    </section>
  )
}

type RowProps = { incident: Incident; on: boolean; scene: SceneRow | undefined; onPick(id: string): void } & Place

function IncidentRow({ incident, on, scene, onPick: pick, early, long }: RowProps) {
  const { ref, near, height } = useNear<HTMLLIElement>(early, long, ROW)
  const drawn = near.value || on
  const onPick = () => pick(incident.id)
  // The focus goes along when it is in the list: with Space, with the arrows, after a click.
  useLayoutEffect(() => {
    if (on && ref.current?.parentElement?.contains(document.activeElement)) ref.current.focus()
  }, [on])
  return (
    <li
      ref={ref}
      role="option"
      class={incident.pending ? 'row inc pending' : 'row inc'}
      aria-selected={on}
      tabIndex={on ? 0 : -1}
      {...(!drawn && {
        'aria-label': [incident.number, incident.type, incident.place].filter(Boolean).join(' '),
        style: { height: `${height.value}px` },
      })}
      onClick={onPick}
      onKeyDown={(event) => {
        if (!on && (event.key === 'Enter' || event.key === ' ')) {
          event.preventDefault()
          onPick()
        }
        const to = event.key === 'ArrowDown' ? 'nextElementSibling' : 'previousElementSibling'
        if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
        event.preventDefault()
        const sibling = event.currentTarget[to] as HTMLElement | null
        sibling?.click()
        sibling?.focus()
      }}
    >
      {drawn ? <RowParts incident={incident} scene={scene} /> : null}
    </li>
  )
}

function RowParts({ incident, scene }: Pick<RowProps, 'incident' | 'scene'>) {
  const foot = footOf(incident)
  return (
    <>
      <Sym kind={incident.kind} {...lookOfIncident(incident)} />
      <div class="t">
        {incident.number} <span class="cut">{incident.type}</span>
      </div>
      <IncidentClock incident={incident} />
      <div class="p cut">
        <span class="folded">
          {incident.exercise ? `${t('incident.exercise')} · ` : ''}
          {incident.lifeRisk ? <Life incident={incident} /> : null}
        </span>
        {incident.place}
      </div>
      {incident.watched ? <StripBar of={stripOf(incident)} /> : null}
      <div class="f">
        {incident.exercise ? <Drill /> : null}
        {incident.lifeRisk && !scene?.maydays ? <Life incident={incident} /> : null}
        <SceneChips scene={scene} />
        {foot.text && (foot.eyes || !scene?.inside) ? <span class={foot.eyes ? 'eyes' : ''}>{foot.text}</span> : null}
        {foot.eyes && incident.units.length ? null : (
          <span>
            {incident.units.length ? t('incident.units', { n: incident.units.length }) : t('incident.no-unit')}
          </span>
        )}
        {incident.eta !== undefined && incident.clocks.arrived === undefined ? (
          <span class="end">{t('incident.eta', { span: etaSpan(incident) })}</span>
        ) : null}
      </div>
    </>
  )
}

const etaSpan = (incident: Incident) => {
  const seconds = Math.max(0, Math.round(((incident.eta ?? 0) - startOf(incident)) / 1000))
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`
}

function Calm({ onNew }: Pick<Props, 'onNew'>) {
  return (
    <div class="calm">
      <b>{t('desk.calm')}</b>
      {onNew ? (
        <button type="button" class="btn" onClick={onNew}>
          {t('desk.new-call')} <Key>N</Key>
        </button>
      ) : null}
    </div>
  )
}

function Bones() {
  return (
    <div class="calm" aria-busy="true">
      <span class="sr">{t('desk.loading')}</span>
      {[220, 160, 260].map((width) => (
        <span key={width} class="bone" style={{ width: `${width}px`, marginBottom: '10px' }} />
      ))}
    </div>
  )
}
