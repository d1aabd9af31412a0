// The moment of the replay that everything on the page shows, and its play at some speed.
import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Line } from './replay'

export const SPEEDS = ['1', '10', '60', 'max'] as const
export type Speed = (typeof SPEEDS)[number]

const TICK_MS = 200
/** At the highest speed the whole incident passes in this time. */
const WHOLE_MS = 20_000

/** How much of the incident passes in one tick (ms). */
export const strideOf = (speed: Speed, { start, end }: Line) =>
  speed === 'max' ? Math.max(60, (end - start) / WHOLE_MS) * TICK_MS : Number(speed) * TICK_MS

export type Player = {
  readonly at: Signal<number>
  readonly playing: Signal<boolean>
  readonly speed: Signal<Speed>
  seek(to: number): void
  toggle(): void
}

export function usePlayer(line: Line): Player {
  const at = useSignal(line.start)
  const playing = useSignal(false)
  const speed = useSignal<Speed>('10')
  const { start, end } = line
  // What is still arriving moves the ends of the line, never the moment somebody chose inside it.
  const within = (to: number) => Math.min(Math.max(to, start), end)
  useEffect(() => {
    at.value = within(at.peek())
  }, [start, end])
  const on = playing.value
  useEffect(() => {
    if (!on) return
    const timer = setInterval(() => {
      at.value = within(at.peek() + strideOf(speed.peek(), line))
      if (at.peek() >= end) playing.value = false
    }, TICK_MS)
    return () => clearInterval(timer)
  }, [on, start, end])
  return {
    at,
    playing,
    speed,
    seek: (to) => {
      at.value = within(to)
    },
    toggle: () => {
      if (!playing.peek() && at.peek() >= end) at.value = start
      playing.value = !playing.peek()
    },
  }
}
