// Which card applies: the rules of src/siaga/slices/sop/rules/card.py, for a device without network. tests/sop/made.py
// holds both to the same cases.
import type { Row } from '../../kernel/contract'

export type Held = Row<'sop.held'>
export type Trigger = NonNullable<Held['front']['triggers']>[number]

/** What triggers look at: the incident as far as this device knows it. */
export type Situation = {
  readonly type: string | null
  readonly level: number
  readonly life_risk: boolean
  readonly area: string | null
  readonly object_kind: string | null
  readonly handover: boolean
}

/** Whether one of the triggers holds. */
export const applies = (triggers: readonly Trigger[] | undefined, now: Situation) =>
  (triggers ?? []).some((trigger) => holds(trigger, now))

function holds(trigger: Trigger, now: Situation): boolean {
  const { moment = 'incident', types = [], level = 1, life_risk = false, areas = [], objects = [] } = trigger
  if (moment === 'by-hand' || (moment === 'handover' && !now.handover)) return false
  return (
    (!types.length || ofType(types, now.type)) &&
    now.level >= level &&
    (now.life_risk || !life_risk) &&
    (!areas.length || (now.area !== null && areas.includes(now.area))) &&
    (!objects.length || (now.object_kind !== null && objects.includes(now.object_kind)))
  )
}

/** A type, or its first part for all of a kind. */
const ofType = (types: readonly string[], type: string | null) =>
  type !== null && (types.includes(type) || types.includes(type.split('.')[0] ?? type))
