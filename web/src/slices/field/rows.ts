// The node's rows of the scene, by the names the command board uses for their parts.
import type { Row, Wish } from '../../kernel/contract'

/** The node sends every field, also those that have a default; its description leaves those open. */
type Whole<T> = T extends readonly (infer One)[]
  ? readonly Whole<One>[]
  : T extends object
    ? { readonly [Key in keyof T]-?: Whole<Exclude<T[Key], undefined>> }
    : T

export type Board = Whole<Row<'field.board'>>
export type Crew = Board['crews'][number]
export type Inside = Crew['inside'][number]
export type Conflict = Crew['conflicts'][number]
export type Sector = Board['sectors'][number]
export type Task = Board['tasks'][number]
export type Hazard = Board['hazards'][number]
export type Request = Board['requests'][number]
export type Mayday = Board['maydays'][number]
export type Evacuation = Board['evacuations'][number]
export type Handover = NonNullable<Board['handover']>
export type SceneRow = Whole<Row<'field.scenes'>>
export type AlarmRow = Whole<Row<'field.alarms'>>
export type JournalRow = Whole<Row<'field.journal'>>

export type FieldKind = Extract<Wish['kind'], `field.${string}`>
type Each<W, Kind> = W extends { readonly kind: Kind } ? Omit<W, 'kind' | 'incident'> : never
/** What a command of the scene says besides its kind and its incident. */
export type Said<Kind extends FieldKind> = Each<Wish, Kind>

/** Places every scene has, without anybody opening them. */
export const STAGING = 'staging'
export const REHAB = 'rehab'
