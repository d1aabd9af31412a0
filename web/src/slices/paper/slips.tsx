// Paper: which slips are out, copied in or missing; copying one in with the hours that stand on it; a pack to print.
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { date, now, time, zone } from '../../kernel/clock'
import { useDevice, useView } from '../../kernel/device'
import { makeDocument } from '../../kernel/doors'
import { language, t, word } from '../../kernel/i18n'
import { newId } from '../../kernel/ids'
import { useKeys } from '../../kernel/keys'
import { save } from '../../kernel/save'
import { nextTheme } from '../../kernel/theme'
import { LineMark } from '../../look/line-mark'
import { Line } from '../../look/pick'
import { Menu } from '../access/menu'
import { CHANNELS } from '../intake/call'
import { useStandards, useStandardsView } from '../intake/standards'
import '../../look/paper.css'
import { type Found, Where } from '../intake/where'
import { asksOf, type Fault, MARKS, type Sheet, type SlipClock, TRIP } from './copy-slip'

const HOURS = ['received', ...TRIP, ...MARKS] as const

const PRINTING = { idle: 'paper.print', making: 'paper.printing', failed: 'paper.print-again' } as const

/** Today in the agency's zone, as a date field writes it. */
const today = () => new Intl.DateTimeFormat('en-CA', { timeZone: zone.value }).format(now.value)

export function Slips() {
  useStandardsView()
  const device = useDevice()
  const slips = useView('paper.slips', {}, { keep: true })
  const voiding = useSignal<number | undefined>(undefined)
  const chosen = useSignal<number | undefined>(undefined)
  const said = useSignal('')
  const rows = slips.rows.value
  const printing = useSignal<keyof typeof PRINTING>('idle')
  const missing = rows.filter((row) => row.state === 'skipped')
  useKeys({ t: nextTheme })
  useEffect(() => {
    document.title = `${t('paper.title')} · Siaga`
  }, [language.value])

  async function print() {
    printing.value = 'making'
    try {
      save(await makeDocument('/api/paper/pack'), 'paket-cetak.pdf')
      printing.value = 'idle'
    } catch {
      printing.value = 'failed'
    }
  }

  return (
    <div class="paper">
      <header class="top">
        <Menu />
        <LineMark />
      </header>
      <main>
        <header class="paper-head">
          <h1>{t('paper.title')}</h1>
          <p class={missing.length ? 'eyes' : 'quiet'}>
            {missing.length
              ? t('paper.missing', { n: missing.length, slips: missing.map((row) => row.slip).join(', ') })
              : t('paper.complete')}
          </p>
          <button type="button" class="btn" disabled={printing.value === 'making'} onClick={print}>
            {t(PRINTING[printing.value])}
          </button>
        </header>
        <section class="panel" aria-label={t('paper.slips')}>
          <ul class="list">
            {rows.map((row) => (
              <li key={row.slip} class="slip" data-state={row.state}>
                <b>{row.slip}</b>
                <span class={row.state === 'skipped' ? 'eyes' : 'quiet'}>{word('slip', row.state)}</span>
                <span class="quiet">
                  {row.number?.replace(/^.*\D/, '') ?? row.reason ?? ''}{' '}
                  {row.at ? `${date(row.at)} ${time(row.at)}` : ''}
                </span>
                {row.state === 'open' || row.state === 'skipped' ? (
                  <span class="end">
                    <button type="button" class="btn" onClick={() => (chosen.value = row.slip)}>
                      {t('paper.copy')}
                    </button>
                    <button type="button" class="btn bare" onClick={() => (voiding.value = row.slip)}>
                      {t('paper.void')}
                    </button>
                  </span>
                ) : null}
                {voiding.value === row.slip ? (
                  <Line
                    label={t('paper.void-why')}
                    act={t('paper.void')}
                    onDone={(reason) => {
                      void device.ask({ kind: 'paper.void-slip', slip: row.slip, reason })
                      voiding.value = undefined
                    }}
                    onBack={() => (voiding.value = undefined)}
                  />
                ) : null}
              </li>
            ))}
          </ul>
          {rows.length ? null : <p class="hint">{t('paper.none')}</p>}
        </section>
        <CopySlip
          key={`${chosen.value} ${said.value}`}
          slip={chosen.value}
          said={said.value}
          onDone={(slip) => {
            said.value = t('paper.copied', { slip })
            chosen.value = undefined
          }}
        />
      </main>
    </div>
  )
}

/** As people look for them on a list: BTG-2 before BTG-10. */
const byCode = <Row extends { readonly unit: string }>(rows: readonly Row[]) =>
  [...rows].sort((one, other) => one.unit.localeCompare(other.unit, 'id', { numeric: true }))

/** Clocks of a device and of a slip's writer are not the node's. */
const SOON_MS = 300_000

type CopyProps = { slip: number | undefined; said: string; onDone(slip: number): void }

