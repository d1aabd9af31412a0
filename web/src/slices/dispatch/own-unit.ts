// Which unit this device rides on, as it was enrolled or as its crew chose once, and whether it says where that is.
import { type Signal, signal } from '@preact/signals'
import type { Device, SignedIn } from '../../kernel/device'

/** A choice of this device that survives a closed page; where storage is off it lasts as long as the page. */
function choiceOf(key: string): { readonly value: Signal<string>; set(to: string): void } {
  let kept: string | null = null
  try {
    kept = localStorage.getItem(key)
  } catch {
    // Storage is off: chosen anew each time.
  }
  const value = signal(kept ?? '')
  return {
    value,
    set(to) {
      value.value = to
      try {
        localStorage.setItem(key, to)
      } catch {
        // Storage is off.
      }
    },
  }
}

const chosen = choiceOf('siaga.unit')
const agreed = choiceOf('siaga.unit.position')

export const chooseUnit = (unit: string) => chosen.set(unit)

/** The unit an administrator gave the device; its crew cannot change that here. */
export function enrolledUnit(session: SignedIn | undefined): string | undefined {
  return session && 'unit' in session && typeof session.unit === 'string' ? session.unit : undefined
}

/** The unit of this device; without network, the one it had when the node last said so. */
export function ownUnit(device: Device): string | undefined {
  const given = enrolledUnit(device.session.value)
  if (given && given !== chosen.value.peek()) queueMicrotask(() => chosen.set(given))
  return given ?? (chosen.value.value || undefined)
}

/** Whether the crew agreed that this device says where the unit is; until then it does not. */
export const sharing = () => agreed.value.value === 'yes'
export const share = (on: boolean) => agreed.set(on ? 'yes' : 'no')
