// Says where the unit is while its crew agreed to it: the newest place only, never queued, since it is replaced anyway.
import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { clockOffset, sendPosition } from '../../kernel/doors'
import type { LngLat } from '../../kernel/map'
import { metresBetween } from './trip'

/** How often it is said while it moves, and when it stands. */
export const MOVING_MS = 5000
export const STANDING_MS = 30_000
const MOVED_M = 15

export type Place = { readonly at: number; readonly here: LngLat; readonly accuracy: number }
export type Sharing = 'off' | 'waiting' | 'on' | 'refused' | 'none'

/** Whether a place is worth saying again. */
export function due(last: Place | undefined, next: Place): boolean {
  if (!last) return true
  const since = next.at - last.at
  return since >= STANDING_MS || (since >= MOVING_MS && metresBetween(last.here, next.here) >= MOVED_M)
}

export function usePosition(unit: string | undefined, on: boolean) {
  const place = useSignal<Place | undefined>(undefined)
  const state = useSignal<Sharing>('off')
  useEffect(() => watch(unit, on, place, state), [unit, on])
  return { place, state }
}

function watch(
  unit: string | undefined,
  on: boolean,
  place: Signal<Place | undefined>,
  state: Signal<Sharing>,
): (() => void) | undefined {
  place.value = undefined
  if (!unit || !on) {
    state.value = 'off'
    return undefined
  }
  if (!('geolocation' in navigator) || !isSecureContext) {
    state.value = 'none'
    return undefined
  }
  state.value = 'waiting'
  let said: Place | undefined
  const id = navigator.geolocation.watchPosition(
    ({ coords, timestamp }) => {
      const next = { at: timestamp, here: [coords.longitude, coords.latitude] as const, accuracy: coords.accuracy }
      place.value = next
      state.value = 'on'
      if (!due(said, next)) return
      said = next
      void sendPosition({
        unit,
        at: new Date(timestamp + clockOffset.peek()).toISOString(),
        lon: coords.longitude,
        lat: coords.latitude,
        accuracy_m: coords.accuracy,
        ...(coords.speed !== null && Number.isFinite(coords.speed) && { speed_mps: coords.speed }),
        ...(coords.heading !== null && Number.isFinite(coords.heading) && { course: coords.heading }),
      }).catch(() => {
        said = undefined // not heard: said again with the next fix
      })
    },
    (error) => {
      state.value = error.code === error.PERMISSION_DENIED ? 'refused' : 'waiting'
    },
    { enableHighAccuracy: true, maximumAge: 2000 },
  )
  return () => navigator.geolocation.clearWatch(id)
}
