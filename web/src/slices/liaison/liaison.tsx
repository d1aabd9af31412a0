// Penghubung: what other organisations may follow. Incidents and scenes in figures and codes; nothing here changes anything.
import { useSignal } from '@preact/signals'
import { Fragment } from 'preact'
import { useEffect } from 'preact/hooks'
import { now, shortTime, time } from '../../kernel/clock'
import { useView } from '../../kernel/device'
import { language, t, word } from '../../kernel/i18n'
import { useKeys } from '../../kernel/keys'
import { nextTheme } from '../../kernel/theme'
import { CopyAge, NoCopy, unseen } from '../../look/copy'
import { LineMark } from '../../look/line-mark'
import { Glyph, Sym } from '../../look/symbols'
import { Menu } from '../access/menu'
import { Drill, lookOfIncident } from '../dispatch/incident-panel'
import { type Incident, lookOf, type Unit } from '../dispatch/rows'
import { SceneChips, type SceneRow } from '../dispatch/scene-panel'
import { IncidentClock, StripBar, startOf, stripOf } from '../dispatch/strip-bar'
import { type Picture, usePicture } from '../dispatch/use-picture'
import { guessFieldBoard } from '../field/guess'
import type { Board as SceneBoard } from '../field/rows'
import { useScenes } from '../field/scenes'
import { useStandardsView } from '../intake/standards'
import { Around } from './around'
import { type BoardRow, lastStep, type Summary, summaryOf } from './board'
import '../../look/liaison.css'

const READY = new Set(['ready', 'standby'])

export function Liaison() {
  useStandardsView()
  const picture = usePicture()
  const chosen = useSignal<string | undefined>(undefined)
  const open = picture.incidents.value
  const scenes = useScenes(open.map((one) => one.id))
  const sceneOf = (id: string) => scenes.value.find((row) => row.incident === id)
  // Somebody's life before all else.
  const incidents = [...open].sort((a, b) => (sceneOf(b.id)?.maydays ?? 0) - (sceneOf(a.id)?.maydays ?? 0))
  const incident = incidents.find((one) => one.id === chosen.value) ?? incidents[0]
  const step = (by: number) => {
    const here = incidents.findIndex((one) => one.id === incident?.id)
    const to = incidents[(here + by + incidents.length) % Math.max(incidents.length, 1)]
    if (to) chosen.value = to.id
  }
  useKeys({ t: nextTheme, Space: () => step(1), ArrowDown: () => step(1), ArrowUp: () => step(-1) })
  useEffect(() => {
    document.title = `${t('screen.liaison')} · ${t('desk.open-count', { n: incidents.length })}`
  }, [incidents.length, language.value])
  return (
    <div class="liaison">
      <header class="top">
        <Menu />
        <span class="chip line">{t('liaison.read-only')}</span>
        <LineMark />
        <span class="wall">{time(now.value)}</span>
      </header>
      <main>
        <h1 class="sr">{t('screen.liaison')}</h1>
        <section class="list" aria-labelledby="liaison-open">
          <div class="head">
            <h2 id="liaison-open">
              {unseen(picture.incidentView) ? t('desk.incidents') : t('desk.open-count', { n: incidents.length })}
            </h2>
            <CopyAge of={picture.incidentView} />
            <span class="end">{unseen(picture.boardView) ? '—' : readyOf(picture)}</span>
          </div>
          <ul>
            {incidents.map((one) => (
              <li key={one.id}>
                <button type="button" aria-pressed={one.id === incident?.id} onClick={() => (chosen.value = one.id)}>
                  <Row incident={one} area={areaOf(picture, one.id)} scene={sceneOf(one.id)} />
                </button>
              </li>
            ))}
          </ul>
          {incidents.length ? null : unseen(picture.incidentView) ? (
            <NoCopy state={picture.incidentView.state.value} />
          ) : (
            <p class="calm">{t('desk.calm')}</p>
          )}
        </section>
        {incident ? (
          <Scene key={incident.id} incident={incident} picture={picture} area={areaOf(picture, incident.id)} />
        ) : null}
        <Around picture={picture} onPick={(id) => (chosen.value = id)} />
      </main>
    </div>
  )
}

/** Where it is, as far as others need it: the kelurahan, never the address. */
function areaOf(picture: Picture, id: string): string {
  const row = picture.incidentView.rows.value.find((one) => one.incident === id)
  return row?.area ? picture.areaName(row.area) : ''
}

function readyOf(picture: Picture): string {
  const manned = picture.units.value.filter((unit) => unit.status !== 'reserve')
  return t('desk.ready-of', { ready: manned.filter((unit) => READY.has(unit.status)).length, all: manned.length })
}

