// The reader's own alerts, with what this device has answered and the node has not yet confirmed.
import { ms } from '../../kernel/clock'
import type { Row } from '../../kernel/contract'
import type { Guess } from '../../kernel/live'

export type MineRow = Row<'paging.mine'>

const MINUTE_MS = 60_000

export const guessMine: Guess<MineRow> = (rows, { command, seenAt, at: asked }) => {
  const at = seenAt ?? asked
  const change = (alert: unknown, to: Partial<MineRow['alerts'][number]>) =>
    rows.map((row) => ({ ...row, alerts: row.alerts.map((one) => (one.alert === alert ? { ...one, ...to } : one)) }))
  switch (command.kind) {
    case 'paging.answer-alert': {
      const coming = command.coming === true
      const minutes = typeof command.minutes === 'number' ? command.minutes : undefined
      const there = coming && minutes !== undefined ? new Date(ms(at) + minutes * MINUTE_MS).toISOString() : null
      return change(command.alert, { answered_at: at, seen_at: at, coming, coming_at: there })
    }
    case 'paging.see-alert':
      return change(command.alert, { seen_at: at })
    case 'paging.set-duty':
      return rows.map((row) => (row.receiver === command.receiver ? { ...row, on_duty: command.on === true } : row))
    default:
      return rows
  }
}
