// What is done with an incident more rarely: folded behind one key, each a short list or one line in the place of the acts.
import { useSignal } from '@preact/signals'
import { instantNear, now, shortTime, time } from '../../kernel/clock'
import { useDevice } from '../../kernel/device'
import { number, t, word } from '../../kernel/i18n'
import { Line, type Option, Pick } from '../../look/pick'
import { actsOf } from './acts'
import type { Proposed } from './proposal-panel'
import type { Incident, Unit } from './rows'
import type { SaidStore } from './said'
import { startOf } from './strip-bar'
import { saidTime } from './times'
import { TimesForm } from './times-form'
import type { IncidentRow } from './views'

export const DOINGS = ['times', 'swap', 'release', 'seen', 'calls', 'exercise', 'cancel', 'reopen'] as const
export type Doing = (typeof DOINGS)[number] | 'close' | 'more'

const SENDERS = ['dispatcher', 'shift-leader']
const DESK = ['call-taker', ...SENDERS]
/** Who may do it; the node decides in any case. */
const ROLES: Readonly<Record<(typeof DOINGS)[number], readonly string[]>> = {
  times: [...SENDERS, 'reporter'],
  swap: SENDERS,
  release: [...SENDERS, 'commander'],
  seen: [...DESK, 'reporter'],
  calls: DESK,
  exercise: [...SENDERS, 'trainer'],
  cancel: SENDERS,
  reopen: SENDERS,
}

/** What this incident allows now. */
export function doable(incident: Incident): ReadonlySet<string> {
  const open = incident.state === 'open'
  const out = new Set<string>(['times', 'calls'])
  if (incident.kind === 'K') out.add('seen')
  if (!incident.exercise) out.add('exercise')
  if (open) out.add('cancel')
  else out.add('reopen')
  if (open && incident.units.length) {
    out.add('swap')
    out.add('release')
  }
  return out
}

/** Free units that may go instead: those the node has an arrival for, the soonest first, then the others. */
export function instead(units: readonly Unit[], fit: readonly Proposed[]): readonly Option[] {
  const free = units.filter(
    (unit) => !unit.incident && ['ready', 'standby', 'reserve', 'returning'].includes(unit.status),
  )
  const eta = new Map(fit.map((one) => [one.id, one.etaS]))
  return [...free]
    .sort(
      (a, b) =>
        (eta.get(a.id) ?? 1e9) - (eta.get(b.id) ?? 1e9) || a.code.localeCompare(b.code, 'id', { numeric: true }),
    )
    .slice(0, 9)
    .map((unit) => {
      const seconds = eta.get(unit.id)
      const when = seconds === undefined ? unit.station : t('time.min', { n: number(seconds / 60, 1) })
      return { id: unit.id, words: unit.code, more: `${unit.type} · ${when}` }
    })
}

type Props = {
  doing: Doing
  incident: Incident
  row: IncidentRow
  units: readonly Unit[]
  /** Units the node computed an arrival for. */
  fit: readonly Proposed[]
  calls: readonly Option[]
  said: SaidStore
  onDoing(doing: Doing | undefined): void
  onCall(call: string): void
  onReopen(reason: string): void
}

export function DoingForm(props: Props) {
  const { doing, incident, row, said, onDoing } = props
  const device = useDevice()
  const acts = actsOf(device)
  const out = useSignal<string | undefined>(undefined)
  const back = () => onDoing(undefined)
  const name = (one: string) => t('doing.title', { number: incident.number, what: word('doing', one) })
  const there = incident.units.map((id) => ({ id, words: id }))

  switch (doing) {
    case 'more': {
      const can = doable(incident)
      const of = DOINGS.filter((one) => can.has(one) && device.may(ROLES[one])).map((id) => ({
        id,
        words: word('doing', id),
        digit: DOINGS.indexOf(id) + 1,
      }))
      return (
        <Pick
          label={t('doing.more-of', { number: incident.number })}
          of={of}
          onPick={(id) => onDoing(id as Doing)}
          onBack={back}
        />
      )
    }
    case 'times':
      return (
        <TimesForm
          incident={incident}
          row={row}
          onBack={back}
          onCorrect={(clock, at, unit, reason) =>
            void said.after(
              acts.correct(incident.id, clock, at, unit, reason),
              t('said.corrected', {
                what: [unit, word('clock', clock)].filter(Boolean).join(' '),
                at: at ? saidTime(at, now.peek()) : t('times.unknown'),
              }),
            )
          }
        />
      )
    case 'swap': {
      const leaves = out.value ?? (there.length === 1 ? there[0]?.id : undefined)
      if (!leaves)
        return <Pick key="out" label={name('swap-out')} of={there} onPick={(id) => (out.value = id)} onBack={back} />
      return (
        <Pick
          key="instead"
          label={t('doing.swap-for', { unit: leaves })}
          of={instead(props.units, props.fit)}
          onBack={back}
          onPick={(unit) => {
            back()
            void said.after(
              acts.swap(incident.id, leaves, unit),
              t('said.swapped', { out: leaves, unit, number: incident.number }),
            )
          }}
        />
      )
    }
    case 'release': {
      const leaves = out.value ?? (there.length === 1 ? there[0]?.id : undefined)
      if (!leaves)
        return <Pick key="out" label={name('release')} of={there} onPick={(id) => (out.value = id)} onBack={back} />
      return (
        <Line
          label={t('doing.release-why', { unit: leaves })}
          act={t('unit.release')}
          optional
          onBack={back}
          onDone={(reason) => {
            back()
            void said.after(
              acts.release(leaves, incident.id, reason),
              t('said.released', { unit: leaves, number: incident.number }),
            )
          }}
        />
      )
    }
    case 'seen':
      return (
        <Seen
          incident={incident}
          onBack={back}
          onSeen={(at) => void said.after(acts.seen(incident.id, at), t('said.seen', { at: shortTime(at) }))}
        />
      )
    case 'calls':
      return <Pick label={name('calls')} of={props.calls} onPick={props.onCall} onBack={back} />
    case 'exercise':
      return (
        <Pick
          label={t('doing.exercise-sure', { number: incident.number })}
          of={[{ id: 'yes', words: t('doing.exercise') }]}
          onBack={back}
          onPick={() => {
            back()
            void said.after(acts.exercise(incident.id), t('said.exercise', { number: incident.number }))
          }}
        />
      )
    case 'cancel':
      return (
        <Line
          label={t('doing.cancel-why', { number: incident.number })}
          act={t('doing.cancel')}
          onBack={back}
          onDone={(reason) => {
            back()
            void said.after(acts.cancel(incident.id, reason), t('said.cancelled', { number: incident.number }))
          }}
        />
      )
    case 'reopen':
      return (
        <Line
          label={t('doing.reopen-why', { number: incident.number })}
          act={t('doing.reopen')}
          onBack={back}
          onDone={props.onReopen}
        />
      )
    default:
      return null
  }
}

/** When the fire was first seen: an hour as it was told, of the day nearest to the call. */
function Seen({ incident, onSeen, onBack }: { incident: Incident; onSeen(at: string): void; onBack(): void }) {
  const wrong = useSignal(false)
  return (
    <Line
      key={String(wrong.value)}
      label={t(wrong.value ? 'times.bad' : 'doing.seen-at')}
      act={t('times.save')}
      begin={incident.clocks.seen === undefined ? '' : time(incident.clocks.seen)}
      onBack={onBack}
      onDone={(text) => {
        const at = instantNear(text, Math.min(startOf(incident), now.value))
        if (!at) {
          wrong.value = true
          return
        }
        onBack()
        onSeen(at)
      }}
    />
  )
}
