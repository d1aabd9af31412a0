// The review of one incident: one moment, shown by the time line, the map, the board and the journal; below it what was
// to be done, what was advised, what others did, and what was found.
import { useComputed, useSignal } from '@preact/signals'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { date, ms, span, time } from '../../kernel/clock'
import { useDevice, useView } from '../../kernel/device'
import { language, t } from '../../kernel/i18n'
import { useKeys } from '../../kernel/keys'
import { follow, go } from '../../kernel/router'
import { Icon } from '../../look/symbols'
import type { Entry } from '../dispatch/journal'
import { entriesOf } from '../dispatch/journal-lines'
import { LIMIT } from '../dispatch/strip'
import { type IncidentRow, incidentOf } from '../dispatch/views'
import { fieldEntries, inOrder } from '../field/journal-lines'
import type { JournalRow } from '../field/rows'
import { fieldStandards, restRule, useFieldStandardsView } from '../field/standards'
import { useStandards } from '../intake/standards'
import { useBase } from '../places/base'
import { ToChecks } from './checks'
import { Advice, Beside, Steps } from './columns'
import { Findings } from './findings'
import { Log } from './log'
import { MomentMap } from './moment-map'
import { usePlayer } from './player'
import { boardAt, type FactRow, lineOf, namesOf, type Told, type Track } from './replay'
import { TRACKERS } from './roles'
import { SceneBoard } from './scene-board'
import { TimeLine } from './timeline'
import { summary } from './words'

export function IncidentReview({ id }: { id: string }) {
  const view = useView<'dispatch.incident', IncidentRow>('dispatch.incident', { incident: id })
  const row = view.rows.value[0]
  if (row) return <Replay row={row} />
  const state = view.state.value
  return (
    <div class="doc">
      <p class="hint">
        {t(state === 'live' ? 'review.no-such' : state === 'failed' ? 'sop.not-reached' : 'desk.loading')}
      </p>
    </div>
  )
}

/** Everything of the incident that the log holds. */
function useRecord(row: IncidentRow) {
  const params = { incident: row.incident }
  const scene = useView<'field.journal', JournalRow>('field.journal', params)
  const desk = useView('dispatch.journal', params)
  const facts = useView<'field.facts', FactRow>('field.facts', params)
  const names = useView('access.names', {}, { keep: true })
  const stations = useView('dispatch.stations', {}, { keep: true })
  const standards = useStandards()
  useFieldStandardsView()
  const std = fieldStandards()
  const told: Told = useMemo(
    () => ({ incident: row, facts: facts.rows.value, scene: scene.rows.value, rest: restRule() }),
    [row, facts.rows.value, scene.rows.value, std.known],
  )
  const entries = useMemo<readonly Entry[]>(() => {
    const actor = (who: string) =>
      who === 'timer' ? '' : (names.rows.value.find((one) => one.actor === who)?.name ?? who)
    const station = (one: string) => stations.rows.value.find((other) => other.station === one)?.name ?? one
    return inOrder([
      ...fieldEntries(scene.rows.value, { row: namesOf(told), std, actor }),
      ...entriesOf(desk.rows.value, { actor, station, standards }),
    ])
  }, [told, desk.rows.value, names.rows.value, stations.rows.value, standards.edition(), language.value, std.known])
  return { told, entries, stations: stations.rows, std, standards }
}

/** Only for who may see where a vehicle was. */
function useTracks(incident: string): readonly Track[] {
  const device = useDevice()
  const allowed = device.may(TRACKERS)
  const view = useMemo(
    () => (allowed ? device.views.view<Track>('review.tracks', { incident }, {}) : undefined),
    [device.views, incident, allowed],
  )
  useEffect(() => () => view?.close(), [view])
  return view?.rows.value ?? NONE
}

const NONE: readonly Track[] = []

