// The list that one shift hands to the next: what is on it, what came up since, what is over by now.
import { ms } from '../../kernel/clock'
import type { Row } from '../../kernel/contract'

export type ShiftRow = Row<'dispatch.shift-handover'>
export type ShiftLine = ShiftRow['now'][number]
export type Handover = NonNullable<ShiftRow['underway']>

export const lineId = (line: ShiftLine) => `${line.kind}.${line.subject}`

/** A closure whose hour has come is none any more. */
const stands = (line: ShiftLine, now: number) => !line.until || ms(line.until) > now

export type Told = {
  readonly line: ShiftLine
  readonly id: string
  /** On the list, new since it was made, or over since then. */
  readonly state: 'listed' | 'fresh' | 'over'
}

/** What stands on the list with what has changed since; before there is a list, what would stand on it. */
export function toldNow(row: ShiftRow, now: number): readonly Told[] {
  const current = row.now.filter((line) => stands(line, now))
  const present = new Set(current.map(lineId))
  const listed = row.underway?.lines ?? current
  const known = new Set(listed.map(lineId))
  return [
    ...listed.map((line) => {
      const id = lineId(line)
      return { line, id, state: present.has(id) ? ('listed' as const) : ('over' as const) }
    }),
    ...current
      .filter((line) => !known.has(lineId(line)))
      .map((line) => ({ line, id: lineId(line), state: 'fresh' as const })),
  ]
}

/** Lines that are on the list: all of them are ticked before a side confirms. */
export const toTick = (told: readonly Told[]) => told.filter((one) => one.state !== 'fresh').map((one) => one.id)
