// What the figures are called: periods, groups, reasons, and times as people read them.
import { useMemo } from 'preact/hooks'
import { span } from '../../kernel/clock'
import type { Row } from '../../kernel/contract'
import { useView } from '../../kernel/device'
import { language, locale, number, percent, t, word } from '../../kernel/i18n'
import { useStandards } from '../intake/standards'
import type { Period } from './period'

export type Spm = Row<'report.spm'>
export type Measure = Spm['main']
export type Group = Spm['by']['area'][number]
export type By = keyof Spm['by']

export const seconds = (s: number | null | undefined) => (s === null || s === undefined ? '–' : span(s * 1000))
export const share = (of: number | null | undefined) =>
  of === null || of === undefined ? '–' : percent(of).replace(' ', '\u00a0')

/** `67–95 %`, as long as there is one. */
export const between = (low: number | null | undefined, high: number | null | undefined) =>
  low === null || low === undefined || high === null || high === undefined ? '' : `${number(low * 100)}–${share(high)}`

const ROMAN = ['I', 'II', 'III', 'IV'] as const

export function periodWords({ year, quarter, month }: Period): string {
  if (quarter) return t('spm.quarter-of', { quarter: ROMAN[quarter - 1] ?? quarter, year })
  if (month) return monthWords(`${year}-${String(month).padStart(2, '0')}`)
  return t('spm.year-of', { year })
}

export const monthWords = (key: string, length: 'long' | 'short' = 'long') =>
  new Intl.DateTimeFormat(locale.value, { month: length, year: 'numeric', timeZone: 'UTC' }).format(
    Date.parse(`${key}-15T00:00:00Z`),
  )

export const pairWords = (pair: string) => word('spm-pair', pair)

export type Names = {
  of(by: By, key: string | null): string
  area(code: string | null): string
  station(id: string | null): string
}

/** Areas and stations by their names, as far as who is here may see them. */
export function useNames(): Names {
  const standards = useStandards()
  const areas = useView('places.areas', {}, { keep: true }).rows.value
  const stations = useView('dispatch.stations', {}, { keep: true }).rows.value
  return useMemo(() => {
    const area = (code: string | null) =>
      code ? (areas.find((one) => one.area === code)?.name ?? code) : t('spm.unknown-area')
    const station = (id: string | null) =>
      id ? (stations.find((one) => one.station === id)?.name ?? id) : t('spm.unknown-station')
    const of = (by: By, key: string | null): string => {
      if (by === 'area') return area(key)
      if (by === 'station') return station(key)
      if (key === null) return t('spm.unknown')
      if (by === 'month') return monthWords(key)
      if (by === 'type') return standards.nameOf(key)
      return t('spm.hour-of', { from: key.padStart(2, '0'), to: String((Number(key) + 1) % 24).padStart(2, '0') })
    }
    return { of, area, station }
  }, [areas, stations, standards.edition(), language.value])
}
