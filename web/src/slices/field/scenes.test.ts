// The list of scenes and each scene's board say the same, whatever waits on this device. Cases: tests/field/boards.py.
import { signal } from '@preact/signals'
import { beforeAll, describe, expect, test } from 'vitest'
import { openViews } from '../../kernel/live'
import type { Asked } from '../../kernel/words'
import { sceneOf } from './guess'
import { made } from './made'
import type { Board, SceneRow } from './rows'
import { openScenes, touched } from './scenes'
import { keepStandards, type StandardsRow } from './standards'

type Json = Readonly<Record<string, unknown>>
type Views = Readonly<Record<string, readonly Json[]>>
type Against = { readonly of?: number; readonly with: Json }
type Case = { scene: string; asks: readonly Asked[]; expect: { after: Readonly<Record<string, readonly Against[]>> } }
type About = {
  readonly rest_s: number
  readonly rise_bar: number
  readonly posts: readonly string[]
  readonly scenes: Readonly<Record<string, Views>>
}

const { about, cases } = made<About, Case>('boards')
const INCIDENTS = ['i1', 'i2']

/** A device that has looked at both boards and the list, and then asked something that no node has heard. */
async function device(before: Views, asks: readonly Asked[]) {
  const waiting = signal<Asked[]>([])
  const away = signal(false)
  const views = openViews({
    outbox: { waiting, seen() {} },
    async fetch(name, params) {
      const key = params.incident ? `${name} ${params.incident}` : name
      return { position: 1, rows: before[key] ?? [] }
    },
  })
  const list = views.view<SceneRow>('field.scenes')
  await list.refresh()
  const scenes = openScenes({ views, waiting, away, open: signal(INCIDENTS) }, list)
  away.value = true
  waiting.value = [...asks]
  await new Promise((resolve) => setTimeout(resolve))
  return { scenes, list, waiting }
}

const byIncident = (rows: readonly Json[] | undefined) =>
  [...(rows ?? [])].sort((one, other) => (String(one.incident) < String(other.incident) ? -1 : 1))
/** Who rides on a unit that is sent while the node is away only the node knows. */
const sends = (asks: readonly Asked[]) =>
  asks.some(({ command }) => command.kind === 'dispatch.dispatch' || command.kind === 'dispatch.swap-unit')
const known = (rows: readonly Json[] | undefined, asks: readonly Asked[]) =>
  byIncident(rows).map((row) => (sends(asks) ? { ...row, people: undefined } : row))

function there(before: Views, after: readonly Against[] | undefined, asks: readonly Asked[]) {
  const rows = after?.map(({ of, with: changed }) =>
    of === undefined ? changed : { ...before['field.scenes']?.[of], ...changed },
  )
  return known(rows ?? before['field.scenes'], asks)
}

describe('scenes with what waits on this device', () => {
  beforeAll(() =>
    keepStandards({
      field: { rest: { rest_s: about.rest_s }, post: about.posts.map((id) => ({ id })) },
      air: { gauge: { rise_bar: about.rise_bar } },
    } as unknown as StandardsRow),
  )

  test.each(cases.map((one, n) => [n, one.scene, one] as const))(
    'case %i (%s) lists as the node',
    async (_, at, one) => {
      const before = about.scenes[at] ?? {}
      const { scenes } = await device(before, one.asks)
      expect(known(scenes.rows.value, one.asks)).toEqual(there(before, one.expect.after['field.scenes'], one.asks))
      scenes.close()
    },
  )

  test('the cases change the list: there is something to compare', () => {
    expect(cases.filter((one) => one.expect.after['field.scenes']).length).toBeGreaterThan(20)
  })

  test('when nothing waits any more the list is the node’s own, and no board is held for it', async () => {
    const [one] = cases.filter((some) => some.expect.after['field.scenes'])
    const { scenes, list, waiting } = await device(about.scenes[one?.scene ?? ''] ?? {}, one?.asks ?? [])
    expect(scenes.rows.value).not.toEqual(list.rows.value)
    waiting.value = []
    expect(scenes.rows.value).toEqual(list.rows.value)
    scenes.close()
  })
})

describe('which boards an ask touches', () => {
  const ask = (kind: string, fields: Json = {}) => ({ command: { kind, ...fields } }) as unknown as Asked
  const open = ['i1', 'i2']

  test('what is said at a scene is about that scene', () => {
    expect([...touched([ask('field.report-par', { incident: 'i2' })], open, true)]).toEqual(['i2'])
  })

  test('a unit may leave any scene when the node cannot say which; with it the list says so itself', () => {
    const arrived = ask('dispatch.report-status', { unit: 'E1' })
    expect([...touched([arrived], open, true)]).toEqual(open)
    expect([...touched([arrived], open, false)]).toEqual([])
    expect([...touched([ask('dispatch.dispatch', { incident: 'i1', units: ['E1'] })], open, false)]).toEqual([])
  })

  test('a note in the journal touches none', () => {
    expect(touched([ask('dispatch.note', { incident: 'i1' })], open, true).size).toBe(0)
  })
})

test('a board without anybody there is no scene', () => {
  const [quiet] = (about.scenes.quiet?.['field.board i1'] ?? []) as unknown as readonly Board[]
  expect(quiet && sceneOf(quiet)).toBeUndefined()
})