function Row({ incident, area, scene }: { incident: Incident; area: string; scene: SceneRow | undefined }) {
  return (
    <>
      <Sym kind={incident.kind} {...lookOfIncident(incident)} />
      <span class="what">
        <b>{incident.number}</b> {incident.type}
        <small>
          {[
            area,
            incident.level > 1 ? t('incident.level', { n: incident.level }) : '',
            incident.units.length ? t('incident.units', { n: incident.units.length }) : t('incident.no-unit'),
          ]
            .filter(Boolean)
            .join(' · ')}
        </small>
        <span class="chips">
          {incident.exercise ? <Drill /> : null}
          <SceneChips scene={scene} />
        </span>
      </span>
      <IncidentClock incident={incident} />
    </>
  )
}

function Scene({ incident, picture, area }: { incident: Incident; picture: Picture; area: string }) {
  const view = useView<'field.board', SceneBoard>(
    'field.board',
    { incident: incident.id },
    { guess: guessFieldBoard, keep: true },
  )
  const board = view.rows.value[0]
  const summary = board && summaryOf(board)
  const row = picture.incidentView.rows.value.find((one) => one.incident === incident.id)
  const units = picture.units.value.filter((unit) => unit.incident === incident.id)
  return (
    <section class="scene-of" aria-label={t('incident.title', { number: incident.number })}>
      <header>
        <Sym kind={incident.kind} size="xl" {...lookOfIncident(incident)} />
        <div>
          <h2>
            {incident.number} {incident.type}
          </h2>
          <p class="quiet">
            {[area, t('incident.since', { at: time(startOf(incident)) })].filter(Boolean).join(' · ')}
          </p>
        </div>
        <IncidentClock incident={incident} size="l" />
        {incident.watched ? <StripBar of={stripOf(incident)} large /> : null}
      </header>
      {board && summary ? <Figures board={board} summary={summary} /> : null}
      {summary ? <Places summary={summary} /> : null}
      <Units units={units} />
      {row && Object.keys(row.others).length ? (
        <section aria-labelledby="liaison-others">
          <h3 id="liaison-others">{t('others.title')}</h3>
          <ul class="rows-of">
            {Object.entries(row.others).map(([other, steps]) => {
              const [step, at] = lastStep(steps)
              return (
                <li key={other}>
                  <b>{picture.standards.other(other)}</b>
                  <span>{at ? t('others.since', { step: word('step', step), at: shortTime(at) }) : ''}</span>
                </li>
              )
            })}
          </ul>
        </section>
      ) : null}
    </section>
  )
}

function Figures({ board, summary }: { board: BoardRow; summary: Summary }) {
  const figures = [
    [t('scene.commander'), board.commander?.holder ?? t('scene.no-commander')],
    [t('scene.channel'), board.channel || '—'],
    [t('liaison.people'), String(summary.people)],
    [t('liaison.inside'), String(summary.inside)],
    [t('liaison.coming'), String(summary.coming)],
    [t('liaison.tasks'), summary.tasks.all ? t('liaison.done-of', summary.tasks) : '—'],
  ] as const
  return (
    <>
      {summary.maydays || summary.evacuations ? (
        <p class="danger-of" data-s="danger">
          <Glyph name="danger" plain />
          {[
            summary.maydays ? t('scene.maydays', { n: summary.maydays }) : '',
            summary.evacuations ? t('scene.evacuations', { n: summary.evacuations }) : '',
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
      ) : null}
      <dl class="figures">
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  )
}

const crewSaid = (crew: Summary['places'][number]['crews'][number]) =>
  [t('unit.crew', { n: crew.people }), crew.inside ? t('scene.inside-n', { n: crew.inside }) : '']
    .filter(Boolean)
    .join(', ')

function Places({ summary }: { summary: Summary }) {
  if (!summary.places.length) return null
  return (
    <section aria-labelledby="liaison-places">
      <h3 id="liaison-places">{t('liaison.places')}</h3>
      <ul class="rows-of">
        {summary.places.map((place) => (
          <li key={place.id}>
            <b>{place.name || word('place-of', place.id)}</b>
            <span>
              {place.crews.length ? null : t('liaison.nobody')}
              {place.crews.map((crew, i) => (
                <Fragment key={crew.id}>
                  {i ? ' · ' : ''}
                  <span class="whole">{crew.label}</span>, {crewSaid(crew)}
                </Fragment>
              ))}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Units({ units }: { units: readonly Unit[] }) {
  if (!units.length) return null
  return (
    <section aria-labelledby="liaison-units">
      <h3 id="liaison-units">{t('desk.units')}</h3>
      <ul class="rows-of">
        {units.map((unit) => (
          <li key={unit.id}>
            <b>
              <Glyph name={lookOf(unit.status).glyph} /> {unit.code}
            </b>
            <span>
              {[unit.type, word('status', unit.status), t('trip.since', { at: shortTime(unit.since) })].join(' · ')}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
