// What stays the same while nothing about it changes, so that what gets it is not drawn for nothing: functions that always
// do the latest, lists and maps of the same parts.
import { type ReadonlySignal, useComputed } from '@preact/signals'
import { useMemo, useRef } from 'preact/hooks'
import { sameParts } from './sameness'

// biome-ignore lint/suspicious/noExplicitAny: any function at all
type Act = (...given: any[]) => unknown

/** The same functions at every drawing; each calls the one of the latest drawing. */
export function useSteadyActs<Acts extends Readonly<Record<string, Act>>>(acts: Acts): Acts {
  const latest = useRef(acts)
  latest.current = acts
  return useMemo(() => {
    const names = Object.keys(acts) as (keyof Acts)[]
    return Object.fromEntries(
      names.map((name) => [name, (...given: unknown[]) => latest.current[name]?.(...given)]),
    ) as Acts
  }, [])
}

/** Made of signals: a list or a map that stays the same object while its parts are the same. */
export function useSteady<Made extends readonly unknown[] | ReadonlyMap<unknown, unknown>>(
  make: () => Made,
): ReadonlySignal<Made> {
  const before = useRef<Made | undefined>(undefined)
  return useComputed(() => {
    const made = make()
    if (!before.current || !sameParts(before.current, made)) before.current = made
    return before.current
  })
}