function CopySlip({ slip, said, onDone }: CopyProps) {
  const device = useDevice()
  const standards = useStandards()
  const board = useView('dispatch.board', {}, { keep: true })
  const areas = useView('places.areas', {}, { keep: true })
  const place = useSignal<Found | undefined>(undefined)
  const units = useSignal<readonly string[]>([])
  const bad = useSignal<readonly Fault[]>([])
  const form = useRef<HTMLFormElement>(null)
  const areaName = (id: string) => areas.rows.value.find((row) => row.area === id)?.name ?? id

  function send(event: Event) {
    event.preventDefault()
    if (!form.current) return
    const sheet = sheetOf(new FormData(form.current), place.value, units.value)
    const noon = Date.parse(`${sheet.day}T12:00:00${offsetOf(sheet.day)}`)
    const copied = asksOf(sheet, noon, newId, now.value + SOON_MS)
    bad.value = copied.bad
    if (copied.bad.length) return
    for (const one of copied.asks)
      void device.ask(one.command, { seenAt: one.seenAt, ...(one.override && { override: one.override }) })
    onDone(sheet.slip)
  }

  return (
    <form class="panel copy-slip" ref={form} onSubmit={send} aria-label={t('paper.copy-title')}>
      <h2 class="head">{t('paper.copy-title')}</h2>
      <Field name="slip" label={t('paper.number')} bad={bad.value.includes('slip')} value={slip} keys="numeric" />
      <label class="field">
        <span>{t('paper.day')}</span>
        <input class="input" name="day" type="date" defaultValue={today()} />
      </label>
      <label class="field">
        <span>{t('call.channel')}</span>
        <select class="input" name="channel">
          {CHANNELS.map((channel) => (
            <option key={channel} value={channel}>
              {word('channel', channel)}
            </option>
          ))}
        </select>
      </label>
      <div class="span" data-bad={bad.value.includes('place') || undefined}>
        <Where
          near={undefined}
          mapless
          chosen={place.value?.text}
          areaName={areaName}
          onPick={(found) => (place.value = found)}
          onUnclear={() => {}}
        />
      </div>
      <label class="field">
        <span>{t('paper.type')}</span>
        <select class="input" name="type">
          <option value="">{t('paper.type-later')}</option>
          {standards.typeIds.value.map((id) => (
            <option key={id} value={id}>
              {standards.nameOf(id)}
            </option>
          ))}
        </select>
      </label>
      <Field name="what" label={t('paper.what')} />
      <Field name="danger" label={t('paper.danger')} />
      <Field name="phone" label={t('paper.phone')} keys="tel" />
      <fieldset class="span hours">
        <legend class="label">{t('paper.hours')}</legend>
        {HOURS.map((name) => (
          <Field
            key={name}
            name={`hour.${name}`}
            label={name === 'received' ? t('paper.received') : word('clock', name)}
            bad={bad.value.includes(name)}
            hint="00:00"
          />
        ))}
      </fieldset>
      <fieldset class="span pick-units">
        <legend class="label">{t('paper.units')}</legend>
        {byCode(board.rows.value).map((row) => (
          <button
            type="button"
            key={row.unit}
            class={`btn ${units.value.includes(row.unit) ? 'is-on' : ''}`}
            aria-pressed={units.value.includes(row.unit)}
            onClick={() => {
              units.value = units.value.includes(row.unit)
                ? units.value.filter((one) => one !== row.unit)
                : [...units.value, row.unit]
            }}
          >
            {row.unit}
          </button>
        ))}
      </fieldset>
      <label class="still span">
        <input type="checkbox" name="still" /> {t('paper.still-there')}
      </label>
      <p class="span hint" role="status">
        {bad.value.length ? t('paper.bad') : said || t('paper.hint')}
      </p>
      <button type="submit" class="btn main span">
        {t('paper.save')}
      </button>
    </form>
  )
}

type FieldProps = {
  name: string
  label: string
  keys?: 'numeric' | 'tel'
  value?: string | number | undefined
  bad?: boolean
  hint?: string
}

function Field({ name, label, keys, value, bad, hint }: FieldProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        class="input"
        name={name}
        inputMode={keys ?? 'text'}
        defaultValue={value === undefined ? '' : String(value)}
        placeholder={hint ?? ''}
        maxLength={400}
        autocomplete="off"
        aria-invalid={bad ?? false}
      />
    </label>
  )
}

function sheetOf(data: FormData, place: Found | undefined, units: readonly string[]): Sheet {
  const text = (name: string) => String(data.get(name) ?? '').trim()
  const hours = Object.fromEntries(HOURS.map((name) => [name, text(`hour.${name}`)])) as Partial<
    Record<SlipClock, string>
  >
  return {
    slip: Number.parseInt(text('slip'), 10),
    day: text('day') || today(),
    hours,
    channel: text('channel'),
    place,
    type: text('type'),
    what: text('what'),
    danger: text('danger'),
    phone: text('phone'),
    units,
    over: !data.get('still'),
  }
}

/** The agency's offset from UTC on that day, `+08:00`. */
function offsetOf(day: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone: zone.value, timeZoneName: 'longOffset' })
  const name = parts.formatToParts(Date.parse(`${day}T12:00:00Z`)).find((part) => part.type === 'timeZoneName')
  return name?.value.replace('GMT', '') || '+00:00'
}
