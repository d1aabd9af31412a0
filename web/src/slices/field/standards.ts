// The service's standards of the scene: intervals, MAYDAY steps, dangers, posts, common tasks, air; words in both languages.
import { signal, useSignalEffect } from '@preact/signals'
import { useView } from '../../kernel/device'
import { language } from '../../kernel/i18n'
import type { AirRules, Cylinder } from './air'
import type { Intervals } from './figures'
import type { Task } from './rows'

type Name = { readonly id: string; readonly en: string }
type Named = { readonly id: string; readonly name: Name }
export type HazardKind = Named & { readonly letter: string; readonly no_go: boolean; readonly radius_m: number }
export type Post = Named & {
  readonly rank: string
  readonly parent: string | null
  readonly ics_parent: string | null
  readonly ics: Name
}
type Structure = Named & { readonly from_crews: number; readonly posts: readonly string[] }
type SectorName = Named & { readonly kind: string; readonly ics: string }
type Channel = Named & { readonly say: string }
type CommonTask = Named & { readonly kind: string }
type Asked = Named & { readonly ask: readonly Name[] }

/** The row of the view `field.standards`. */
export type StandardsRow = {
  readonly field: {
    readonly par: { readonly inside_s: number; readonly sector_s: number }
    readonly evacuation: { readonly answer_s: number; readonly signal: Name }
    readonly rest: { readonly rest_s: number; readonly ask: readonly Name[] }
    readonly span: { readonly best: number; readonly most: number }
    readonly subject: readonly Asked[]
    readonly mayday_step: readonly (Named & { readonly crew: boolean })[]
    readonly mayday_need: readonly Named[]
    readonly mayday_outcome: readonly Named[]
    readonly hazard: readonly HazardKind[]
    readonly post: readonly Post[]
    readonly structure: readonly Structure[]
    readonly sector_kind: readonly (Named & { readonly leader: Name })[]
    readonly sector_name: readonly SectorName[]
    readonly channel: readonly Channel[]
    readonly task: readonly CommonTask[]
  }
  readonly air: AirRules
  readonly water: {
    readonly need: { readonly exposed_within_m: number }
    readonly hose: Readonly<Record<string, { readonly diameter_mm: number }>>
    readonly pump: Readonly<Record<string, unknown>>
  }
  readonly askable: readonly { readonly what: string; readonly group: string; readonly name: Name }[]
}

/** Until the node has said better: what is written in its own file, so that a deadline is never simply absent. */
const EVERY: Intervals = { inside_s: 600, sector_s: 1200, rest_s: 1200, evacuation_answer_s: 60 }
/** As EVERY: before the node said it once. */
const USUAL_RISE_BAR = 20
const FULL: Cylinder = { litres: 6.8, bar: 300 }

const kept = signal<StandardsRow | undefined>(undefined)

/** Keeps the standards as long as the component stands; the device has them without network as well. */
export function useFieldStandardsView() {
  const view = useView<'field.standards', never>('field.standards', {}, { keep: true })
  useSignalEffect(() => {
    const row = view.rows.value[0] as unknown as StandardsRow | undefined
    if (row) kept.value = row
  })
}

/** Takes over what the node's own files say. */
export function keepStandards(row: StandardsRow) {
  kept.value = row
}

/** How long a crew rests before its work counts from zero again, and what two honest readings can differ by. */
export const restRule = () => ({
  rest_s: kept.value?.field.rest.rest_s ?? EVERY.rest_s,
  rise_bar: kept.value?.air?.gauge.rise_bar ?? USUAL_RISE_BAR,
})

/** Posts in the order of the standard. */
export const postOrder = (): readonly string[] => kept.value?.field.post.map((one) => one.id) ?? []

const say = (name: Name) => (language.value === 'id' ? name.id : name.en)
export type Choice = readonly [id: string, words: string]
const choices = (list: readonly Named[] | undefined): readonly Choice[] =>
  (list ?? []).map((one) => [one.id, say(one.name)] as const)
const nameIn = (list: readonly Named[] | undefined, id: string) => {
  const found = list?.find((one) => one.id === id)
  return found ? say(found.name) : id
}

export function fieldStandards() {
  const row = kept.value
  const field = row?.field
  const air = row?.air
  return {
    /** The node's own figures are here; before that nothing is reckoned with them. */
    known: air !== undefined,
    air: air as AirRules,
    every: field
      ? {
          inside_s: field.par.inside_s,
          sector_s: field.par.sector_s,
          rest_s: field.rest.rest_s,
          evacuation_answer_s: field.evacuation.answer_s,
        }
      : EVERY,
    cylinders: Object.entries(air?.cylinders ?? {}),
    cylinder: (id: string): Cylinder => air?.cylinders[id] ?? Object.values(air?.cylinders ?? {})[0] ?? FULL,
    subjects: (field?.subject ?? []).map((one) => ({ id: one.id, name: say(one.name), ask: one.ask.map(say) })),
    restAsks: (field?.rest.ask ?? []).map(say),
    evacuationSignal: field ? say(field.evacuation.signal) : '',
    mostLed: field?.span.most ?? 7,
    maydaySteps: (field?.mayday_step ?? []).map((one) => ({ id: one.id, name: say(one.name), crew: one.crew })),
    needs: choices(field?.mayday_need),
    needName: (id: string) => nameIn(field?.mayday_need, id),
    outcomes: choices(field?.mayday_outcome),
    hazards: field?.hazard ?? [],
    hazardName: (id: string) => nameIn(field?.hazard, id),
    hazardLetter: (id: string) => field?.hazard.find((one) => one.id === id)?.letter ?? '!',
    posts: field?.post ?? [],
    postName: (id: string, ics = false) => {
      const post = field?.post.find((one) => one.id === id)
      return post ? say(ics ? post.ics : post.name) : id
    },
    structureFor: (crews: number) => [...(field?.structure ?? [])].reverse().find((one) => crews >= one.from_crews),
    sectorKinds: choices(field?.sector_kind),
    leaderWord: (kind: string) => {
      const found = field?.sector_kind.find((one) => one.id === kind)
      return found ? say(found.leader) : ''
    },
    sectorNames: field?.sector_name ?? [],
    channels: (field?.channel ?? []).map((one) => ({ say: one.say, name: say(one.name) })),
    tasks: (kind: string): readonly Choice[] => choices(field?.task.filter((one) => one.kind === kind)),
    taskName: (task: Pick<Task, 'code' | 'text'>) => task.text ?? nameIn(field?.task, task.code),
    /** What may be asked for: of one group ("capability", "agency", "thing"). */
    askable: (group: string): readonly Choice[] =>
      (row?.askable ?? []).filter((one) => one.group === group).map((one) => [one.what, say(one.name)] as const),
    askableName: (what: string) => {
      const found = row?.askable.find((one) => one.what === what)
      return found ? say(found.name) : what
    },
    hoses: Object.entries(row?.water.hose ?? {}).map(([id, hose]) => [id, `${hose.diameter_mm} mm`] as const),
    pumps: Object.keys(row?.water.pump ?? {}),
  }
}

export type FieldStandards = ReturnType<typeof fieldStandards>
