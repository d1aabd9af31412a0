// Rows of reports as the node sends them, with what this device has said of them and the node has not confirmed.
import type { Row } from '../../kernel/contract'

export type ListRow = Row<'report.list'>
export type Report = Row<'report.report'> & {
  /** Sections that were said here and not confirmed yet, and `state` when a step was taken. */
  readonly pending?: ReadonlySet<string>
}
export type { Codes } from './codes'
