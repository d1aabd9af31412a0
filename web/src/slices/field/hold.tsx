// What must not happen by a slip is held for two seconds: with the finger, or with Enter or the space bar.
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { t } from '../../kernel/i18n'

const HOLD_MS = 2000
/** A reading aid cannot hold: it presses twice, the second time within this. */
const TWICE_MS = 5000

export function Hold({ words, onDone, look }: { words: string; onDone(): void; look?: string }) {
  const held = useSignal(false)
  const again = useSignal(false)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const byHand = useRef(false)

  const start = () => {
    if (held.value) return
    byHand.current = true
    held.value = true
    timer.current = setTimeout(() => {
      held.value = false
      onDone()
    }, HOLD_MS)
  }
  const stop = () => {
    clearTimeout(timer.current)
    held.value = false
  }
  useEffect(() => stop, [])

  const pressed = () => {
    // A click without finger or key comes from a reading aid.
    if (byHand.current) {
      byHand.current = false
      return
    }
    if (again.value) {
      again.value = false
      onDone()
      return
    }
    again.value = true
    setTimeout(() => {
      again.value = false
    }, TWICE_MS)
  }
  return (
    <button
      type="button"
      class={`btn touch hold ${look ?? ''} ${held.value ? 'is-held' : ''}`}
      onPointerDown={(event) => {
        if (event.button === 0) start()
      }}
      onPointerUp={stop}
      onPointerLeave={stop}
      onPointerCancel={stop}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return
        event.preventDefault()
        if (!event.repeat) start()
      }}
      onKeyUp={stop}
      onBlur={stop}
      onContextMenu={(event) => event.preventDefault()}
      onClick={pressed}
    >
      <span>{words}</span>
      <small>{t(again.value ? 'field.press-again' : 'field.hold-two')}</small>
    </button>
  )
}
