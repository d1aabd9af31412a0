// Another person of a story, who needs no screen in it: asks and looks over HTTP as an account of the demonstration.
import { randomUUID } from 'node:crypto'
import { newId } from '../src/kernel/ids'
import type { Demo } from './kit'

type Rows = readonly Record<string, unknown>[]

export async function person(demo: Demo, name: string) {
  const found = demo.signIns.find((one) => one.name === name)
  const answer = await fetch(`${demo.address}/api/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name, password: found?.password }),
  })
  if (!answer.ok) throw new Error(`${name} cannot sign in: ${await answer.text()}`)
  const { csrf, account } = (await answer.json()) as { csrf: string; account: string }
  const cookie = answer.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
  return {
    account: account as string,
    /** Asks; throws what the node refused. */
    async ask(kind: string, command: Record<string, unknown>, at = new Date(), override?: string) {
      const said = await fetch(`${demo.address}/api/commands/${kind}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Cookie: cookie, 'X-CSRF-Token': csrf },
        body: JSON.stringify({
          ask: { id: newId(), at: at.toISOString().replace('Z', '+00:00'), ...(override && { override }) },
          command,
        }),
      })
      if (!said.ok) throw new Error(`${kind}: ${said.status} ${await said.text()}`)
    },
    /** Where a unit is, as the device of its crew says. */
    async position(unit: string, at: Date, [lon, lat]: readonly [number, number]) {
      const said = await fetch(`${demo.address}/api/positions`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Cookie: cookie, 'X-CSRF-Token': csrf },
        body: JSON.stringify({ unit, at: at.toISOString().replace('Z', '+00:00'), lon, lat }),
      })
      if (!said.ok) throw new Error(`position of ${unit}: ${said.status} ${await said.text()}`)
    },
    async show<Row = Record<string, unknown>>(
      view: string,
      params: Record<string, string> = {},
    ): Promise<readonly Row[]> {
      const shown = await fetch(`${demo.address}/api/views/${view}?${new URLSearchParams(params)}`, {
        headers: { Cookie: cookie },
      })
      if (!shown.ok) throw new Error(`${view}: ${shown.status} ${await shown.text()}`)
      return ((await shown.json()) as { rows: Rows }).rows as readonly Row[]
    },
  }
}

export type Person = Awaited<ReturnType<typeof person>>

/** So many units that people ride on: ready ones first, then from where less depends on them. */
export async function unitsFor(desk: Person, count: number): Promise<string[]> {
  const board = await desk.show<{ unit: string; status: string; people: number }>('dispatch.board')
  return board
    .filter((unit) => unit.people > 1 && unit.status !== 'out-of-service')
    .sort((one, other) => Number(one.status !== 'ready') - Number(other.status !== 'ready'))
    .slice(0, count)
    .map((unit) => unit.unit)
}

/** A house burns, and so many units are sent there and arrive. */
export async function houseFire(
  desk: Person,
  count: number,
  at: Readonly<Record<string, unknown>> = { lon: 117.4896, lat: 0.1289 },
) {
  const incident = randomUUID()
  const units = await unitsFor(desk, count)
  await desk.ask('intake.open-incident', {
    incident,
    ...at,
    type: 'fire.dense-housing',
    place: 'Jl. Gunung Sari RT 12',
  })
  await desk.ask('dispatch.dispatch', { dispatch: randomUUID(), incident, units }, new Date(), 'rumah terbakar')
  for (const unit of units) {
    await desk.ask('dispatch.report-status', { unit, status: 'on-the-way' })
    await desk.ask('dispatch.report-status', { unit, status: 'arrived' })
  }
  return { incident, units }
}
