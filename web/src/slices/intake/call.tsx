// The call, inside the desk: where, what, who is in danger. Only *where* is needed; everything else may follow.
import { useComputed, useSignal, useSignalEffect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { instantOf, now, span, time } from '../../kernel/clock'
import { useDevice, useView } from '../../kernel/device'
import { glance } from '../../kernel/doors'
import { number, t, word } from '../../kernel/i18n'
import { newId } from '../../kernel/ids'
import { useKeys } from '../../kernel/keys'
import type { LngLat } from '../../kernel/map'
import { Icon, Key } from '../../look/symbols'
import { shortNumber } from './number'
import { useStandards } from './standards'
import { type Found, Where } from './where'

export const CHANNELS = [
  '112',
  '113',
  'hotline',
  'whatsapp',
  'radio',
  'walk-in',
  'social-media',
  'sensor',
  'other-agency',
] as const

/** A call being taken: it lives on the device until its place opens an incident. */
export type Draft = {
  readonly call: string
  readonly at: number
  readonly channel: (typeof CHANNELS)[number]
  readonly incident?: string
  readonly exercise?: boolean
  /** Its answering is on record. */
  readonly taken?: boolean
}

export type CallIncident = {
  readonly id: string
  readonly number: string
  readonly type: string | undefined
  readonly place: string
  readonly at?: LngLat | undefined
  readonly area?: string | undefined
  readonly answers: Readonly<Record<string, string>>
  readonly exercise?: boolean
}

type Props = {
  draft: Draft
  incident: CallIncident | undefined
  areaName(id: string): string
  near: LngLat | undefined
  picked: LngLat | undefined
  onChannel(channel: Draft['channel']): void
  onExercise(on: boolean): void
  /** Puts the call on record, before anything else about it is asked. */
  onTake(): void
  onOpened(incident: string, at: LngLat): void
  onJoined(incident: string): void
  onLeave(): void
  onSettled(): void
}

/** From this likeness on another open incident is offered as the same one. */
const ALIKE = 0.25

export function Call(props: Props) {
  const { draft, incident } = props
  const device = useDevice()
  const found = useSignal<Found | undefined>(undefined)

  async function open(place: Found) {
    found.value = place
    props.onTake()
    const command = {
      lon: place.lon,
      lat: place.lat,
      precision_m: place.precision,
      place: place.text,
      ...(place.area && { area: place.area }),
      ...(place.id && { place_id: place.id }),
    }
    if (incident) {
      void device.ask({ kind: 'intake.correct-place', incident: incident.id, ...command })
      props.onOpened(incident.id, [place.lon, place.lat])
      return
    }
    const id = newId()
    props.onOpened(id, [place.lon, place.lat])
    await device.ask({ kind: 'intake.open-incident', incident: id, call: draft.call, ...command })
  }

  useKeys({
    'Alt+l': () => (incident || draft.taken ? false : props.onExercise(!draft.exercise)),
  })

  const latest = useRef(props.picked)
  useEffect(() => {
    const at = props.picked
    latest.current = at
    if (at) void placeOf(at, props.areaName).then((place) => (latest.current === at ? open(place) : undefined))
  }, [props.picked])

  const start = incident ? t('call.since-number', { number: incident.number }) : word('channel', draft.channel)
  return (
    <section class="panel" aria-label={t('call.title')}>
      <div class="call-head">
        <div>
          <div class="label">{t('call.since', { channel: start, at: time(draft.at) })}</div>
          <div class="clock l">{span(now.value - draft.at)}</div>
        </div>
        {draft.exercise || incident?.exercise ? <span class="chip plan drill">{t('incident.exercise')}</span> : null}
        <span class="keys">
          <button type="button" class="btn bare" onClick={props.onLeave}>
            <Key>Esc</Key> {t(incident ? 'call.done' : 'call.keep')}
          </button>
        </span>
      </div>
      <div class="call-where">
        <Where
          near={props.near}
          chosen={incident ? incident.place : found.value?.text}
          areaName={props.areaName}
          onPick={open}
          onUnclear={(text, reason) => {
            props.onTake()
            void device.ask({ kind: 'intake.note-unclear-place', call: draft.call, text, reason })
          }}
        />
      </div>
      {incident ? null : (
        <div class="call-more">
          <label class="field">
            <span class="sr">{t('call.channel')}</span>
            <select
              class="input"
              value={draft.channel}
              disabled={draft.taken}
              onChange={(event) => props.onChannel(event.currentTarget.value as Draft['channel'])}
            >
              {CHANNELS.map((channel) => (
                <option key={channel} value={channel}>
                  {word('channel', channel)}
                </option>
              ))}
            </select>
          </label>
          <button
            type="button"
            class="btn bare"
            aria-pressed={draft.exercise ?? false}
            disabled={draft.taken}
            onClick={() => props.onExercise(!draft.exercise)}
          >
            {draft.exercise ? <Icon name="check" /> : null}
            {t('call.exercise')} <Key>Alt L</Key>
          </button>
          {(['silent', 'prank', 'information', 'test'] as const).map((outcome) => (
            <button
              type="button"
              class="btn bare"
              key={outcome}
              onClick={() => {
                props.onTake()
                void device.ask({ kind: 'intake.settle-call', call: draft.call, outcome })
                props.onSettled()
              }}
            >
              {word('call-outcome', outcome)}
            </button>
          ))}
        </div>
      )}
      {incident ? <Duplicates draft={draft} incident={incident} onJoined={props.onJoined} /> : null}
      {incident ? <What key={incident.id} draft={draft} incident={incident} /> : null}
    </section>
  )
}

/** How long a click on the map waits for the name of its area. */
const AREA_MS = 2000

/** A click on the map is a place at once; the node adds the area it lies in, if it answers soon. */
async function placeOf(at: LngLat, areaName: Props['areaName']): Promise<Found> {
  const text = t('where.map', point(at))
  const located = `${at[1].toFixed(6)}, ${at[0].toFixed(6)}`
  const rows = await glance('places.locate', { text: located }, undefined, AREA_MS).catch(() => [])
  const area = rows[0]?.area
  const place = { lon: at[0], lat: at[1], precision: 30 }
  return area ? { ...place, area, text: [text, areaName(area)].filter(Boolean).join(', ') } : { ...place, text }
}

const point = (at: LngLat) => ({ lat: number(at[1], 5), lon: number(at[0], 5) })

/** Another open incident near in place and time: one line, one key, never a hindrance. */
function Duplicates({
  draft,
  incident,
  onJoined,
}: {
  draft: Draft
  incident: CallIncident
  onJoined(id: string): void
}) {
  const device = useDevice()
  const at = incident.at ?? [0, 0]
  const view = useView('intake.duplicates', {
    lon: String(at[0]),
    lat: String(at[1]),
    at: new Date(draft.at).toISOString(),
    ...(incident.type && { type: incident.type }),
    ...(incident.exercise && { exercise: 'true' }),
  })
  const dismissed = useSignal(false)
  const { nameOf } = useStandards()
  const alike = view.rows.value.find((row) => row.incident !== incident.id && row.likeness >= ALIKE)
  async function join() {
    if (!alike) return
    await device.ask({ kind: 'intake.link-call', call: draft.call, incident: alike.incident })
    // Who may not cancel leaves the empty one to the dispatcher: the call is joined all the same. One with people inside is
    // not empty: the node refuses, it stays open, and the desk's note asks for the reason.
    if (!device.may(['dispatcher', 'shift-leader'])) return onJoined(alike.incident)
    void device.ask({
      kind: 'intake.cancel-incident',
      incident: incident.id,
      reason: t('call.same-as', { number: shortNumber(alike.number) }),
    })
    onJoined(alike.incident)
  }
  useKeys({ 'Alt+g': () => (alike && !dismissed.value ? join() : false) })
  if (!alike || dismissed.value) return null
  return (
    <div class="note dup" role="status">
      <Icon name="swap" />
      <b>{t('call.alike', { number: shortNumber(alike.number), type: alike.type ? nameOf(alike.type) : '' })}</b>
      <span class="quiet">{t('call.alike-how', { metres: number(alike.metres), at: time(alike.opened_at) })}</span>
      <span class="said-acts">
        <button type="button" class="btn" onClick={join}>
          {t('call.join')} <Key>Alt G</Key>
        </button>
        <button
          type="button"
          class="btn bare"
          onClick={() => {
            dismissed.value = true
          }}
        >
          {t('call.not-same')}
        </button>
      </span>
    </div>
  )
}

/** Types by the number keys, the likeliest first; then the questions of the type, and what to tell the caller. */
function What({ draft, incident }: { draft: Draft; incident: CallIncident }) {
  const device = useDevice()
  const standards = useStandards()
  const choices = useView('intake.choices', {
    at: new Date(Math.floor(draft.at / 600_000) * 600_000).toISOString(),
    limit: '100',
    ...(incident.area && { area: incident.area }),
  })
  const typed = useSignal<string | undefined>(undefined)
  const find = useRef<HTMLInputElement>(null)
  // Ranked once per call: a list that is reordered under the finger makes the number keys lie.
  const ranked = useSignal<readonly string[]>([])
  const current = useSignal(incident.type)
  current.value = incident.type
  useSignalEffect(() => {
    if (ranked.peek().length) return
    const rows = choices.rows.value.map((row) => row.type)
    if (rows.length) ranked.value = rows
    else if (choices.state.value === 'failed') ranked.value = standards.typeIds.value
  })
  const list = useComputed(() => {
    const words = (typed.value ?? '').trim().toLowerCase()
    const fits = words ? ranked.value.filter((id) => standards.fits(id, words)) : ranked.value
    const first = fits.slice(0, 9)
    const type = current.value
    // A type found by its name takes the last place, so that no other number changes.
    return !words && type && first.length && !first.includes(type) ? [...first.slice(0, 8), type] : first
  })
  const questions = standards.questionsOf(incident.type)
  const open = questions.find((question) => incident.answers[question.id] === undefined)

  const classify = (type: string) => {
    typed.value = undefined
    void device.ask({ kind: 'intake.classify', incident: incident.id, type })
    return true
  }
  const answer = (question: string, value: string) =>
    void device.ask({ kind: 'intake.answer-question', incident: incident.id, question, answer: value })

  const byKey = (value: string) => () => {
    if (!open?.answers.some((one) => one.id === value)) return false
    answer(open.id, value)
    return true
  }
  useKeys({
    ...Object.fromEntries(list.value.map((type, i) => [String(i + 1), () => classify(type)])),
    c: () => find.current?.focus(),
    y: byKey('yes'),
    g: byKey('no'),
    b: byKey('unknown'),
  })

  return (
    <>
      <div class="head rule">
        <h2>{t('call.what')}</h2>
        <span>{t('call.likeliest')}</span>
        <span class="end">
          <input
            ref={find}
            class="input find-type"
            aria-label={t('call.find-type')}
            placeholder={t('call.find-type')}
            value={typed.value ?? ''}
            onInput={(event) => {
              typed.value = event.currentTarget.value
            }}
            onKeyDown={(event) => {
              const first = list.value[0]
              if (event.key === 'Enter' && typed.value && first) {
                event.preventDefault()
                classify(first)
                event.currentTarget.blur()
              }
            }}
          />
        </span>
      </div>
      <div class="pick types">
        {list.value.map((type, i) => (
          <button
            type="button"
            key={type}
            aria-pressed={type === incident.type}
            class={type === incident.type ? 'is-on' : ''}
            onClick={() => classify(type)}
          >
            <Key>{String(i + 1)}</Key>
            {standards.nameOf(type)}
          </button>
        ))}
      </div>
      {questions.length ? (
        <div class="ask">
          {questions.map((question) => (
            <div key={question.id} role="group" aria-label={question.text}>
              <span>{question.text}</span>
              <span class="ways">
                {question.answers.map((one) => {
                  const on = incident.answers[question.id] === one.id
                  const key = KEY_OF[one.id]
                  return (
                    <button
                      type="button"
                      key={one.id}
                      class={on ? 'yn is-on' : 'yn'}
                      aria-pressed={on}
                      onClick={() => answer(question.id, one.id)}
                    >
                      {one.text} {question === open && key ? <Key>{key}</Key> : null}
                    </button>
                  )
                })}
              </span>
            </div>
          ))}
        </div>
      ) : null}
    </>
  )
}

const KEY_OF: Readonly<Record<string, string>> = { yes: 'Y', no: 'G', unknown: 'B' }

/** What to tell the caller: short sentences to read aloud; said once, it is on record. */
export function Advice({ draft, incident }: { draft: Draft; incident: CallIncident }) {
  const device = useDevice()
  const standards = useStandards()
  const told = useSignal<readonly string[]>([])
  const shown = useSignal(0)
  const cards = standards.adviceFor(incident.type, incident.answers)
  const card = cards[Math.min(shown.value, cards.length - 1)]
  if (!card) return null
  const said = told.value.includes(card.id)
  return (
    <div class="note advice">
      <Icon name="phone" />
      <b>
        {t('call.tell')}: {card.name}
      </b>
      <ul>
        {card.lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {card.confirmed ? null : <span class="faint">{t('call.unconfirmed')}</span>}
      <span class="said-acts">
        <button
          type="button"
          class="btn"
          aria-pressed={said}
          onClick={() => {
            told.value = [...told.value, card.id]
            void device.ask({ kind: 'intake.advise-caller', call: draft.call, card: card.id })
          }}
        >
          {said ? <Icon name="check" /> : null}
          {t(said ? 'call.told' : 'call.mark-told')}
        </button>
        {cards.length > 1 ? (
          <button
            type="button"
            class="btn bare"
            onClick={() => {
              shown.value = (shown.value + 1) % cards.length
            }}
          >
            {t('call.next-card', { n: cards.length })}
          </button>
        ) : null}
      </span>
    </div>
  )
}

/** Who calls, kept in the vault; and since when the fire has been seen. Nothing here holds anything up. */
export function Caller({ draft, incident }: { draft: Draft; incident: CallIncident }) {
  const device = useDevice()
  const said = useRef<{ name?: string; phone?: string }>({})
  const { letterOf } = useStandards()
  const note = (part: 'name' | 'phone') => (event: { currentTarget: HTMLInputElement }) => {
    const text = event.currentTarget.value.trim()
    if (!text || said.current[part] === text) return
    said.current = { ...said.current, [part]: text }
    void device.ask({ kind: 'intake.note-caller', call: draft.call, caller: said.current })
  }
  return (
    <div class="caller">
      <input
        class="input"
        aria-label={t('call.caller')}
        placeholder={t('call.caller')}
        onChange={note('name')}
        maxLength={200}
      />
      <input
        class="input"
        type="tel"
        aria-label={t('call.phone')}
        placeholder={t('call.phone')}
        onChange={note('phone')}
        maxLength={40}
      />
      {letterOf(incident.type) === 'K' ? (
        <input
          class="input"
          aria-label={t('call.seen')}
          placeholder={t('call.seen')}
          onChange={(event) => {
            const at = instantOf(event.currentTarget.value.trim(), now.value)
            if (at) void device.ask({ kind: 'intake.note-fire-seen', incident: incident.id, at })
            else event.currentTarget.value = ''
          }}
        />
      ) : null}
    </div>
  )
}
