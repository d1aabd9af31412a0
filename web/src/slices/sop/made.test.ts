// Which cards are open at an incident, and what was done of them, says the device as the node does: tests/sop/made.py.
import { describe, expect, test } from 'vitest'
import type { Asked } from '../../kernel/words'
import { made } from '../field/made'
import { applies, type Held, type Situation, type Trigger } from './applies'
import { type CardRow, type OpenCard, openCards, situationOf } from './at-incident'

type About = {
  readonly types: Readonly<Record<string, { readonly level: number; readonly life_risk: boolean }>>
  readonly held: readonly Held[]
  /** What holds after some cards were revised and one was withdrawn. */
  readonly revised: readonly Held[]
}
type Applying = {
  readonly triggers: readonly Trigger[]
  readonly now: Situation
  readonly expect: { readonly applies: boolean }
}
type Incident = Pick<Situation, 'type' | 'level' | 'life_risk' | 'area'>
type AtIncident = {
  readonly revised: boolean
  readonly incident: Incident
  readonly rows: readonly CardRow[] | null
  readonly asks: readonly Asked[]
  readonly expect: { readonly rows: readonly object[] }
}
const FOLDER = new URL('../../../../tests/sop/cases', import.meta.url).pathname

describe('a card', () => {
  const { cases } = made<About, Applying>('applies', FOLDER)
  test(`applies where the node says so, in ${cases.length} cases`, () => {
    expect(cases.length).toBeGreaterThan(100)
    for (const one of cases) expect(applies(one.triggers, one.now), JSON.stringify(one)).toBe(one.expect.applies)
  })
})

const short = ({ card, version, by_hand, done, of, steps }: OpenCard) => ({
  card,
  version,
  by_hand,
  done,
  of,
  steps: steps.map(({ step: _step, pending: _pending, ...word }) => word),
})

describe('the cards at an incident', () => {
  const { about, cases } = made<About, AtIncident>('at-incident', FOLDER)
  const now = (one: AtIncident) =>
    situationOf(one.incident, one.asks, {
      object_kind: null,
      handover: false,
      typeOf: (type) => about.types[type],
    })

  test.each(cases.map((one, n) => [n, one] as const))('case %i: the device shows what the node will', (_, one) => {
    const held = one.revised ? about.revised : about.held
    const known = { held, rows: one.rows ?? [], asks: one.asks, now: now(one), live: false }
    expect(openCards(known).map(short)).toEqual(one.expect.rows)
    // While the line stands, the node's word on which cards apply counts until this device says something about it.
    if (one.rows) expect(openCards({ ...known, live: true }).map(short)).toEqual(one.expect.rows)
  })

  test('a card that was revised or withdrawn stays in the version it was used in, with its text, and says what holds', () => {
    const found = cases.flatMap((one) => {
      if (!one.revised) return []
      return openCards({ held: about.revised, rows: one.rows ?? [], asks: one.asks, now: now(one), live: false })
    })
    const older = found.filter((card) => card.version === 1 && ['api', 'ular'].includes(card.card))
    expect(older.length).toBeGreaterThan(5)
    for (const card of older) expect([card.used, card.holds, card.body]).toEqual([true, 2, `Teks ${card.card}.`])
    const gone = found.filter((card) => card.card === 'nyawa')
    expect(gone.length).toBeGreaterThan(1)
    for (const card of gone) expect([card.used, card.holds, card.by_hand]).toEqual([true, undefined, true])
  })

  test('also without the cards being kept yet, what the node showed stays and takes what is said', () => {
    const one = cases.find(
      ({ rows, asks }) => rows?.length && asks.length === 1 && asks[0]?.command.kind === 'sop.report-step',
    )
    if (!one?.rows) throw new Error('no such case')
    const cards = openCards({ held: [], rows: one.rows, asks: one.asks, now: now(one), live: true })
    expect(cards.map((card) => card.card)).toEqual(expect.arrayContaining(one.rows.map((row) => row.card)))
  })
})
