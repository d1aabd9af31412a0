// The marks as they stand at this zoom: those that would lie on each other as one, which opens by a click or Enter.
import { useSignal } from '@preact/signals'
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import { type Flocking, flocksOf, parts } from './flocks'
import type { Mark } from './map'
import type { Engine } from './map-engine'

/** A mark as it stands: `strong` ones are never covered, `open` ones came out of a flock and take the keyboard. */
export type Stands = { readonly mark: Mark; readonly strong: boolean; readonly flock: boolean; readonly open: boolean }

type Opened = { readonly flock: string; readonly ids: ReadonlySet<string>; readonly zoom: number }
type Point = Flocking & { readonly mark: Mark }

/** Near enough that streets are told apart: those that do not part here never will. */
const NEAREST = 17
/** So far the map may be zoomed before an opened flock closes. */
const STAYS = 0.5
const NONE: ReadonlySet<string> = new Set()

export function useFlocks(map: Engine, marks: readonly Mark[], still: boolean) {
  const opened = useSignal<Opened | undefined>(undefined)
  const wanted = useRef('')
  const zoom = map.getZoom()
  const kept = opened.value
  const ids = kept && Math.abs(zoom - kept.zoom) < STAYS ? kept.ids : NONE

  const close = () => {
    opened.value = undefined
  }
  /** By keyboard: the one they stand as again has it. */
  const fold = () => {
    wanted.current = opened.value?.flock ?? ''
    close()
  }
  const open = (mark: string, flock: readonly Point[]) => {
    // A hand on the mouse or the glass stays where it is.
    wanted.current = document.activeElement?.matches(':focus-visible') ? (flock[0]?.id ?? '') : ''
    if (parts(flock, 2 ** (NEAREST - map.getZoom()))) {
      close()
      map.jumpTo(nearer(map, flock))
    } else opened.value = { flock: mark, ids: new Set(flock.map((one) => one.id)), zoom: map.getZoom() }
  }
  const latest = useRef(open)
  latest.current = open

  useEffect(() => {
    map.on('click', close)
    return () => void map.off('click', close)
  }, [map])
  // Who came by keyboard goes on at what came out: with the drawing that takes the flock away. An effect that came later
  // could belong to a drawing from before the key, find the flock still there and let the wish go.
  useLayoutEffect(() => {
    if (!wanted.current) return
    const id = wanted.current
    wanted.current = ''
    if (document.activeElement && document.activeElement !== document.body) return
    map
      .getContainer()
      .closest('.map')
      ?.querySelector<HTMLElement>(`[data-mark="${CSS.escape(id)}"]`)
      ?.focus()
  })

  const shown = useMemo(() => {
    const points = marks.flatMap((mark): Point[] => {
      if (!mark.flock) return []
      const { x, y } = map.project([mark.at[0], mark.at[1]])
      return [{ ...mark.flock, id: mark.id, x, y, mark, alone: mark.flock.alone === true || ids.has(mark.id) }]
    })
    const plain = marks.filter((mark) => !mark.flock)
    const stands = (mark: Mark, more: Partial<Stands> = {}): Stands => ({
      mark,
      strong: false,
      flock: false,
      open: false,
      ...more,
    })
    const made = flocksOf(points).map((flock): Stands => {
      const [first] = flock as readonly [Point, ...Point[]]
      if (flock.length === 1)
        return stands(first.mark, { strong: first.alone === true, open: !still && ids.has(first.id) })
      const mark = first.mark.flock?.as(flock.map((one) => one.mark)) ?? first.mark
      return stands(still ? mark : { ...mark, onPick: () => latest.current(mark.id, flock) }, { flock: true })
    })
    return [...plain.map((mark) => stands(mark)), ...made]
  }, [marks, zoom, ids, still])
  return { shown, close: fold }
}

/** Where and how near the first of the flock part from the rest. */
function nearer(map: Engine, flock: readonly Point[]) {
  const now = map.getZoom()
  let zoom = now
  do zoom += 0.25
  while (zoom < NEAREST && !parts(flock, 2 ** (zoom - now)))
  const lons = flock.map(({ mark }) => mark.at[0])
  const lats = flock.map(({ mark }) => mark.at[1])
  const middle = (of: readonly number[]) => (Math.min(...of) + Math.max(...of)) / 2
  return { center: [middle(lons), middle(lats)] as [number, number], zoom: Math.min(NEAREST, zoom + 0.25) }
}
