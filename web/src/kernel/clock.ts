// One ticking clock for every running figure on the screen, in the node's time, and the ways times are written.
import { computed, signal } from '@preact/signals'
import { clockOffset } from './doors'

const ticked = signal(Date.now())

/** Now, in the node's time (ms), moved once a second. */
export const now = computed(() => ticked.value + clockOffset.value)

/** Starts the tick; each tick falls on a whole second, so that all clocks step together. */
export function startClock(): () => void {
  let timer: ReturnType<typeof setTimeout>
  const tick = () => {
    ticked.value = Date.now()
    timer = setTimeout(tick, 1000 - (now.value % 1000) + 5)
  }
  tick()
  return () => clearTimeout(timer)
}

/** Where the agency is; every time on the screen is written in its zone. */
export const zone = signal('Asia/Makassar')

/** The zones of Indonesia: their short names, and how far they are ahead, summer and winter (ms). */
const ZONES: Readonly<Record<string, { readonly name: string; readonly ahead: number }>> = {
  'Asia/Jakarta': { name: 'WIB', ahead: 7 * 3_600_000 },
  'Asia/Pontianak': { name: 'WIB', ahead: 7 * 3_600_000 },
  'Asia/Makassar': { name: 'WITA', ahead: 8 * 3_600_000 },
  'Asia/Jayapura': { name: 'WIT', ahead: 9 * 3_600_000 },
}
export const zoneName = computed(() => ZONES[zone.value]?.name ?? '')

const pad = (n: number) => String(n).padStart(2, '0')

/** A form for a zone far away, made once: the first one takes a slow tablet a tenth of a second. */
const form = computed(
  () =>
    new Intl.DateTimeFormat('sv-SE', {
      timeZone: zone.value,
      hourCycle: 'h23',
      ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' },
    }),
)

/** `2026-11-24 17:16:08` in the zone of the agency. */
function written(at: string | number): string {
  const ahead = ZONES[zone.value]?.ahead
  if (ahead === undefined) return form.value.format(ms(at))
  return new Date(ms(at) + ahead).toISOString().replace('T', ' ').slice(0, 19)
}

export const ms = (at: string | number) => (typeof at === 'number' ? at : Date.parse(at))
export const time = (at: string | number) => written(at).slice(11)
export const shortTime = (at: string | number) => written(at).slice(11, 16)
export const date = (at: string | number) => written(at).slice(0, 10).split('-').reverse().join('/')

/** A span: `04:12`, from an hour on `1:12:45`, from two days on nothing but days are useful (see `days`). */
export function span(milliseconds: number): string {
  const s = Math.max(0, Math.floor(milliseconds / 1000))
  const h = Math.floor(s / 3600)
  const m = Math.floor(s / 60)
  return h ? `${h}:${pad(m % 60)}:${pad(s % 60)}` : `${pad(m)}:${pad(s % 60)}`
}

const SECONDS_A_DAY = 86_400

/** Seconds of the day that `HH:MM` or `HH:MM:SS` says. */
function secondsOf(clock: string): number | undefined {
  const hit = /^([01]?\d|2[0-3])[:.]([0-5]\d)(?:[:.]([0-5]\d))?$/.exec(clock)
  return hit ? (Number(hit[1]) * 60 + Number(hit[2])) * 60 + Number(hit[3] ?? 0) : undefined
}

/** Seconds from the hour `wanted` back to the last time it was before `at`. */
function secondsBack(wanted: number, at: number): number {
  const [h = 0, m = 0, s = 0] = time(at).split(':').map(Number)
  return ((h * 60 + m) * 60 + s - wanted + SECONDS_A_DAY) % SECONDS_A_DAY
}

/** Today's `HH:MM` (or `HH:MM:SS`) in the agency's zone as an instant; the latest one that is not in the future. */
export function instantOf(clock: string, at: number): string | undefined {
  const wanted = secondsOf(clock)
  if (wanted === undefined) return undefined
  return new Date((Math.floor(at / 1000) - secondsBack(wanted, at)) * 1000).toISOString()
}

/** `HH:MM` (or `HH:MM:SS`) of the day that brings it nearest to `reference`: for times of what is long past. */
export function instantNear(clock: string, reference: number): string | undefined {
  const wanted = secondsOf(clock)
  if (wanted === undefined) return undefined
  const back = secondsBack(wanted, reference)
  const step = back > SECONDS_A_DAY / 2 ? back - SECONDS_A_DAY : back
  return new Date((Math.floor(reference / 1000) - step) * 1000).toISOString()
}

/** The next time it will be `HH:MM`: until when something holds. */
export function instantNext(clock: string, at: number): string | undefined {
  const wanted = secondsOf(clock)
  if (wanted === undefined) return undefined
  return new Date((Math.floor(at / 1000) + SECONDS_A_DAY - secondsBack(wanted, at)) * 1000).toISOString()
}