function Replay({ row }: { row: IncidentRow }) {
  const { told, entries, stations, std, standards } = useRecord(row)
  const base = useBase()
  const tracks = useTracks(row.incident)
  const moments = useMemo(() => [...new Set(entries.map((one) => one.at))].sort((a, b) => a - b), [entries])
  const line = useMemo(() => lineOf(row, moments), [row, moments])
  const player = usePlayer(line)
  const findings = useView('review.review', { incident: row.incident }).rows.value
  const similar = useView('review.similar', { incident: row.incident }).rows.value
  const decisions = useView('review.decisions', { incident: row.incident }).rows.value
  const cards = useView('sop.at-incident', { incident: row.incident }).rows.value
  const checks = useView('review.to-check').rows.value.filter((one) => one.checked_at === row.incident)
  const open = useSignal('')
  const inside = useMemo(() => moments.filter((at) => at >= line.start && at <= line.end), [moments, line])
  const incident = useMemo(
    () =>
      incidentOf(row, standards, {
        untyped: t('incident.untyped'),
        fresh: t('incident.new'),
        areaName: (area) => base.areas.value.find((one) => one.area === area)?.name ?? '',
      }),
    [row, standards.edition(), language.value, base.areas.value],
  )
  const posts = useMemo(
    () => stations.value.map((one) => ({ id: one.station, name: one.name, at: [one.lon, one.lat] as const })),
    [stations.value],
  )
  const found = useRef<HTMLDivElement>(null)
  useKeys({
    f: () => {
      open.value = 'new'
      found.current?.scrollIntoView({ block: 'center' })
    },
    Escape: () => (open.value ? (open.value = '') : go('/tinjauan')),
  })
  const board = useComputed(() => boardAt(told, player.at.value))
  const at = player.at.value
  return (
    <>
      <header class="ans">
        <a class="back-to" href="/tinjauan" onClick={follow}>
          <Icon name="left" /> {t('review.all')}
        </a>
        <div>
          <span class="label">{t('review.now-in-record', { time: time(at) })}</span>
          <div class="clock l">{span(at - line.start)}</div>
        </div>
        <div>
          <h1>{[answerOf(row, incident.watched), summary(findings)].join(' ')}</h1>
          <p>
            {[
              incident.number,
              incident.type,
              incident.place,
              date(row.opened_at),
              incident.exercise ? t('incident.exercise') : '',
            ]
              .filter(Boolean)
              .join(' · ')}
            {' · '}
            {t('review.cause-not-guilt')}
          </p>
        </div>
      </header>
      <TimeLine incident={row} line={line} player={player} moments={inside} watched={incident.watched} />
      <div class="now3">
        <MomentMap
          base={base}
          row={row}
          incident={incident}
          stations={posts}
          tracks={tracks}
          player={player}
          board={board}
          std={std}
        />
        <SceneBoard board={board.value} at={at} std={std} silent={!told.facts.length && !told.scene.length} />
        <Log number={incident.number} entries={entries} player={player} />
      </div>
      <div class="cols">
        <Steps cards={cards} start={ms(row.opened_at)} at={at} />
        <Advice decisions={decisions} incident={row} at={at} />
        <Beside incident={row} similar={similar} watched={incident.watched} />
      </div>
      {checks.length ? (
        <div class="asked">
          <ToChecks rows={checks} here />
        </div>
      ) : null}
      <div ref={found}>
        <Findings incident={row.incident} findings={findings} player={player} open={open} />
      </div>
    </>
  )
}

/** When help stood ready, against the standard; or that nobody wrote it down. */
function answerOf({ clocks, answered_at, units }: IncidentRow, watched: boolean): string {
  const ready = clocks['ready-to-serve'] ?? clocks.action
  if (ready) {
    const words = { span: span(ms(ready) - ms(answered_at)), limit: span(LIMIT * 60_000) }
    return t(watched ? 'review.ready-after-limit' : 'review.ready-after', words)
  }
  if (!units.length) return t('review.nobody-sent')
  return t('review.ready-missing')
}
