// The codes of reports by their names: what the node's standards say an object, a cause or an obstacle can be.
import { computed, signal, useSignalEffect } from '@preact/signals'
import type { Row } from '../../kernel/contract'
import { useView } from '../../kernel/device'
import { language } from '../../kernel/i18n'

type Sent = Row<'report.standards'>

export type Named = { readonly id: string; readonly name: { readonly id: string; readonly en: string } }

export type Codes = Omit<Sent['report'], 'form'> & {
  readonly cause: Sent['cause']
  /** What a place is comes first. */
  readonly object_kind: Sent['object']
  /** What a thing is comes first. */
  readonly burnt_thing: Sent['object']
  readonly forms: Sent['report']['form']
}

export const nameOf = (one: Named) => one.name[language.value]

export function codeName(of: readonly Named[], code: string): string {
  const found = of.find((one) => one.id === code)
  return found ? nameOf(found) : code
}

const held = signal<Sent | undefined>(undefined)

const codes = computed((): Codes | undefined => {
  if (!held.value) return undefined
  const { cause, object, report } = held.value
  const first = (group: string) => [
    ...object.filter((one) => one.group === group),
    ...object.filter((one) => one.group !== group),
  ]
  return { ...report, cause, object_kind: first('premises'), burnt_thing: first('item'), forms: report.form }
})

/** Kept for when the node is away. */
export function useCodes(): Codes | undefined {
  const view = useView('report.standards', {}, { keep: true })
  useSignalEffect(() => {
    const row = view.rows.value[0]
    if (row) held.value = row
  })
  return codes.value
}
