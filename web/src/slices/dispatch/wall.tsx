// Dinding: the second monitor, read from four metres. Open incidents with their clocks, where they are, what is still ready.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { ms, shortTime, span } from '../../kernel/clock'
import { useView } from '../../kernel/device'
import { language, percent, t } from '../../kernel/i18n'
import { useKeys } from '../../kernel/keys'
import { nextTheme } from '../../kernel/theme'
import { CopyAge, NoCopy, unseen } from '../../look/copy'
import { Glyph, Sym } from '../../look/symbols'
import { Menu } from '../access/menu'
import { useScenes } from '../field/scenes'
import { useStandardsView } from '../intake/standards'
import type { Cover } from './cover'
import { Life, lookOfIncident } from './incident-panel'
import type { Incident } from './rows'
import { SceneChips, type SceneRow } from './scene-panel'
import { LIMIT, metAt } from './strip'
import { footOf, IncidentClock, StripBar, startOf, stripOf } from './strip-bar'
import { type Looked, useCover } from './use-cover'
import { type Picture, usePicture } from './use-picture'
import { useWallAlarms, WallAlarm } from './wall-alarm'
import { fitted, readiness } from './wall-fit'
import { Stand } from './wall-line'
import { WallMap } from './wall-map'
import '../../look/wall.css'

/** The wall is drawn for 1920 × 1080 and grows and shrinks with its monitor. */
const WIDE = 1920
const NARROW = 1100
/** What the top and the readiness take of the height, in parts of 1080. */
const AROUND = 88 + 168 + 2

export function Wall() {
  useStandardsView()
  const picture = usePicture()
  const rows = useScenes(picture.incidents.value.map((one) => one.id)).value
  const scenes = new Map(rows.map((row) => [row.incident, row]))
  const { alarm, others } = useWallAlarms(picture)
  const { scale, room } = useScale()
  const incidents = picture.incidents.value
  const maydays = new Set(rows.filter((row) => row.maydays).map((row) => row.incident))
  const fit = fitted(incidents, room - (alarm?.hue === 'danger' ? 80 : 0), maydays)
  useEffect(() => {
    document.title = `${t('screen.wall')} · ${t('desk.open-count', { n: incidents.length })}`
  }, [incidents.length, language.value])
  useAwake()
  useKeys({ t: nextTheme })
  return (
    <div class="wall-screen" data-alarm={alarm?.hue} style={{ '--wall': String(scale) }}>
      {alarm ? (
        <WallAlarm alarm={alarm} others={others} />
      ) : (
        <Top open={unseen(picture.incidentView) ? undefined : incidents.length} />
      )}
      <main>
        <h1 class="sr">{t('screen.wall')}</h1>
        <section class="list" aria-label={t('desk.incidents')}>
          <CopyAge of={picture.incidentView} />
          {fit.large.map((incident) => (
            <Large key={incident.id} incident={incident} scene={scenes.get(incident.id)} />
          ))}
          {fit.folded.map((incident) => (
            <Folded key={incident.id} incident={incident} scene={scenes.get(incident.id)} />
          ))}
          {fit.more ? <p class="more-of">{t('wall.more', { n: fit.more })}</p> : null}
          {incidents.length ? null : unseen(picture.incidentView) ? (
            <div class="calm">
              <NoCopy state={picture.incidentView.state.value} />
            </div>
          ) : (
            <Calm picture={picture} />
          )}
        </section>
        <WallMap picture={picture} focus={alarm?.incident} maydays={maydays} scale={scale} />
      </main>
      <Ready picture={picture} />
    </div>
  )
}

/** The size of everything follows the width of the monitor; on a phone it stays readable and scrolls. */
function useScale(): { scale: number; room: number } {
  const size = useSignal({ w: innerWidth, h: innerHeight })
  useEffect(() => {
    const read = () => (size.value = { w: innerWidth, h: innerHeight })
    addEventListener('resize', read)
    return () => removeEventListener('resize', read)
  }, [])
  const { w, h } = size.value
  const scale = w < NARROW ? 0.6 : w / WIDE
  useEffect(() => {
    document.documentElement.style.fontSize = `${16 * scale}px`
    return () => {
      document.documentElement.style.fontSize = ''
    }
  }, [scale])
  return { scale, room: w < NARROW ? Number.POSITIVE_INFINITY : h / scale - AROUND }
}

/** A monitor nobody touches stays on. */
function useAwake() {
  useEffect(() => {
    let lock: WakeLockSentinel | undefined
    const keep = () => {
      if (document.visibilityState === 'visible')
        navigator.wakeLock?.request('screen').then(
          (held) => (lock = held),
          () => {}, // the browser saves its battery: nothing to be done here
        )
    }
    keep()
    document.addEventListener('visibilitychange', keep)
    return () => {
      document.removeEventListener('visibilitychange', keep)
      void lock?.release()
    }
  }, [])
}

function Top({ open }: { open: number | undefined }) {
  return (
    <header class="top">
      <Menu />
      <b>{open === undefined ? t('screen.wall') : t('desk.open-count', { n: open })}</b>
      <Stand />
    </header>
  )
}

type RowProps = { incident: Incident; scene: SceneRow | undefined }

