// What an alarm sounds like until a hand takes it: two tones for what needs eyes, three rising ones for danger to life.
import { useEffect } from 'preact/hooks'

export type Sounding = 'watch' | 'danger'

const TONES: Readonly<Record<Sounding, { readonly every: number; readonly hertz: readonly number[] }>> = {
  watch: { every: 4000, hertz: [880, 660] },
  danger: { every: 2000, hertz: [660, 880, 1175] },
}

/** Nothing when the browser forbids sound. */
function start(what: Sounding): () => void {
  let context: AudioContext
  try {
    context = new AudioContext()
  } catch {
    return () => {}
  }
  const { every, hertz } = TONES[what]
  const tone = (at: number, pitch: number) => {
    const source = context.createOscillator()
    const loud = context.createGain()
    source.frequency.value = pitch
    loud.gain.value = what === 'danger' ? 0.3 : 0.15
    source.connect(loud).connect(context.destination)
    source.start(at)
    source.stop(at + 0.18)
  }
  const ring = () => {
    hertz.forEach((pitch, i) => {
      tone(context.currentTime + 0.02 + i * 0.24, pitch)
    })
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(what === 'danger' ? [300, 120, 300] : [200])
  }
  ring()
  const timer = setInterval(ring, every)
  return () => {
    clearInterval(timer)
    void context.close()
  }
}

/** Sounds as long as something is to be heard; a new alarm (`id`) begins anew. */
export function useSound(what: Sounding | undefined, id: string | undefined) {
  useEffect(() => (what ? start(what) : undefined), [what, id])
}
