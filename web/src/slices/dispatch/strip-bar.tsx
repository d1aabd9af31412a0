// The strip and the headline clock as drawn.
import { now, span } from '../../kernel/clock'
import { t } from '../../kernel/i18n'
import type { Incident } from './rows'
import { clockState, LIMIT, metAt, type Strip, strip } from './strip'

const a = (value: number) => ({ '--a': String(value) })

export function StripBar({ of, large }: { of: Strip; large?: boolean }) {
  return (
    <div class={large ? 'strip l' : 'strip'} aria-hidden="true">
      {of.parts.map((part) => (
        <i key={part.kind} class={part.kind} style={{ '--a': String(part.from), '--b': String(part.to) }} />
      ))}
      {of.eta === undefined ? null : <i class="eta" style={a(of.eta)} />}
      <i class="lim" style={a(of.limit)} />
      {of.now === undefined ? null : <i class="now" style={a(of.now)} />}
    </div>
  )
}

/** Now, or when the incident was over. */
export const hereOf = (incident: Incident) => incident.ended ?? now.value
export const stripOf = (incident: Incident) => strip(incident.clocks, hereOf(incident), incident.eta)
export const startOf = (incident: Incident) => incident.clocks.answered ?? incident.clocks.opened ?? now.value

/** Runs from the call; what is not measured against the standard runs quietly. */
export function IncidentClock({ incident, size }: { incident: Incident; size?: 'm' | 'l' | 'xl' }) {
  // What is over is past being late: its clock stands still and quiet.
  const state =
    incident.watched && incident.ended === undefined
      ? clockState(incident.clocks, hereOf(incident), incident.eta)
      : 'done'
  return (
    <div class={size ? `clock ${size}` : 'clock'} data-s={state}>
      {span(hereOf(incident) - startOf(incident))}
    </div>
  )
}

/** One line under the strip: what is left, or when help came. */
export function footOf(incident: Incident): { readonly text: string; readonly eyes: boolean } {
  const start = startOf(incident)
  const { arrived } = incident.clocks
  const met = metAt(incident.clocks)
  if (arrived !== undefined) {
    const text = t('incident.arrived-after', { span: span(arrived - start) })
    return met === undefined && incident.watched && hereOf(incident) - start > LIMIT * 60_000
      ? { text: `${text} · ${t('incident.ready-missing')}`, eyes: true }
      : { text, eyes: false }
  }
  if (!incident.watched) return { text: t('incident.not-watched'), eyes: false }
  const left = start + LIMIT * 60_000 - hereOf(incident)
  const state = clockState(incident.clocks, hereOf(incident), incident.eta)
  if (left < 0) return { text: t('incident.over', { span: span(-left) }), eyes: true }
  if (state === 'watch') return { text: t('incident.left', { span: span(left) }), eyes: true }
  return { text: '', eyes: false }
}

export function Scale() {
  return (
    <div class="scale" aria-hidden="true">
      {[0, 5, 10, LIMIT].map((minute) => (
        <span key={minute} style={a(minute)}>
          {minute === LIMIT ? t('time.minutes', { n: minute }) : minute}
        </span>
      ))}
    </div>
  )
}
