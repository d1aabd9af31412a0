// Functions that stay the same while what they do is always the latest: rows that get them are not drawn for nothing.
import { useMemo, useRef } from 'preact/hooks'

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
