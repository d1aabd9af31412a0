// What the desk asks of dispatching: one function per command, so that screens and command line ask in the same words.

import type { Row, Wish } from '../../kernel/contract'
import type { Device } from '../../kernel/device'
import { newId } from '../../kernel/ids'
import type { Outcome } from '../../kernel/words'

/** The proposal as the node computed it and the dispatcher saw it; it goes back with the decision as it is. */
export type Shown = Row<'dispatch.proposal'>['shown']

type Fields<Kind extends Wish['kind']> = Extract<Wish, { readonly kind: Kind }>
export type Status = Fields<'dispatch.report-status'>['status']
export type By = NonNullable<Fields<'dispatch.report-status'>['by']>
export type Clock = Fields<'dispatch.correct-time'>['clock']
export type Step = Fields<'dispatch.step-other'>['step']

export function actsOf(device: Device) {
  const { ask } = device
  return {
    send: (incident: string, units: readonly string[], proposal?: Shown, override?: string): Promise<Outcome> =>
      ask(
        { kind: 'dispatch.dispatch', dispatch: newId(), incident, units, ...(proposal && { proposal }) },
        override ? { override } : {},
      ),
    status: (unit: string, status: Status, by: By, at?: string, reason?: string) =>
      ask({ kind: 'dispatch.report-status', unit, status, by, ...(reason && { reason }) }, at ? { seenAt: at } : {}),
    release: (unit: string, incident: string, reason?: string) =>
      ask({ kind: 'dispatch.cancel-unit', unit, incident, ...(reason && { reason }) }),
    swap: (incident: string, out: string, instead: string) =>
      ask({ kind: 'dispatch.swap-unit', dispatch: newId(), incident, out, instead }),
    /** `at` null says that the time is not known after all; the time that stood before stays in the journal. */
    correct: (incident: string, clock: Clock, at: string | null, unit?: string, reason?: string) =>
      ask({ kind: 'dispatch.correct-time', incident, clock, at, ...(unit && { unit }), ...(reason && { reason }) }),
    cancel: (incident: string, reason: string) => ask({ kind: 'intake.cancel-incident', incident, reason }),
    reopen: (incident: string, reason: string) => ask({ kind: 'intake.reopen-incident', incident, reason }),
    exercise: (incident: string) => ask({ kind: 'intake.mark-exercise', incident }),
    seen: (incident: string, at: string) => ask({ kind: 'intake.note-fire-seen', incident, at }),
    move: (unit: string, station: string, override?: string) =>
      ask({ kind: 'dispatch.move-unit', unit, station }, override ? { override } : {}),
    mark: (incident: string, clock: string, at?: string) =>
      ask({ kind: 'dispatch.set-mark', incident, clock }, at ? { seenAt: at } : {}),
    raise: (incident: string, level: number) => ask({ kind: 'dispatch.raise-level', incident, level }),
    close: (incident: string, outcome: string) => ask({ kind: 'dispatch.close-incident', incident, outcome }),
    other: (incident: string, other: string, step: Step) => ask({ kind: 'dispatch.step-other', incident, other, step }),
    takeAlarm: (alarm: string) => ask({ kind: 'dispatch.take-alarm', alarm }),
    note: (incident: string, note: string) => ask({ kind: 'intake.note-incident', incident, note }),
  }
}

export type Acts = ReturnType<typeof actsOf>
