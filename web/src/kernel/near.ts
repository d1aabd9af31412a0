// Long lists: a row far outside the window holds its place and its name, and is drawn when it comes near.
import { type ReadonlySignal, useSignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { idle } from './idle'

/** Lists up to this long are drawn whole: there is nothing to gain. */
export const WHOLE = 40
/** So many rows are there from the beginning, before anybody knows how high the window is. */
export const EARLY = 16
/** How near a row begins to be drawn (px). */
const AHEAD = 300

const heard = new WeakMap<Element, (near: boolean, height: number) => void>()
let watcher: IntersectionObserver | undefined

function watch(node: Element, hear: (near: boolean, height: number) => void): () => void {
  const options = { rootMargin: `${AHEAD}px`, scrollMargin: `${AHEAD}px` }
  watcher ??= new IntersectionObserver((entries) => {
    for (const { target, isIntersecting, boundingClientRect } of entries)
      heard.get(target)?.(isIntersecting, boundingClientRect.height)
  }, options)
  heard.set(node, hear)
  watcher.observe(node)
  return () => {
    watcher?.unobserve(node)
    heard.delete(node)
  }
}

/** Where a row stands: among the first, and in a long list or not. */
export type Place = { readonly early: boolean; readonly long: boolean }

export type Near<Node extends Element> = {
  readonly ref: RefObject<Node | null>
  readonly near: ReadonlySignal<boolean>
  /** How high the row was when it was last drawn. */
  readonly height: ReadonlySignal<number>
}

/** Whether a row is near the window; `usual` is its height before it was ever drawn. */
export function useNear<Node extends Element>(early: boolean, long: boolean, usual: number): Near<Node> {
  const ref = useRef<Node>(null)
  const near = useSignal(early || !long)
  const height = useSignal(usual)
  useEffect(() => {
    if (!long) near.value = true
    else if (ref.current)
      return watch(ref.current, (is, high) => {
        if (!is && near.peek() && high) height.value = high
        near.value = is
      })
    return undefined
  }, [long])
  return { ref, near, height }
}

/** So many rows more at a time, when the browser has nothing better to do. */
const STEP = 60

/** How many rows of a list are there by now: the first at once, so that the page answers; the others after. */
export function useGrowing(length: number): number {
  const grown = useSignal(WHOLE)
  const all = grown.value >= length
  useEffect(() => {
    if (all) return
    let over = false
    void (async () => {
      while (!over && grown.peek() < length) {
        await idle()
        if (!over) grown.value += STEP
      }
    })()
    return () => {
      over = true
    }
  }, [all, length])
  return grown.value
}
