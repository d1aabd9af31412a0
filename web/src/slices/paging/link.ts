// The alert of a link (`/saya#alert/turn/proof`): looked at and answered without signing in, and nothing else.

import type { Row } from '../../kernel/contract'
import { spoken } from '../../kernel/doors'

export type MyAlert = Row<'paging.mine'>['alerts'][number]
export type Link = { readonly alert: string; readonly proof: string }

/** What stands behind the `#`; no server ever sees it. */
export function linkOf(hash: string): Link | undefined {
  const [alert = '', , proof = ''] = hash.split('/')
  return alert && /^[0-9a-f]{32}$/.test(proof) ? { alert, proof } : undefined
}

export type Answered<Value> = { readonly is: 'ok'; readonly value: Value } | { readonly is: 'over' | 'away' }

const WITHIN_MS = 10_000

async function post<Value>(path: string, body: object, read: (answer: Response) => Promise<Value>) {
  try {
    const answer = await fetch(`/api/paging/${path}`, {
      method: 'POST',
      credentials: 'omit',
      signal: AbortSignal.timeout(WITHIN_MS),
      headers: { 'Content-Type': 'application/json', 'Accept-Language': spoken.value },
      body: JSON.stringify(body),
    })
    if (answer.ok) return { is: 'ok', value: await read(answer) } as const
    return { is: answer.status === 403 ? 'over' : 'away' } as const
  } catch {
    return { is: 'away' } as const
  }
}

export const lookAt = ({ alert, proof }: Link): Promise<Answered<MyAlert>> =>
  post('look', { alert, proof }, async (answer) => (await answer.json()) as MyAlert)

export const answerTo = (
  { alert, proof }: Link,
  coming: boolean,
  minutes: number | undefined,
): Promise<Answered<undefined>> =>
  post('answer', { alert, proof, coming, ...(minutes !== undefined && { minutes }) }, async () => undefined)
