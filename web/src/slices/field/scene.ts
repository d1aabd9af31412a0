// The scene a board is about: its row, what people said of it here and the node has not yet, and how to ask.
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Device } from '../../kernel/device'
import { t } from '../../kernel/i18n'
import type { Outcome } from '../../kernel/words'
import type { SaidStore } from '../dispatch/said'
import { type Board, type Crew, type FieldKind, REHAB, type Said, STAGING } from './rows'
import type { FieldStandards } from './standards'

export type Scene = {
  readonly row: Board
  readonly device: Device
  readonly std: FieldStandards
  readonly said: SaidStore
  /** The line to the node stands: what only the node can do may be asked. */
  readonly online: boolean
  /** Who is signed in here commands. */
  readonly commands: boolean
  /** Who is signed in may act at the scene; others look. */
  readonly acts: boolean
  /** Something this device said about it waits for the node. */
  pending(id: string): boolean
  ask<Kind extends FieldKind>(
    kind: Kind,
    fields: Said<Kind>,
    words: string,
    options?: { readonly override?: string },
  ): Promise<Outcome>
  /** The name of an account or a device, where it is known. */
  who(id: string): string
  open(sheet: string): void
  close(): void
}

export const SceneContext = createContext<Scene | undefined>(undefined)

export function useScene(): Scene {
  const scene = useContext(SceneContext)
  if (!scene) throw new Error('no scene around this component')
  return scene
}

export const crewName = (crew: Pick<Crew, 'label' | 'unit'>) =>
  crew.unit && crew.label === crew.unit ? t('field.crew', { label: crew.label }) : crew.label

export const nameOfCrew = (row: Board, id: string) => {
  const crew = row.crews.find((one) => one.crew === id)
  return crew ? crewName(crew) : id
}

export const personName = (person: string) => (/^\d+$/.test(person) ? t('field.person', { n: person }) : person)

export function sectorName(row: Board, id: string): string {
  if (id === STAGING) return t('field.staging')
  if (id === REHAB) return t('field.rehab')
  return row.sectors.find((sector) => sector.sector === id)?.name ?? (id || t('field.whole-scene'))
}

const HOLDER = 'siaga.holder'

/** The code under which this device takes posts ("Danton A"), as it was used last. */
export function lastHolder(): string {
  try {
    return localStorage.getItem(HOLDER) ?? ''
  } catch {
    return ''
  }
}

export function keepHolder(holder: string) {
  try {
    localStorage.setItem(HOLDER, holder)
  } catch {
    // Storage is off: it is asked again.
  }
}

/** A short code, never a name of a person: what the node takes. */
export const CODE = '[A-Za-z0-9 ._\\-]{1,40}'
