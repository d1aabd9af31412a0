// A water plan as it is typed: figures as text, what the node is asked with them, and what is kept. Pure.
import type { Row } from '../../kernel/contract'
import type { Text } from '../../kernel/i18n'
import type { Said } from './rows'

export const FIELDS = {
  volume_m3: { words: 'field.water-volume', unit: 'm³' },
  hydrant_lpm: { words: 'field.water-hydrant', unit: 'L/mnt' },
  store_l: { words: 'field.water-store', unit: 'L' },
  tank_l: { words: 'field.water-tanks', unit: 'L' },
  distance_m: { words: 'field.water-distance', unit: 'm' },
  tanker_l: { words: 'field.water-tanker', unit: 'L' },
  tankers: { words: 'field.water-tankers', unit: '×' },
  fill_lpm: { words: 'field.water-fill', unit: 'L/mnt' },
  drop_lpm: { words: 'field.water-drop', unit: 'L/mnt' },
} as const satisfies Record<string, { words: Text; unit: string }>
export type FieldName = keyof typeof FIELDS

export type Plan = Readonly<Record<FieldName, string>> & {
  readonly hazard_class: string
  readonly construction: string
  readonly exposed: boolean
}

export const EMPTY: Plan = {
  volume_m3: '',
  hydrant_lpm: '',
  store_l: '',
  tank_l: '',
  distance_m: '',
  tanker_l: '5000',
  tankers: '1',
  fill_lpm: '1000',
  drop_lpm: '1000',
  hazard_class: '7',
  construction: '1',
  exposed: false,
}

type Kept = Row<'field.water'>
const text = (value: number | null | undefined) => (value ? String(value) : '')
const HYDRANT = 'hidran'
const STORE = 'tampungan'
/** A store gives as fast as a pump draws from it. */
const STORE_LPM = 2000

export function planOf(kept: Kept): Plan {
  const hydrant = kept.sources.find((one) => !one.volume_l)
  const store = kept.sources.find((one) => one.volume_l)
  return {
    ...EMPTY,
    volume_m3: text(kept.need?.volume_m3),
    hazard_class: kept.need ? String(kept.need.hazard_class) : EMPTY.hazard_class,
    construction: kept.need ? String(kept.need.construction) : EMPTY.construction,
    exposed: kept.need?.exposed ?? false,
    hydrant_lpm: text(hydrant?.flow_lpm),
    store_l: text(store?.volume_l),
    tank_l: text(kept.tank_l),
    ...(kept.shuttle && {
      distance_m: text(kept.shuttle.distance_m),
      tanker_l: text(kept.shuttle.tanker_l),
      tankers: text(kept.shuttle.tankers),
      fill_lpm: text(kept.shuttle.fill_lpm),
      drop_lpm: text(kept.shuttle.drop_lpm),
    }),
  }
}

const sourcesOf = (plan: Plan) => [
  ...(plan.hydrant_lpm ? [{ source: HYDRANT, flow_lpm: Number(plan.hydrant_lpm) }] : []),
  ...(plan.store_l ? [{ source: STORE, flow_lpm: STORE_LPM, volume_l: Number(plan.store_l) }] : []),
]

/** What the node reckons with; what is empty is not asked. */
export function queryOf(plan: Plan): readonly (readonly [string, string])[] {
  const sources = sourcesOf(plan)
  return [
    ...(plan.volume_m3
      ? ([
          ['volume_m3', plan.volume_m3],
          ['hazard_class', plan.hazard_class],
          ['construction', plan.construction],
          ['exposed', String(plan.exposed)],
        ] as const)
      : []),
    ...sources.flatMap(
      (one) =>
        [
          ['flow_lpm', String(one.flow_lpm)],
          ['volume_l', String(one.volume_l ?? 0)],
        ] as const,
    ),
    ...(plan.distance_m
      ? ([
          ['distance_m', plan.distance_m],
          ['tanker_l', plan.tanker_l],
          ['tankers', plan.tankers],
          ['fill_lpm', plan.fill_lpm],
          ['drop_lpm', plan.drop_lpm],
        ] as const)
      : []),
    ...(plan.tank_l ? ([['tank_l', plan.tank_l]] as const) : []),
  ]
}

/** What is kept of it. */
export function planAsk(plan: Plan): Said<'field.plan-water'> {
  return {
    ...(plan.volume_m3 && {
      need: {
        volume_m3: Number(plan.volume_m3),
        hazard_class: Number(plan.hazard_class),
        construction: Number(plan.construction),
        exposed: plan.exposed,
      },
    }),
    sources: sourcesOf(plan),
    ...(plan.distance_m && {
      shuttle: {
        distance_m: Number(plan.distance_m),
        tanker_l: Number(plan.tanker_l),
        tankers: Number(plan.tankers),
        fill_lpm: Number(plan.fill_lpm),
        drop_lpm: Number(plan.drop_lpm),
      },
    }),
    ...(plan.tank_l && { tank_l: Number(plan.tank_l) }),
  }
}
