// The node's own draft of a warning, read from its CAP file: where a person begins to write.
import type { LngLat } from '../../kernel/map'

export type Words = { readonly headline: string; readonly description: string; readonly instruction: string }
export type Area = { readonly corners: readonly LngLat[]; readonly radius?: number }
export type Draft = {
  readonly response: string
  readonly urgency: string
  readonly severity: string
  readonly certainty: string
  readonly area: string
  readonly areas: readonly Area[]
  readonly id: Words
  readonly en: Words
}

export const ACTIONS = ['evacuate', 'shelter', 'avoid', 'all-clear'] as const
export type Action = (typeof ACTIONS)[number]

/** `AllClear` is `all-clear` with us. */
const ours = (text: string) => text.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()

/** CAP writes latitude first, and kilometres. */
export function areaOf(kind: 'circle' | 'polygon', text: string): Area {
  const [first = '', ...rest] = text.trim().split(/\s+/)
  const place = (pair: string): LngLat => {
    const [lat = 0, lon = 0] = pair.split(',').map(Number)
    return [lon, lat]
  }
  if (kind === 'circle') return { corners: [place(first)], radius: Math.round(Number(rest[0]) * 1000) }
  return { corners: [first, ...rest.slice(0, -1)].map(place) } // the last corner is the first again
}

export function readDraft(xml: string): Draft | undefined {
  const read = new DOMParser().parseFromString(xml, 'application/xml')
  const infos = [...read.getElementsByTagNameNS('*', 'info')]
  const of = (info: Element | undefined, name: string) =>
    info?.getElementsByTagNameNS('*', name)[0]?.textContent?.trim() ?? ''
  const spoken = (language: string) => infos.find((info) => of(info, 'language').startsWith(language))
  const first = spoken('id')
  if (!first) return undefined
  const words = (info: Element | undefined): Words => ({
    headline: of(info, 'headline'),
    description: of(info, 'description'),
    instruction: of(info, 'instruction'),
  })
  const areas = (['polygon', 'circle'] as const).flatMap((kind) =>
    [...first.getElementsByTagNameNS('*', kind)].map((one) => areaOf(kind, one.textContent ?? '')),
  )
  return {
    response: ours(of(first, 'responseType')),
    urgency: ours(of(first, 'urgency')),
    severity: ours(of(first, 'severity')),
    certainty: ours(of(first, 'certainty')),
    area: of(first, 'areaDesc'),
    areas,
    id: words(first),
    en: words(spoken('en')),
  }
}

/** Undefined when the node is away or may not draft for who asks. */
export async function fetchDraft(incident: string, action: Action): Promise<Draft | undefined> {
  const path = `/api/exports/incidents/${encodeURIComponent(incident)}/cap.xml?action=${action}`
  try {
    const answer = await fetch(path, { credentials: 'same-origin', signal: AbortSignal.timeout(8000) })
    return answer.ok ? readDraft(await answer.text()) : undefined
  } catch {
    return undefined
  }
}
