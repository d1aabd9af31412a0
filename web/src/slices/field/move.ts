// Moving a crew: touch it, touch where it goes; dragging by the grip is the faster way to the same. Keys do both.
import { signal } from '@preact/signals'
import type { ButtonHTMLAttributes } from 'preact'
import { useRef } from 'preact/hooks'
import { t } from '../../kernel/i18n'
import { useKeys } from '../../kernel/keys'
import type { Crew } from './rows'
import { crewName, sectorName, useScene } from './scene'

/** The crew that is lifted and waits for its target. */
export const lifted = signal<string | undefined>(undefined)
/** Where a dragged crew would be put down now. */
export const over = signal<string | undefined>(undefined)

/** A finger trembles: less than this is a touch, more is a drag. */
const DRAG_PX = 10

const cardOf = (grip: HTMLElement) => grip.closest<HTMLElement>('.crew')
const targetAt = (x: number, y: number) =>
  document.elementFromPoint(x, y)?.closest<HTMLElement>('[data-drop]')?.dataset.drop

export function useMove(crew: Crew) {
  const { acts } = useScene()
  const put = usePut()
  const begun = useRef<{ x: number; y: number; dragging: boolean } | undefined>(undefined)
  const isLifted = lifted.value === crew.crew
  useKeys({ Escape: () => (lifted.value = undefined) }, isLifted)

  const end = (card: HTMLElement | null) => {
    begun.current = undefined
    over.value = undefined
    if (!card) return
    card.style.transform = ''
    card.style.pointerEvents = ''
  }
  const handle: ButtonHTMLAttributes<HTMLButtonElement> = {
    disabled: !acts,
    onPointerDown: (event) => {
      if (event.button !== 0) return
      begun.current = { x: event.clientX, y: event.clientY, dragging: false }
      event.currentTarget.setPointerCapture(event.pointerId)
    },
    onPointerMove: (event) => {
      const from = begun.current
      if (!from) return
      if (!from.dragging && Math.hypot(event.clientX - from.x, event.clientY - from.y) < DRAG_PX) return
      from.dragging = true
      lifted.value = crew.crew
      const card = cardOf(event.currentTarget)
      if (card) {
        card.style.transform = `translate(${event.clientX - from.x}px, ${event.clientY - from.y}px)`
        card.style.pointerEvents = 'none'
      }
      over.value = targetAt(event.clientX, event.clientY)
    },
    onPointerUp: (event) => {
      const from = begun.current
      end(cardOf(event.currentTarget))
      if (!from?.dragging) return
      const to = targetAt(event.clientX, event.clientY)
      lifted.value = undefined
      if (to && to !== crew.sector) put(crew, to)
      // The click that follows a drag is none.
      event.currentTarget.dataset.dragged = 'yes'
    },
    onPointerCancel: (event) => {
      lifted.value = undefined
      end(cardOf(event.currentTarget))
    },
    onClick: (event) => {
      const { dataset } = event.currentTarget
      if (dataset.dragged) {
        delete dataset.dragged
        return
      }
      lifted.value = isLifted ? undefined : crew.crew
    },
  }
  return {
    lifted: isLifted,
    handle,
    label: t(isLifted ? 'field.put-back' : 'field.lift', { crew: crewName(crew) }),
  }
}

/** Puts a crew down in a sector, in staging or in rehab. */
export function usePut() {
  const { row, ask } = useScene()
  return (crew: Crew, to: string) => {
    lifted.value = undefined
    if (to === crew.sector) return
    void ask(
      'field.move-crew',
      { crew: crew.crew, to },
      t('field.said-moved', { crew: crewName(crew), to: sectorName(row, to) }),
    )
  }
}
