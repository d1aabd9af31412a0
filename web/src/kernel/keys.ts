// Keys: one listener, the latest layer first. Letters act only outside inputs; Escape acts everywhere.
import { useLayoutEffect, useRef } from 'preact/hooks'

/** Returns `false` when the key is not for it, so that the layer below may have it; anything else counts as done. */
export type Press = (event: KeyboardEvent) => unknown

/** `n`, `Enter`, `Space`, `Alt+2`, `?`. Letters without regard to case. */
export type Keys = Readonly<Record<string, Press>>

type Layer = { keys: () => Keys }
const layers: Layer[] = []

export function name(event: Pick<KeyboardEvent, 'key' | 'altKey' | 'ctrlKey' | 'metaKey'>): string {
  const key = event.key === ' ' ? 'Space' : event.key.length === 1 ? event.key.toLowerCase() : event.key
  return `${event.ctrlKey || event.metaKey ? 'Ctrl+' : ''}${event.altKey ? 'Alt+' : ''}${key}`
}

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
  !/^(checkbox|radio|button)$/.test((target as HTMLInputElement).type ?? '')

/** Enter and Space belong to the button or link that has the focus, and choose an option; one that is chosen needs neither. */
const pressable = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  target.closest('button, a[href], summary, [role=option]:not([aria-selected=true]), [role=radio]') !== null

function onKey(event: KeyboardEvent) {
  if (event.defaultPrevented || event.isComposing) return
  const key = name(event)
  const inside = typing(event.target)
  if (inside && !/^(Escape|Alt\+|Ctrl\+|F\d)/.test(key)) return
  if ((key === 'Enter' || key === 'Space') && pressable(event.target)) return
  if (key === 'Enter' && event.repeat) return // a key that is held does nothing twice
  for (const layer of [...layers].reverse()) {
    const press = layer.keys()[key]
    if (press && press(event) !== false) {
      event.preventDefault()
      return
    }
  }
}

export function startKeys(): () => void {
  addEventListener('keydown', onKey)
  return () => removeEventListener('keydown', onKey)
}

/** A layer of keys as long as the component stands. */
export function useKeys(keys: Keys, on = true) {
  const latest = useRef(keys)
  latest.current = keys
  useLayoutEffect(() => {
    if (!on) return
    const layer: Layer = { keys: () => latest.current }
    layers.push(layer)
    return () => {
      layers.splice(layers.indexOf(layer), 1)
    }
  }, [on])
}
