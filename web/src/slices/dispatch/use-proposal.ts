// The proposal of one incident, computed anew whenever something it rests on changed; the last one stays until the next is here.
import { type ReadonlySignal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { ms } from '../../kernel/clock'
import { clockOffset, glance } from '../../kernel/doors'
import { number, t, type Text } from '../../kernel/i18n'
import { type StandardsApi, useStandards } from '../intake/standards'
import type { Shown } from './acts'
import type { Proposal, Proposed } from './proposal-panel'

/** A live figure ages while nothing happens (crews turn, hours pass): it is asked for again after this long. */
const AGAIN_MS = 20_000
/** Several notices of one change come close together. */
const GATHER_MS = 80

type ProposedRow = {
  readonly unit: string
  readonly eta_s: number
  readonly eta_sd_s?: number
  readonly fulfils?: readonly string[]
  readonly why?: string
  readonly people?: number
  readonly station?: string
}

export type ProposalRow = {
  readonly card: string
  readonly level: number
  readonly way: string
  readonly at?: string
  readonly units: readonly ProposedRow[]
  readonly alternatives?: readonly ProposedRow[]
  readonly unmet: Readonly<Record<string, number>>
  readonly inside_probability: number | null
  readonly cover_before: number | null
  readonly cover_after: number | null
  readonly shown: Shown
}

export type Computed = { readonly proposal: Proposal; readonly shown: Shown }
export type ProposalState = { readonly state: 'loading' | 'ready' | 'failed'; readonly computed: Computed | undefined }

export function useProposal(
  incident: string | undefined,
  moved: ReadonlySignal<string>,
  stationName: (id: string) => string,
): ReadonlySignal<ProposalState> {
  const standards = useStandards()
  const out = useSignal<ProposalState>({ state: 'loading', computed: undefined })
  const trigger = moved.value
  useEffect(() => {
    out.value = { state: 'loading', computed: undefined }
  }, [incident])
  useEffect(() => {
    if (!incident) return
    const stop = new AbortController()
    const look = async () => {
      const at = new Date(Date.now() + clockOffset.peek()).toISOString()
      try {
        const rows = await glance<ProposalRow>('dispatch.proposal', { incident, at }, stop.signal)
        const row = rows[0]
        out.value = row
          ? { state: 'ready', computed: { proposal: proposalOf(row, at, standards, stationName), shown: row.shown } }
          : { state: 'loading', computed: out.peek().computed }
      } catch {
        if (!stop.signal.aborted) out.value = { state: 'failed', computed: out.peek().computed }
      }
    }
    const first = setTimeout(() => void look(), GATHER_MS)
    const again = setInterval(() => void look(), AGAIN_MS)
    return () => {
      stop.abort()
      clearTimeout(first)
      clearInterval(again)
    }
  }, [incident, trigger])
  return out
}

export function proposalOf(
  row: ProposalRow,
  at: string,
  standards: StandardsApi,
  stationName: (id: string) => string,
): Proposal {
  const one = (unit: ProposedRow): Proposed => {
    const fulfils = (unit.fulfils ?? []).map(standards.capability).join(', ')
    const from = unit.station ? stationName(unit.station) : ''
    const people = unit.people === undefined ? '' : t('unit.crew', { n: unit.people })
    return {
      id: unit.unit,
      code: unit.unit,
      why: [fulfils, from, people, reasonOf(unit.why)].filter(Boolean).join(' · '),
      etaS: unit.eta_s,
      ...(unit.eta_sd_s && { sigmaS: unit.eta_sd_s }),
    }
  }
  const cover =
    row.cover_before === null || row.cover_after === null
      ? undefined
      : { before: row.cover_before, after: row.cover_after }
  return {
    card: t('proposal.card', { card: cardName(row.card, standards), n: row.level }),
    at: ms(row.at ?? at),
    units: row.units.map(one),
    others: (row.alternatives ?? []).map(one),
    unmet: Object.entries(row.unmet).map(([what, n]) => `${standards.capability(what)}${n > 1 ? ` ×${number(n)}` : ''}`),
    hints: [],
    degraded: row.way !== 'network' && !row.way.startsWith('road'),
    ...(row.inside_probability !== null && { inTime: row.inside_probability }),
    ...(cover && { cover }),
  }
}

const cardName = (card: string, standards: StandardsApi) => standards.nameOf(card)

/** A reason code in words; codes that say nothing more than the figures beside them stay silent. */
function reasonOf(why: string | undefined): string {
  if (!why) return ''
  const code = why.split(/[\s(:]/)[0] ?? ''
  const key = `why.${code}`
  const said = t(key as Text)
  return said === key ? '' : said
}
