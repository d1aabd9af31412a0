// What a device without network shows of its own asks is what the node shows after it has taken them, for every command
// of field and dispatch that works offline. Cases: tests/field/boards.py. Only what the node alone can know is left out.
import { beforeAll, describe, expect, test } from 'vitest'
import { type Guess, laid } from '../../kernel/live'
import type { Asked } from '../../kernel/words'
import { guessBoard } from '../dispatch/guess-board'
import { guessIncidents, guessOne } from '../dispatch/guess-incidents'
import { guessFieldBoard, NEEDS_NETWORK, OBSERVATIONS, sceneOf } from './guess'
import { made } from './made'
import type { Board } from './rows'
import { keepStandards, type StandardsRow } from './standards'

type Json = Readonly<Record<string, unknown>>
type Views = Readonly<Record<string, readonly Json[]>>
type Against = { readonly of?: number; readonly with: Json }
type Case = { scene: string; asks: readonly Asked[]; expect: { after: Readonly<Record<string, readonly Against[]>> } }
type About = {
  readonly rest_s: number
  readonly rise_bar: number
  readonly posts: readonly string[]
  readonly observations: readonly string[]
  readonly needs_network: readonly string[]
  readonly scenes: Readonly<Record<string, Views>>
}

const { about, cases } = made<About, Case>('boards')

function over<Row>(before: Views, view: string, guess: Guess<Row>, asks: readonly Asked[]): readonly Row[] {
  const rows = (before[view] ?? []) as unknown as readonly Row[]
  return laid(guess, asks).reduce((so, asked) => guess(so, asked), rows)
}

/** What a device shows of each view. */
function device(before: Views, asks: readonly Asked[]): Views {
  const [first, second] = ['i1', 'i2'].map((one) => over(before, `field.board ${one}`, guessFieldBoard, asks))
  const shown: Readonly<Record<string, readonly object[] | undefined>> = {
    'field.board i1': first,
    'field.board i2': second,
    'field.scenes': [...(first ?? []), ...(second ?? [])].flatMap((row) => sceneOf(row) ?? []),
    'dispatch.board': over(before, 'dispatch.board', guessBoard, asks),
    'dispatch.incidents': over(before, 'dispatch.incidents', guessIncidents, asks),
    'dispatch.incident i1': over(before, 'dispatch.incident i1', guessOne, asks),
  }
  return shown as unknown as Views
}

/** Units that were sent while the network was away: who rides on them the node looks up. */
function sentOffline(asks: readonly Asked[]): ReadonlySet<string> {
  return new Set(
    asks.flatMap(({ command }) => {
      if (command.kind === 'dispatch.dispatch') return command.units as readonly string[]
      return command.kind === 'dispatch.swap-unit' ? [String(command.instead)] : []
    }),
  )
}

/** A row as far as a device can know it. The number of an incident that a unit comes to stands in another view. */
function known(view: string, row: Json, sent: ReadonlySet<string>): Json {
  const { pending: _, ...rest } = row
  if (view === 'dispatch.board') return { ...rest, number: undefined }
  if (view.startsWith('dispatch.incident'))
    return { ...rest, units: (rest.units as readonly Json[]).map(({ said: _said, heard: _heard, ...one }) => one) }
  if (view === 'field.scenes' && sent.size) return { ...rest, people: undefined }
  if (!view.startsWith('field.board')) return rest
  const crews = (rest.crews as Board['crews']).map((crew) =>
    sent.has(crew.crew) ? { ...crew, agency: undefined, people: undefined, persons: undefined } : crew,
  )
  return { ...rest, crews }
}

function after(before: Views, view: string, rows: readonly Against[]): readonly Json[] {
  return rows.map(({ of, with: changed }) => (of === undefined ? changed : { ...before[view]?.[of], ...changed }))
}

describe('guesses', () => {
  beforeAll(() =>
    keepStandards({
      field: { rest: { rest_s: about.rest_s }, post: about.posts.map((id) => ({ id })) },
      air: { gauge: { rise_bar: about.rise_bar } },
    } as unknown as StandardsRow),
  )

  test.each(cases.map((one, n) => [n, one.scene, one] as const))(
    'case %i (%s) ends as at the node',
    (_, scene, one) => {
      const before = about.scenes[scene] ?? {}
      const here = device(before, one.asks)
      const sent = sentOffline(one.asks)
      for (const [view, rows] of Object.entries(one.expect.after)) {
        const there = after(before, view, rows).map((row) => known(view, row, sent))
        expect(
          here[view]?.map((row) => known(view, row, sent)),
          view,
        ).toEqual(there)
      }
    },
  )

  test('the device tells orders, observations and what needs the network apart as the node does', () => {
    expect([...OBSERVATIONS].sort()).toEqual(about.observations)
    expect([...NEEDS_NETWORK].sort()).toEqual(about.needs_network)
  })
})
