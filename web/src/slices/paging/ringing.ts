// What rings at a station, and how it looks with what this device has asked and the node has not yet answered.
import { ms } from '../../kernel/clock'
import type { Row } from '../../kernel/contract'
import type { Guess } from '../../kernel/live'

export type RingingRow = Row<'paging.station'> & { readonly pending?: boolean }

const LEFT = ['on-the-way', 'arrived', 'access', 'ready-to-serve', 'action']
const gone = (state: string) => state === 'left' || state === 'off'

/** Taken alerts stay until every unit has left. */
export const guessRinging: Guess<RingingRow> = (rows, { command, seenAt, at }) => {
  if (command.kind === 'paging.answer-alert')
    return rows
      .filter((row) => row.alert !== command.alert || row.cause !== 'test')
      .map((row) => (row.alert === command.alert ? { ...row, answered_at: seenAt ?? at, pending: true } : row))
  if (command.kind !== 'dispatch.report-status') return rows
  const status = String(command.status)
  const state = status === 'assigned' ? 'heard' : LEFT.includes(status) ? 'left' : 'off'
  return rows
    .map((row) => ({
      ...row,
      units: row.units.map((unit) => (unit.unit === command.unit && !gone(unit.state) ? { ...unit, state } : unit)),
    }))
    .filter((row) => !row.units.length || row.units.some((unit) => !gone(unit.state)))
}

/** Who must still be called by a hand. */
export const rings = (row: RingingRow) =>
  row.answered_at === null && (!row.units.length || row.units.some((unit) => unit.state === 'sent'))

/** What rings first, then the newest. */
export const inOrder = (rows: readonly RingingRow[]): readonly RingingRow[] =>
  [...rows].sort((a, b) => Number(rings(b)) - Number(rings(a)) || ms(b.raised_at) - ms(a.raised_at))

/** Units that have yet to leave, and those that have. */
export const parts = (row: RingingRow) => ({
  here: row.units.filter((unit) => !gone(unit.state)),
  away: row.units.filter((unit) => unit.state === 'left'),
})
