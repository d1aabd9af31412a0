// What a section of a report is to the page: how its form begins, what it asks of the node, how it reads once it is said.
import type { ComponentType } from 'preact'
import type { Wish } from '../../kernel/contract'
import type { Text } from '../../kernel/i18n'
import type { Codes, Report } from './rows'

export type FormProps<Form> = {
  readonly form: Form
  set(next: Partial<Form>): void
  readonly codes: Codes
  readonly report: Report
  /** The form was to be saved and a figure in it is none: boxes that are wrong say so. */
  readonly checked: boolean
}

/** What a section asks of the node. */
export type Says = Extract<
  Wish,
  {
    readonly kind:
      | 'report.describe-object'
      | 'report.state-cause'
      | 'report.state-loss'
      | 'report.count-victims'
      | 'report.state-water'
      | 'report.state-obstacles'
      | 'report.state-volunteers'
      | 'report.summarise'
      | 'report.choose-photos'
  }
>

export type Line = readonly [label: string, value: string]

export type Part<Form> = {
  readonly id: string
  readonly title: Text
  readonly how?: Text
  begin(report: Report): Form
  /** Nothing when something typed is no figure. */
  wish(incident: string, form: Form, report: Report): Says | undefined
  readonly Form: ComponentType<FormProps<Form>>
  /** Empty while nobody has said anything. */
  told(report: Report, codes: Codes): readonly Line[]
}
