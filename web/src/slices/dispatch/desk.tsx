// Meja: what is open, who goes, is anybody late. The list left, the map in the middle, the call or the incident right.
import { useComputed, useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { ms, now, time, zoneName } from '../../kernel/clock'
import { useDevice, useView } from '../../kernel/device'
import { language, setLanguage, t, word } from '../../kernel/i18n'
import { newId } from '../../kernel/ids'
import { useKeys } from '../../kernel/keys'
import type { LngLat, MapHandle } from '../../kernel/map'
import { go, page, path } from '../../kernel/router'
import { nextTheme } from '../../kernel/theme'
import { Glyph, Icon, Key, Sym } from '../../look/symbols'
import { Menu } from '../access/menu'
import { Advice, Call, Caller, type CallIncident, type Draft } from '../intake/call'
import { CallMore, callOption, useCalls } from '../intake/call-more'
import { type IntakeRow, UnfinishedCalls, useCallIncident } from '../intake/calls'
import { useStandards, useStandardsView } from '../intake/standards'
import { useBase } from '../places/base'
import { type Closing, Roads, useClosures } from '../places/roads'
import { actsOf, type By, type Status } from './acts'
import { Agencies } from './agencies'
import { type Alarm, AlarmBar } from './alarm-bar'
import type { Known, Wish } from './command-line'
import { Console } from './console'
import { DeskMap } from './desk-map'
import { type Doing, DoingForm } from './doing'
import { Finished, useFinished } from './finished'
import { IncidentPanel, lookOfIncident, OUTCOMES } from './incident-panel'
import { Incidents } from './incidents'
import { Journal } from './journal'
import { entriesOf, waitingNotes } from './journal-lines'
import { KeysSheet } from './keys-sheet'
import { ProposalPanel } from './proposal-panel'
import { byNeed, type Incident, type Unit } from './rows'
import { Said, useSaid } from './said'
import { IncidentClock, StripBar, stripOf } from './strip-bar'
import { Suggestions, useSuggestions } from './suggestions'
import { Units } from './units'
import { useProposal } from './use-proposal'
import { useRoutes } from './use-routes'
import {
  type AlarmRow,
  type BoardRow,
  guessAlarms,
  guessBoard,
  guessIncidents,
  type IncidentRow,
  incidentOf,
  unitOf,
} from './views'

/** Silence of the node after which the desk asks for a hand, beyond the words in the corner. */
const LOST_ALARM_MS = 20_000
const LEVELS = [1, 2, 3] as const
/** Who takes calls, and who sends: others see the same picture without these acts. */
const CALL_TAKERS = ['call-taker', 'dispatcher', 'shift-leader']
const SENDERS = ['dispatcher', 'shift-leader']
/** The channel of a new call may be set this long before the call goes on record. */
const TAKE_AFTER_MS = 8000

export function Desk() {
  const device = useDevice()
  const acts = actsOf(device)
  const standards = useStandards()
  const base = useBase()
  const said = useSaid()
  useStandardsView()

  // ── what the node shows ────────────────────────────────────────────────────────────────────────────────────────
  const incidentView = useView<'dispatch.incidents', IncidentRow>(
    'dispatch.incidents',
    {},
    { guess: guessIncidents, keep: true },
  )
  const boardView = useView<'dispatch.board', BoardRow>('dispatch.board', {}, { guess: guessBoard, keep: true })
  const positionView = useView('dispatch.positions', {}, { keep: true })
  const stationView = useView('dispatch.stations', {}, { keep: true })
  const alarmView = useView<'dispatch.alarms', AlarmRow>('dispatch.alarms', {}, { guess: guessAlarms, keep: true })
  const nameView = useView('access.names', {}, { keep: true })

  const takesCalls = device.may(CALL_TAKERS)
  const sends = device.may(SENDERS)

  // ── what the dispatcher looks at ───────────────────────────────────────────────────────────────────────────────
  const chosen = useSignal<string | undefined>(undefined)
  const draft = useSignal<Draft | undefined>(undefined)
  const picked = useSignal<LngLat | undefined>(undefined)
  const filter = useSignal<string | undefined>(undefined)
  const openUnit = useSignal<string | undefined>(undefined)
  const doing = useSignal<Doing | undefined>(undefined)
  const finishedShown = useSignal(false)
  const finishedWanted = useSignal(false)
  const coming = useSignal<string | undefined>(undefined)
  const road = useSignal<Closing | undefined>(undefined)
  const writing = useSignal(false)
  const keysShown = useSignal(false)
  const lostTaken = useSignal(0)
  const map = useRef<MapHandle | undefined>(undefined)
  const line = useRef<HTMLInputElement>(null)

  const stations = useComputed(() => new Map(stationView.rows.value.map((row) => [row.station, row])))
  const stationName = (id: string) => (stations.value.get(id)?.name ?? id).replace(/^Pos /, '')
  const areaName = (id: string) => base.areas.value.find((area) => area.area === id)?.name ?? ''
  const names = useComputed(() => new Map(nameView.rows.value.map((row) => [row.actor, row.name])))

  const routes = useRoutes(incidentView.rows, boardView.position)

  const suggestions = useSuggestions()

  const incidents = useComputed<readonly Incident[]>(() => {
    const words = { untyped: t('incident.untyped'), fresh: t('incident.new'), areaName }
    return incidentView.rows.value
      .map((row) => incidentOf(row, standards, words, routes.value.etas.get(row.incident)))
      .sort(byNeed)
  })
  const closures = useClosures()
  const over = useFinished(finishedWanted.value)
  const finished = useComputed<readonly Incident[]>(() => {
    const words = { untyped: t('incident.untyped'), fresh: t('incident.new'), areaName }
    return over.value.map((row) => incidentOf(row, standards, words))
  })
  const positions = useComputed(() => new Map(positionView.rows.value.map((row) => [row.unit, row])))
  const units = useComputed<readonly Unit[]>(() =>
    boardView.rows.value.map((row) => unitOf(row, standards, stations.value, positions.value.get(row.unit), now.value)),
  )
  const selected = useComputed(() => {
    const wanted = draft.value ? draft.value.incident : chosen.value
    if (draft.value && !draft.value.incident) return undefined
    const found =
      incidents.value.find((incident) => incident.id === wanted) ??
      finished.value.find((incident) => incident.id === wanted)
    // One that is being opened again may for a moment be in neither list: nothing else takes its place.
    return found ?? (draft.value || (wanted && wanted === coming.value) ? undefined : incidents.value[0])
  })
  const incident = selected.value
  const open = incident?.state === 'open'
  const row = [...incidentView.rows.value, ...over.value].find((one) => one.incident === incident?.id)

  const moved = useComputed(() => `${incidentView.position.value} ${boardView.position.value}`)
  const computed = useProposal(open ? incident?.id : undefined, moved, {
    standards,
    station: stationName,
    area: areaName,
  })
  const proposal = computed.value.computed?.proposal
  const proposed = useComputed(() => new Set(computed.value.computed?.proposal.units.map((unit) => unit.id) ?? []))
  const numberOf = (id: string) => [...incidents.value, ...finished.value].find((one) => one.id === id)?.number ?? ''

  // ── acts ───────────────────────────────────────────────────────────────────────────────────────────────────────
  function choose(id: string | undefined, detail = true) {
    chosen.value = id
    doing.value = undefined
    writing.value = false
    const at = [...incidents.value, ...finished.value].find((one) => one.id === id)?.at
    if (at && map.current && !map.current.shows(at)) map.current.jump(at)
    if (detail && id && (page.value || 'daftar') === 'daftar') go(`${path.value}#rincian`)
  }
  function next() {
    const list = incidents.value
    const here = list.findIndex((one) => one.id === incident?.id)
    const to = list[(here + 1) % Math.max(list.length, 1)]
    if (draft.value) leaveCall()
    if (to) choose(to.id, false)
  }
  function newCall() {
    if (!takesCalls || (draft.value && !draft.value.incident)) return
    road.value = undefined
    draft.value = { call: newId(), at: now.value, channel: '112' }
    picked.value = undefined
    go('/panggilan#rincian')
  }
  /** The call goes on record with the time it was answered; a moment later, so that its channel can still be set. */
  function takeCall() {
    const call = draft.value
    if (!call || call.taken) return
    draft.value = { ...call, taken: true }
    const seenAt = new Date(call.at).toISOString()
    const exercise = call.exercise ? { exercise: true } : {}
    void device.ask({ kind: 'intake.take-call', call: call.call, channel: call.channel, ...exercise }, { seenAt })
  }
  function leaveCall() {
    takeCall()
    if (draft.value?.incident) chosen.value = draft.value.incident
    draft.value = undefined
    go('/meja#rincian')
  }
  function resume(call: Draft) {
    draft.value = call
    picked.value = undefined
    go('/panggilan#rincian')
  }
  function edit() {
    if (!incident) return
    const start = incident.clocks.answered ?? incident.clocks.opened ?? now.value
    resume({ call: intake?.calls[0] ?? '', at: start, channel: '112', incident: incident.id, taken: true })
  }
  async function send(list: readonly string[], reason?: string, target = incident) {
    if (!target) return
    const shown = target.id === incident?.id ? computed.value.computed?.shown : undefined
    const outcome = await said.after(
      acts.send(target.id, list, shown, reason),
      t('said.sent', { units: list.join(', '), number: target.number }),
    )
    if (outcome.is !== 'refused' && draft.value?.incident === target.id) leaveCall()
  }
  function status(unit: string, to: Status, by: By, at?: string, reason?: string) {
    openUnit.value = undefined
    const when = at ?? new Date(now.value).toISOString()
    const text = t('said.status', { unit, status: word('status', to), at: time(when) })
    void said.after(acts.status(unit, to, by, at, reason), text)
  }
  function release(unit: Unit, reason?: string) {
    openUnit.value = undefined
    if (!unit.incident) return
    void said.after(
      acts.release(unit.id, unit.incident, reason),
      t('said.released', { unit: unit.code, number: numberOf(unit.incident) }),
    )
  }
  function close(id: string, outcome: string) {
    doing.value = undefined
    void said.after(
      acts.close(id, outcome),
      t('said.closed', { number: numberOf(id), outcome: word('outcome', outcome) }),
    )
  }

  function showFinished(on: boolean) {
    finishedWanted.value ||= on
    finishedShown.value = on
    if (!on && incident?.state !== 'open') choose(incidents.value[0]?.id, false)
    else if (on) go(`${path.value}#daftar`)
  }
  /** Opened again with its reason, or shown with the question for it. */
  function reopen(id: string, reason: string | undefined) {
    if (draft.value) leaveCall()
    choose(id)
    if (incidents.value.some((one) => one.id === id)) return
    finishedShown.value = true
    if (reason) openAgain(id, reason)
    else doing.value = 'reopen'
  }
  function openAgain(id: string, reason: string) {
    coming.value = id
    doing.value = undefined
    void said.after(acts.reopen(id, reason), t('said.reopened', { number: numberOf(id) }))
  }
  function closeRoad() {
    if (!takesCalls) return
    const at = (draft.value ? undefined : incident?.at) ?? map.current?.centre()
    if (!at) return
    road.value = { at, radius: 100 }
    map.current?.jump(at, 15)
    go(`${path.value}#rincian`)
  }
  function openCall(call: string) {
    const known = calls.rows.value.find((one) => one.call === call)
    if (!known || !incident) return
    doing.value = undefined
    resume({
      call,
      at: ms(known.answered_at),
      channel: known.channel as Draft['channel'],
      incident: incident.id,
      taken: true,
    })
  }

  function wish(made: Wish) {
    switch (made.do) {
      case 'call':
        return newCall()
      case 'select':
        return choose(made.incident)
      case 'status':
        return status(made.unit, made.status, 'command-line', made.at, made.reason)
      case 'send':
        return void send(
          [made.unit],
          undefined,
          incidents.value.find((one) => one.id === made.incident),
        )
      case 'release': {
        const unit = units.value.find((one) => one.code === made.unit)
        return unit && release(unit, made.reason)
      }
      case 'move':
        return void said.after(
          acts.move(made.unit, made.station),
          t('said.moved', { unit: made.unit, station: stationName(made.station) }),
        )
      case 'clock':
        return void said.after(
          acts.mark(made.incident, made.clock, made.at),
          `${numberOf(made.incident)} ${word('clock', made.clock)}`,
        )
      case 'level':
        return void said.after(
          acts.raise(made.incident, made.level),
          t('said.raised', { number: numberOf(made.incident), n: made.level }),
        )
      case 'close':
        return close(made.incident, outcomeOf(made.outcome))
      case 'open':
        return reopen(made.incident, made.reason)
      case 'finished':
        return showFinished(true)
      case 'road':
        return closeRoad()
      case 'swap': {
        const from = units.value.find((one) => one.code === made.out)?.incident
        if (!from) return
        const facts = { out: made.out, unit: made.instead, number: numberOf(from) }
        return void said.after(acts.swap(from, made.out, made.instead), t('said.swapped', facts))
      }
      case 'correct':
        return void said.after(
          acts.correct(made.incident, made.clock, made.at, made.unit),
          t('said.corrected', {
            what: [made.unit, word('clock', made.clock)].filter(Boolean).join(' '),
            at: time(made.at),
          }),
        )
      case 'cancel':
        return void said.after(
          acts.cancel(made.incident, made.reason),
          t('said.cancelled', { number: numberOf(made.incident) }),
        )
      case 'exercise':
        return void said.after(acts.exercise(made.incident), t('said.exercise', { number: numberOf(made.incident) }))
      case 'note':
        return void said.after(
          acts.note(made.incident, made.text),
          t('said.noted', { number: numberOf(made.incident) }),
        )
    }
  }

  // ── alarms ─────────────────────────────────────────────────────────────────────────────────────────────────────
  const alarms = alarmView.rows.value.filter((alarm) => !alarm.taken_at).map(alarmOf)
  const lostFor = device.feed.line.value === 'lost' ? Date.now() - device.feed.since.value : 0
  void now.value
  if (lostFor > LOST_ALARM_MS && lostTaken.value !== device.feed.since.value)
    alarms.push({
      id: 'lost',
      what: t('alarm.lost'),
      more: t('alarm.lost-more'),
      since: now.value - lostFor,
    })
  function take(alarm: Alarm) {
    if (alarm.id === 'lost') lostTaken.value = device.feed.since.value
    else void acts.takeAlarm(alarm.id)
  }

  // ── the right side ─────────────────────────────────────────────────────────────────────────────────────────────
  const intake = useCallIncident(incident?.id)
  const calls = useCalls()
  const refusedSend = device.outbox.refused.value.find(
    ({ asked }) => asked.command.kind === 'dispatch.dispatch' && asked.command.incident === incident?.id,
  )
  const calling = draft.value !== undefined
  // What lies open stays open, also when the list is ordered anew under it.
  useEffect(() => {
    if (incident && !calling && chosen.peek() !== incident.id) chosen.value = incident.id
    if (open && coming.peek() === incident?.id) coming.value = undefined
  }, [incident?.id, calling, open])
  const inCall = calling ? callIncident(incident, row, intake) : undefined

  useEffect(() => {
    const timer = draft.value && !draft.value.taken ? setTimeout(takeCall, TAKE_AFTER_MS) : undefined
    return () => clearTimeout(timer)
  }, [draft.value])
  useEffect(() => {
    if (path.value === '/panggilan' && !draft.value) {
      if (takesCalls) newCall()
      else go('/meja', { replace: true })
    }
    if (path.value === '/meja' && draft.value) draft.value = undefined
  }, [path.value])
  useEffect(() => {
    document.title = `${t('desk.title')} · ${t('desk.open-count', { n: incidents.value.length })}`
  }, [incidents.value.length, language.value])

  useKeys({
    n: newCall,
    Space: next,
    '/': () => line.current?.focus(),
    '?': () => (keysShown.value = true),
    t: nextTheme,
    l: () => setLanguage(language.value === 'id' ? 'en' : 'id'),
    f: () => {
      filter.value = filter.value ?? ''
    },
    j: () => (incident ? (writing.value = true) : false),
    x: () => (open && !calling && sends ? (doing.value = 'close') : false),
    m: () => (incident && !calling ? (doing.value = 'more') : false),
    s: () => showFinished(!finishedShown.value),
    r: closeRoad,
    e: () => (incident && !calling && takesCalls ? edit() : false),
    a: () => (alarms[0] ? take(alarms[0]) : false),
    Escape: () => {
      if (document.activeElement instanceof HTMLInputElement) return document.activeElement.blur()
      if (filter.value !== undefined) {
        filter.value = undefined
        return true
      }
      return calling ? leaveCall() : false
    },
  })

  const known: Known = {
    units: units.value.map((unit) => ({ code: unit.code, incident: unit.incident })),
    incidents: incidents.value.map((one) => ({ id: one.id, number: one.number })),
    finished: finished.value.map((one) => ({ id: one.id, number: one.number })),
    stations: stationView.rows.value.map((one) => ({ id: one.station, name: one.name })),
    selected: incident?.id,
    now: now.value,
  }
  const at = page.value || (calling ? 'rincian' : 'daftar')

  return (
    <div class="desk" data-page={at}>
      {alarms.length ? <AlarmBar alarms={alarms} onTake={take} /> : <Top onKeys={() => (keysShown.value = true)} />}
      <main>
        <h1 class="sr">{t('desk.title')}</h1>
        {incident ? <Peek incident={incident} /> : null}
        <div class="left">
          <div class="incidents-and-calls">
            {finishedShown.value ? (
              <Finished
                incidents={finished.value}
                selected={incident?.id}
                onPick={(id) => {
                  if (calling) leaveCall()
                  choose(id)
                }}
                onBack={() => showFinished(false)}
              />
            ) : (
              <Incidents
                incidents={incidents.value}
                selected={incident?.id}
                state={incidentView.state.value}
                storedAt={incidentView.state.value === 'stored' ? incidentView.at.value : undefined}
                onPick={(id) => {
                  if (calling) leaveCall()
                  choose(id)
                }}
                onNew={takesCalls ? newCall : undefined}
                onNext={next}
                onFinished={() => showFinished(true)}
              />
            )}
            <UnfinishedCalls current={draft.value?.call} onResume={resume} />
          </div>
          <Suggestions
            suggestions={suggestions.value}
            statusOf={(unit) => units.value.find((one) => one.id === unit)?.status}
            onAgree={(one) => status(one.unit, one.status as Status, 'tracker', one.at)}
          />
          <Units
            units={units.value}
            proposed={proposed.value}
            incidentNumber={numberOf}
            state={boardView.state.value}
            filter={filter.value}
            onFilter={(text) => (filter.value = text)}
            open={openUnit.value}
            onOpen={(unit) => (openUnit.value = unit)}
            onStatus={(unit, to, reason) => status(unit.id, to, 'button', undefined, reason)}
            onRelease={release}
            onSend={(unit) => {
              openUnit.value = undefined
              if (open) void send([unit.id], undefined, incident)
            }}
            selectedNumber={open ? incident?.number : undefined}
          />
          <div class="add" hidden={!takesCalls}>
            <button type="button" class="btn main" onClick={newCall}>
              <Icon name="phone" /> {t('desk.new-call')}
            </button>
          </div>
        </div>
        <DeskMap
          base={base}
          incidents={incident && !open ? [...incidents.value, incident] : incidents.value}
          closures={closures.rows.value}
          closing={road.value}
          units={units.value}
          stations={stationView.rows.value.map((one) => ({ id: one.station, name: one.name, at: [one.lon, one.lat] }))}
          stationsKnown={stationView.state.value !== 'loading'}
          proposed={proposed.value}
          routes={routes.value.lines}
          selected={incident?.id}
          onPick={choose}
          onUnit={(unit) => (openUnit.value = unit)}
          onReady={(handle) => (map.current = handle)}
          {...((calling || road.value) && {
            onPlace: (to: LngLat) => {
              if (road.value) road.value = { ...road.value, at: to }
              else picked.value = to
            },
          })}
        />
        <aside class="right" aria-label={t('desk.detail')}>
          {road.value ? (
            <Roads
              closures={closures.rows.value}
              closing={road.value}
              onClosing={(to) => (road.value = to)}
              onDone={(outcome, text) => void said.after(outcome, text)}
              onShow={(to) => map.current?.jump(to, 15)}
              onBack={() => (road.value = undefined)}
            />
          ) : null}
          {draft.value ? (
            <Call
              key={draft.value.call || draft.value.incident}
              draft={draft.value}
              incident={inCall}
              areaName={areaName}
              near={base.region.value?.centre ?? undefined}
              picked={picked.value}
              onChannel={(channel) => {
                if (draft.value) draft.value = { ...draft.value, channel }
              }}
              onExercise={(exercise) => {
                if (draft.value) draft.value = { ...draft.value, exercise }
              }}
              onTake={takeCall}
              onOpened={(id, to) => {
                if (draft.value) draft.value = { ...draft.value, incident: id }
                map.current?.jump(to, 14)
              }}
              onJoined={(id) => {
                draft.value = undefined
                go('/meja#rincian')
                choose(id)
              }}
              onLeave={leaveCall}
              onSettled={leaveCall}
            />
          ) : null}
          {!draft.value && incident ? (
            <IncidentPanel
              key={incident.id}
              incident={incident}
              levels={LEVELS}
              closing={doing.value === 'close'}
              onClosing={(on) => (doing.value = on ? 'close' : undefined)}
              onMore={() => (doing.value = 'more')}
              onReopen={() => (doing.value = 'reopen')}
              doing={doingForm()}
              onClose={(outcome) => close(incident.id, outcome)}
              onClock={(clock) => wish({ do: 'clock', incident: incident.id, clock })}
              onLevel={(level) => wish({ do: 'level', incident: incident.id, level })}
              onEdit={takesCalls ? edit : undefined}
              sends={sends}
            />
          ) : null}
          {incident && open ? (
            <ProposalPanel
              key={`proposal ${incident.id}`}
              title={t(incident.units.length ? 'proposal.more' : 'proposal.title')}
              proposal={proposal}
              state={computed.value.state}
              refused={
                refusedSend && {
                  refusal: refusedSend.refusal,
                  units: refusedSend.asked.command.units as readonly string[],
                }
              }
              busy={device.outbox.unsent.value.some(({ command }) => command.kind === 'dispatch.dispatch')}
              onSend={(list, reason) => {
                if (refusedSend) device.outbox.dismiss(refusedSend.asked.id)
                void send(list, reason)
              }}
              onDropRefusal={() => refusedSend && device.outbox.dismiss(refusedSend.asked.id)}
              keys={doing.value === undefined && !road.value}
              sends={sends}
            />
          ) : null}
          {draft.value && inCall ? (
            <section class="panel" aria-label={t('call.tell')}>
              <Advice key={inCall.type} draft={draft.value} incident={inCall} />
              {draft.value.call ? <Caller draft={draft.value} incident={inCall} /> : null}
            </section>
          ) : null}
          {draft.value?.taken && draft.value.call ? (
            <CallMore
              key={`about ${draft.value.call}`}
              call={draft.value.call}
              actor={(id) => names.value.get(id) ?? id}
              incidents={incidents.value.map((one) => ({ id: one.id, words: one.number, more: one.type }))}
              numberOf={numberOf}
              onLinked={(id) => {
                draft.value = undefined
                go('/meja#rincian')
                choose(id)
              }}
            />
          ) : null}
          {incident && open && row && !calling ? (
            <Agencies
              row={row}
              typed={standards.othersOf(incident.typeId)}
              onAsk={(other, step) => void acts.other(incident.id, other, step)}
            />
          ) : null}
          {incident ? (
            <Log
              key={`log ${incident.id}`}
              incident={incident}
              names={{ actor: (id) => names.value.get(id) ?? id, station: stationName, standards }}
              writing={writing.value}
              onWriting={(on) => (writing.value = on)}
              onNote={(text) => void acts.note(incident.id, text)}
            />
          ) : calling ? null : (
            <section class="panel calm">
              <p>{t('desk.choose')}</p>
            </section>
          )}
        </aside>
      </main>
      {keysShown.value ? <KeysSheet onClose={() => (keysShown.value = false)} /> : null}
      <Said said={said} skip={refusedSend?.asked.id} />
      <Console
        known={known}
        input={line}
        onFocus={() => {
          finishedWanted.value = true
        }}
        describe={(made) => describe(made)}
        onWish={wish}
      />
      <Pages at={at} incident={incident} calling={calling} count={incidents.value.length} />
    </div>
  )

  function doingForm(): ComponentChildren {
    if (!incident || !row || !doing.value || doing.value === 'close') return undefined
    return (
      <DoingForm
        key={doing.value}
        doing={doing.value}
        incident={incident}
        row={row}
        units={units.value}
        fit={proposal ? [...proposal.units, ...proposal.others] : []}
        calls={calls.rows.value.filter((one) => one.incident === incident.id).map(callOption)}
        said={said}
        onDoing={(to) => (doing.value = to)}
        onCall={openCall}
        onReopen={(reason) => openAgain(incident.id, reason)}
      />
    )
  }

  function alarmOf(alarm: AlarmRow): Alarm {
    const number = alarm.incident ? numberOf(alarm.incident) : ''
    return {
      id: alarm.alarm,
      what: t('alarm.unanswered', { unit: alarm.unit ?? '', number }),
      more: t('alarm.unanswered-more'),
      since: ms(alarm.at),
    }
  }

  /** What a wish would do, beside it in the list. */
  function describe(made: Wish): string {
    const when = 'at' in made && made.at ? time(made.at) : time(now.value)
    switch (made.do) {
      case 'call':
        return t('command.call')
      case 'select':
        return t('command.select', { number: numberOf(made.incident) })
      case 'status':
        return t('command.status', { status: word('status', made.status), at: when })
      case 'send':
        return t('command.send', { number: numberOf(made.incident) })
      case 'release':
        return t('command.release', {
          number: numberOf(units.value.find((one) => one.code === made.unit)?.incident ?? ''),
        })
      case 'move':
        return t('command.move', { station: stationName(made.station) })
      case 'clock':
        return t('command.clock', { clock: word('clock', made.clock), at: when })
      case 'level':
        return t('command.level', { n: made.level })
      case 'close':
        return t('command.close', {
          number: numberOf(made.incident),
          outcome: word('outcome', outcomeOf(made.outcome)),
        })
      case 'open':
        return [...incidents.value, ...finished.value]
          .filter((one) => one.id === made.incident)
          .map((one) => [t('command.open', { number: one.number }), one.type, one.place].join(' · '))
          .join()
      case 'finished':
        return t('finished.title')
      case 'road':
        return t('road.title')
      case 'swap':
        return t('command.swap', { unit: made.instead, out: made.out })
      case 'correct':
        return t('command.correct', { clock: word('clock', made.clock), at: when })
      case 'cancel':
        return t('command.cancel', { number: numberOf(made.incident) })
      case 'exercise':
        return t('command.exercise', { number: numberOf(made.incident) })
      case 'note':
        return t('command.note', { number: numberOf(made.incident) })
    }
  }
}

/** An outcome as typed (`tutup 0231 nihil`): the one it begins, else handled. */
function outcomeOf(typed: string | undefined): string {
  if (!typed) return OUTCOMES[0]
  const words = typed.toLowerCase()
  return OUTCOMES.find((one) => one === words || word('outcome', one).toLowerCase().startsWith(words)) ?? OUTCOMES[0]
}

function callIncident(
  incident: Incident | undefined,
  row: IncidentRow | undefined,
  intake: IntakeRow | undefined,
): CallIncident | undefined {
  if (!incident) return undefined
  return {
    id: incident.id,
    number: incident.number,
    type: incident.typeId || undefined,
    place: incident.place,
    at: incident.at,
    area: row?.area ?? undefined,
    answers: intake?.answers ?? {},
    exercise: incident.exercise,
  }
}

function Top({ onKeys }: { onKeys(): void }) {
  const device = useDevice()
  return (
    <header class="top">
      <Menu />
      <div class="end">
        <span class="wide">{device.session.value?.name}</span>
        <button type="button" class="btn bare keys" onClick={onKeys}>
          <Key>?</Key> {t('keys.button')}
        </button>
        <span class="wall">{time(now.value)}</span>
        <span class="faint">{zoneName.value}</span>
      </div>
    </header>
  )
}

/** The chosen incident above the map when the window shows one page at a time. */
function Peek({ incident }: { incident: Incident }) {
  return (
    <section class="peek" aria-label={t('incident.title', { number: incident.number })}>
      <Sym kind={incident.kind} {...lookOfIncident(incident)} />
      <b class="cut">
        {incident.number} {incident.type}
      </b>
      <p class="cut">{incident.place}</p>
      <IncidentClock incident={incident} size="m" />
      {incident.watched ? <StripBar of={stripOf(incident)} large /> : null}
    </section>
  )
}

type LogProps = {
  incident: Incident
  names: Parameters<typeof entriesOf>[1]
  writing: boolean
  onWriting(on: boolean): void
  onNote(text: string): void
}

function Log({ incident, names, ...rest }: LogProps) {
  const device = useDevice()
  const view = useView('dispatch.journal', { incident: incident.id }, { keep: true })
  const waiting = device.outbox.waiting.value.filter(
    (asked) => asked.acceptedAt === undefined || asked.acceptedAt > view.position.value,
  )
  const entries = [...waitingNotes(waiting, incident.id), ...entriesOf(view.rows.value, names)]
  return <Journal number={incident.number} entries={entries} {...rest} />
}

type PagesProps = { at: string; incident: Incident | undefined; calling: boolean; count: number }

function Pages({ at, incident, calling, count }: PagesProps) {
  const link = (to: string) => ({ href: `#${to}`, ...(to === at && { 'aria-current': 'page' as const }) })
  return (
    <nav class="pages" aria-label={t('desk.pages')}>
      <a {...link('daftar')}>
        <Icon name="list" /> {t('desk.list')} {count}
      </a>
      <a {...link('peta')}>
        <Icon name="pin" /> {t('map.title')}
      </a>
      <a {...link('rincian')}>
        {incident?.lifeRisk && !incident.exercise && !calling ? <Glyph name="danger" /> : null}
        {calling ? t('call.title') : (incident?.number ?? t('desk.detail'))}
      </a>
    </nav>
  )
}
