// Cover and trails as long as somebody looks at them: worked out by the node at each look, so asked for again in rounds.
import { type ReadonlySignal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Row } from '../../kernel/contract'
import { clockOffset, glance } from '../../kernel/doors'
import type { Cover, Trail } from './cover'

const AGAIN_MS = 20_000
/** The node is still working it out. */
const SOON_MS = 2_000
export const TRAIL_MINUTES = 30

export type Looked<Shown> = { readonly rows: readonly Shown[]; readonly state: 'loading' | 'ready' | 'failed' }
type Name = 'dispatch.cover' | 'dispatch.trails'

function useLook<Of extends Name>(
  name: Of,
  on: boolean,
  more: Readonly<Record<string, string>>,
  done: (rows: readonly Row<Of>[]) => boolean,
): ReadonlySignal<Looked<Row<Of>>> {
  const out = useSignal<Looked<Row<Of>>>({ rows: [], state: 'loading' })
  useEffect(() => {
    if (!on) return
    const stop = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const look = async () => {
      let wait = AGAIN_MS
      try {
        const at = new Date(Date.now() + clockOffset.peek()).toISOString()
        const rows = await glance(name, { at, ...more }, stop.signal)
        if (!done(rows)) wait = SOON_MS
        out.value = { rows, state: 'ready' }
      } catch {
        // What was true before is not shown as true now.
        if (!stop.signal.aborted) out.value = { rows: [], state: 'failed' }
      }
      if (!stop.signal.aborted) timer = setTimeout(look, wait)
    }
    void look()
    return () => {
      stop.abort()
      clearTimeout(timer)
    }
  }, [on])
  return out
}

export const useCover = (on: boolean): ReadonlySignal<Looked<Cover>> =>
  useLook('dispatch.cover', on, {}, (rows) => rows.every((row) => row.known))

export const useTrails = (on: boolean): ReadonlySignal<Looked<Trail>> =>
  useLook('dispatch.trails', on, { minutes: String(TRAIL_MINUTES) }, () => true)