function Large({ incident, scene }: RowProps) {
  const foot = footOf(incident)
  const start = startOf(incident)
  return (
    <article class="inc">
      <Sym kind={incident.kind} {...lookOfIncident(incident)} />
      <h2>
        {incident.number} <span>{incident.type}</span>
      </h2>
      <p class="cut">{placeOf(incident)}</p>
      <IncidentClock incident={incident} size="xl" />
      {incident.watched ? <StripBar of={stripOf(incident)} /> : null}
      <div class="f">
        {incident.exercise ? <span class="chip plan drill">{t('incident.exercise')}</span> : null}
        {incident.lifeRisk && !scene?.maydays ? <Life incident={incident} words /> : null}
        <SceneChips scene={scene} />
        {foot.eyes ? <b class="eyes">{foot.text}</b> : null}
        <span>{incident.units.length ? t('incident.units', { n: incident.units.length }) : t('incident.no-unit')}</span>
        {scene?.commander ? <span class="cut">{t('wall.commander', { name: scene.commander })}</span> : null}
        {incident.clocks.arrived !== undefined && foot.eyes ? null : incident.clocks.arrived !== undefined ? (
          <span class="end">{t('incident.arrived-after', { span: span(incident.clocks.arrived - start) })}</span>
        ) : incident.eta !== undefined ? (
          <span class="end planned">{t('incident.eta', { span: span(incident.eta - start) })}</span>
        ) : null}
      </div>
    </article>
  )
}

function Folded({ incident, scene }: RowProps) {
  const { arrived } = incident.clocks
  const foot = arrived === undefined ? '' : t('incident.arrived-after', { span: span(arrived - startOf(incident)) })
  const inside = scene?.inside ? t('scene.inside-n', { n: scene.inside }) : ''
  return (
    <article class="inc fold">
      <Sym kind={incident.kind} {...lookOfIncident(incident)} />
      <h2>
        {incident.number} <span>{incident.type}</span>
        <SceneChips scene={scene} brief />
      </h2>
      <p>
        <span class="cut">{[inside, placeOf(incident)].filter(Boolean).join(' · ')}</span>
        {foot ? <span>{` · ${foot}`}</span> : null}
      </p>
      <IncidentClock incident={incident} size="l" />
    </article>
  )
}

const placeOf = (incident: Incident) =>
  [incident.place, incident.level > 1 ? t('incident.level', { n: incident.level }) : ''].filter(Boolean).join(' · ')

/** Nothing open: one sentence, and the last thing that happened. */
function Calm({ picture }: { picture: Picture }) {
  const view = useView('dispatch.incidents', { state: 'closed', limit: '1' }, { keep: true })
  const last = view.rows.value[0] && picture.drawn(view.rows.value[0])
  const met = last && metAt(last.clocks)
  return (
    <div class="calm">
      <h2>{t('desk.calm')}</h2>
      {last ? (
        <p>
          {t('wall.last', { number: last.number, at: last.ended ? shortTime(last.ended) : '' })}
          {met !== undefined && last.watched
            ? `, ${t('wall.met', { span: span(met - startOf(last)), limit: `${LIMIT}:00` })}`
            : ''}
        </p>
      ) : null}
    </div>
  )
}

/** The share of the expected calls that would have water in time now, from the same view as the desk's map. */
function coverOf({ rows }: Looked<Cover>): string {
  const cover = rows[0]
  if (!cover?.known) return t('wall.cover-unknown')
  const minutes = cover.limit_s / 60
  return cover.share === null
    ? t('wall.cover-areas', { minutes, n: cover.inside, all: cover.areas.length })
    : t('wall.cover', { minutes, share: percent(cover.share) })
}

/** What can still go: all in one figure, then station by station. */
function Ready({ picture }: { picture: Picture }) {
  const { ready, all, posts } = readiness(
    picture.units.value,
    picture.posts.value,
    picture.standards.vehiclesWith('pump'),
  )
  const known = !unseen(picture.boardView)
  const cover = useCover(true)
  const latest = Math.max(...picture.boardView.rows.value.map((row) => ms(row.since)))
  return (
    <section class="rdy" aria-label={t('wall.readiness')}>
      <div>
        <div class="big">
          <b>{known ? ready : '—'}</b>
          <span>{known ? t('wall.ready-of', { all }) : t('copy.none')}</span>
        </div>
        <div class="u">{coverOf(cover.value)}</div>
        {Number.isFinite(latest) ? <div class="u">{t('wall.changed', { at: shortTime(latest) })}</div> : null}
      </div>
      {posts.map((post) => (
        <div key={post.station}>
          <h2 class="cut">{post.name.replace(/^Pos /, '')}</h2>
          <div class="u">
            {post.ready.length > 2 ? (
              <span>
                <Glyph name="ready" /> {t('incident.units', { n: post.ready.length })}
              </span>
            ) : (
              post.ready.map((unit) => (
                <span key={unit.id}>
                  <Glyph name="ready" /> {unit.code}
                </span>
              ))
            )}
            {post.lacks ? (
              <span class="low">
                <Glyph name="watch" /> {t(post.lacks === 'pump' ? 'wall.no-pump' : 'wall.no-unit')}
              </span>
            ) : null}
          </div>
        </div>
      ))}
    </section>
  )
}
