// The proposal of one incident, computed anew whenever something it rests on changed; the last one stays until the next is here.
import { type ReadonlySignal, useSignal, useSignalEffect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { ms } from '../../kernel/clock'
import type { Row } from '../../kernel/contract'
import { clockOffset, glance } from '../../kernel/doors'
import { language, number, percent, type Text, t } from '../../kernel/i18n'
import { steady } from '../../kernel/steady'
import type { StandardsApi } from '../intake/standards'
import type { Shown } from './acts'
import type { Proposal } from './proposal-panel'

/** A live figure ages while nothing happens (crews turn, hours pass): it is asked for again after this long. */
const AGAIN_MS = 20_000
/** Several notices of one change come close together. */
const GATHER_MS = 80
/** In a busy minute everything changes it; nobody reads a figure that changes oftener. */
const REST_MS = 1000

/** The view `dispatch.proposal`. */
export type ProposalRow = Row<'dispatch.proposal'>
type Why = ProposalRow['reasons'][number]
type OneRow = Pick<ProposalRow['units'][number], 'station' | 'people' | 'why'>

export type Computed = { readonly proposal: Proposal; readonly shown: Shown }
export type ProposalState = { readonly state: 'loading' | 'ready' | 'failed'; readonly computed: Computed | undefined }

export function useProposal(
  incident: string | undefined,
  moved: ReadonlySignal<unknown>,
  naming: Naming,
): ReadonlySignal<ProposalState> {
  const out = useSignal<ProposalState>({ state: 'loading', computed: undefined })
  const again = useRef<(() => void) | undefined>(undefined)
  useEffect(() => {
    out.value = { state: 'loading', computed: undefined }
    if (!incident) return
    const stop = new AbortController()
    const asker = steady(
      async () => {
        const at = new Date(Date.now() + clockOffset.peek()).toISOString()
        try {
          const row = (await glance('dispatch.proposal', { incident, at }, stop.signal))[0]
          if (stop.signal.aborted) return
          out.value = row
            ? { state: 'ready', computed: { proposal: proposalOf(row, naming), shown: row.shown } }
            : { state: 'loading', computed: out.peek().computed }
        } catch {
          if (!stop.signal.aborted) out.value = { state: 'failed', computed: out.peek().computed }
        }
      },
      GATHER_MS,
      REST_MS,
    )
    again.current = asker.ask
    const timer = setInterval(asker.ask, AGAIN_MS)
    return () => {
      stop.abort()
      asker.end()
      clearInterval(timer)
    }
  }, [incident])
  useEffect(() => again.current?.(), [incident])
  useSignalEffect(() => {
    void moved.value
    again.current?.()
  })
  return out
}

export type Naming = {
  readonly standards: StandardsApi
  readonly station: (id: string) => string
  readonly area: (id: string) => string
}

/** `crew.scba` and `crew.people` are needs too: of people, not of vehicles. */
function need(what: string, { standards }: Naming): string {
  const crew = /^crew\.(.*)$/.exec(what)?.[1]
  return crew === 'people' ? t('proposal.people') : standards.capability(crew ?? what)
}

/** A reason in words; those that say no more than the figures beside them stay silent. */
function sentence(why: Why, naming: Naming): string {
  const key = `why.${why.code}`
  const facts: Readonly<Record<string, unknown>> = why.facts ?? {}
  const name = (fact: unknown) => (typeof fact === 'string' ? need(fact, naming) : '')
  const seconds = (fact: unknown) => number(Math.round(Number(fact ?? 0)))
  const said = t(key as Text, {
    ...Object.fromEntries(Object.entries(facts).map(([fact, value]) => [fact, String(value)])),
    capability: name(facts.capability),
    competence: facts.competence === 'people' ? t('proposal.people') : name(facts.competence),
    area: naming.area(String(facts.area ?? '')),
    later_s: seconds(facts.later_s),
    by_s: seconds(facts.by_s),
    sooner_s: seconds(facts.sooner_s),
    saved: percent(Number(facts.saved ?? 0)),
    detour: number(Number(facts.detour ?? 0), 1),
  })
  return said === key ? '' : said
}

export function proposalOf(row: ProposalRow, naming: Naming): Proposal {
  const { standards } = naming
  const about = (unit: OneRow, what: string) =>
    [what, naming.station(unit.station), t('unit.crew', { n: unit.people }), sentence(unit.why, naming)]
      .filter(Boolean)
      .join(' · ')
  const cover =
    row.cover_before === null || row.cover_after === null
      ? undefined
      : { before: row.cover_before, after: row.cover_after }
  const area =
    row.area && row.area_before !== null && row.area_after !== null
      ? t('proposal.area', {
          area: naming.area(row.area),
          before: number(row.area_before * 100),
          after: percent(row.area_after),
        })
      : ''
  const reasons = row.reasons.map((reason) => sentence(reason, naming)).filter(Boolean)
  return {
    card: t('proposal.card', { card: row.card ? standards.card(row.card) : t('proposal.no-card'), n: row.level }),
    at: ms(row.at),
    units: row.units.map((unit) => ({
      id: unit.unit,
      code: unit.unit,
      why: about(unit, unit.fulfils.map(standards.capability).join(', ')),
      etaS: unit.eta_s,
      sigmaS: unit.eta_sd_s,
    })),
    others: row.alternatives.flatMap((unit) =>
      unit.fit && unit.eta_s !== null
        ? [{ id: unit.unit, code: unit.unit, why: about(unit, standards.vehicle(unit.vehicle_type)), etaS: unit.eta_s }]
        : [],
    ),
    unmet: Object.entries(row.unmet).map(([what, n]) => `${need(what, naming)}${n > 1 ? ` ×${number(n)}` : ''}`),
    hints: [area, row.note?.[language.value] ?? '', ...reasons].filter(Boolean),
    ...(row.inside_probability !== null && { inTime: row.inside_probability }),
    ...(cover && { cover }),
  }
}
