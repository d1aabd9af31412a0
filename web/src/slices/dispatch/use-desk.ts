// The desk's own state: what the dispatcher looks at, and what each act does. What is drawn stands in `desk.tsx`.
import { useComputed, useSignal } from '@preact/signals'
import { useCallback, useEffect, useRef } from 'preact/hooks'
import { ms, now } from '../../kernel/clock'
import { useDevice, useView } from '../../kernel/device'
import { language, t, word } from '../../kernel/i18n'
import { newId } from '../../kernel/ids'
import type { LngLat, MapHandle } from '../../kernel/map'
import { go, page, path } from '../../kernel/router'
import { useSteady } from '../../kernel/steady-props'
import { useScenes } from '../field/scenes'
import type { CallIncident, Draft } from '../intake/call'
import { useCalls } from '../intake/call-more'
import { type IntakeRow, useCallIncident } from '../intake/calls'
import { useStandardsView } from '../intake/standards'
import type { Closing } from '../places/roads'
import { actsOf, type By, type Status } from './acts'
import type { Doing } from './doing'
import { useFinished } from './finished'
import { type Incident, maydayFirst, type Unit } from './rows'
import { useSaid } from './said'
import { useSuggestions } from './suggestions'
import { saidTime } from './times'
import { usePicture } from './use-picture'
import { useProposal } from './use-proposal'
import type { IncidentRow } from './views'

/** Who takes calls, and who sends: others see the same picture without these acts. */
const CALL_TAKERS = ['call-taker', 'dispatcher', 'shift-leader']
const SENDERS = ['dispatcher', 'shift-leader']
/** The channel of a new call may be set this long before the call goes on record. */
const TAKE_AFTER_MS = 8000

export function useDesk() {
  const device = useDevice()
  const acts = actsOf(device)
  const said = useSaid()
  useStandardsView()
  const picture = usePicture()
  const { standards, incidentView, boardView, stationName, areaName, drawn } = picture
  const nameView = useView('access.names', {}, { keep: true, later: true })
  const sceneRows = useScenes(picture.incidents.value.map((one) => one.id))
  const scenes = useComputed(() => new Map(sceneRows.value.map((row) => [row.incident, row])))
  const incidents = useSteady(() => maydayFirst(picture.incidents.value, scenes.value))
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
  const map = useRef<MapHandle | undefined>(undefined)
  const line = useRef<HTMLInputElement>(null)

  const names = useComputed(() => new Map(nameView.rows.value.map((row) => [row.actor, row.name])))
  const suggestions = useSuggestions()
  const over = useFinished(finishedWanted.value)
  const finished = useComputed<readonly Incident[]>(() => over.value.map(drawn))
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

  const moved = useComputed(() => [incidentView.confirmed.value, boardView.confirmed.value])
  const computed = useProposal(open ? incident?.id : undefined, moved, {
    standards,
    station: stationName,
    area: areaName,
  })
  const proposal = computed.value.computed?.proposal
  const proposed = useComputed(() => new Set(computed.value.computed?.proposal.units.map((unit) => unit.id) ?? []))
  // Numbers never change: who only names incidents is not drawn again when something happens at one.
  const numbers = useSteady(
    () => new Map([...finished.value, ...incidents.value].map((one) => [one.id, one.number] as const)),
  )
  const numberOf = useCallback((id: string) => numbers.value.get(id) ?? '', [numbers])

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
    const text = t('said.status', { unit, status: word('status', to), at: saidTime(when, now.peek()) })
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
    // Its number first: once it is asked for, it stands in no list.
    const text = t('said.closed', { number: numberOf(id), outcome: word('outcome', outcome) })
    void said.after(acts.close(id, outcome), text)
  }
  function cancel(id: string, reason: string) {
    const text = t('said.cancelled', { number: numberOf(id) })
    void said.after(acts.cancel(id, reason), text)
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
    const text = t('said.reopened', { number: numberOf(id) })
    void said.after(acts.reopen(id, reason), text)
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

  return {
    device,
    acts,
    said,
    picture,
    standards,
    takesCalls,
    sends,
    chosen,
    draft,
    picked,
    filter,
    openUnit,
    doing,
    finishedShown,
    finishedWanted,
    road,
    writing,
    keysShown,
    map,
    line,
    names,
    scenes,
    suggestions,
    finished,
    incidents,
    incident,
    open,
    row,
    computed,
    proposal,
    proposed,
    numberOf,
    intake,
    calls,
    refusedSend,
    calling,
    inCall,
    choose,
    next,
    newCall,
    takeCall,
    leaveCall,
    resume,
    edit,
    send,
    status,
    release,
    close,
    cancel,
    showFinished,
    reopen,
    openAgain,
    closeRoad,
    openCall,
  }
}

export type Desk = ReturnType<typeof useDesk>

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
