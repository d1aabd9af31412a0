// The station's own alert: a tone made ready beforehand, the sentence in the browser's voice, again until taken.
import { signal } from '@preact/signals'

const TONES = [
  { hertz: 587, seconds: 0.45 },
  { hertz: 440, seconds: 0.45 },
  { hertz: 587, seconds: 0.45 },
  { hertz: 440, seconds: 0.9 },
] as const
const REST_MS = 3500
const SPEECH_MOST_MS = 20_000

/** The tone as samples between -1 and 1; each part swells and fades for 10 ms, so that nothing clicks. */
export function samples(rate: number): Float32Array<ArrayBuffer> {
  const made = TONES.map(({ hertz, seconds }) => {
    const length = Math.round(seconds * rate)
    const edge = rate * 0.01
    return Float32Array.from({ length }, (_, n) => {
      const loud = Math.min(1, n / edge, (length - 1 - n) / edge)
      const turn = (2 * Math.PI * hertz * n) / rate
      return 0.6 * loud * (Math.sin(turn) + 0.35 * Math.sin(2 * turn))
    })
  })
  const whole = new Float32Array(made.reduce((sum, part) => sum + part.length, 0))
  made.reduce((at, part) => {
    whole.set(part, at)
    return at + part.length
  }, 0)
  return whole
}

export type Voice = {
  tone(): Promise<void>
  say(): Promise<void>
  rest(ms: number): Promise<void>
}

/** Tone, sentence, rest, and again, until it is stopped. */
export function ring({ tone, say, rest }: Voice): () => void {
  let on = true
  void (async () => {
    while (on) {
      await tone()
      if (on) await say()
      if (on) await rest(REST_MS)
    }
  })()
  return () => {
    on = false
  }
}

export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Browsers let a page sound only after a hand has touched it once. */
export function openBell() {
  const ready = signal(false)
  let context: AudioContext | undefined
  let buffer: AudioBuffer | undefined

  async function prepare() {
    try {
      context ??= new AudioContext()
      if (!buffer) {
        const made = samples(context.sampleRate)
        buffer = context.createBuffer(1, made.length, context.sampleRate)
        buffer.copyToChannel(made, 0)
      }
      // A browser that wants a touch first leaves this open until there was one.
      await Promise.race([context.resume(), sleep(300)])
      ready.value = context.state === 'running'
    } catch {
      ready.value = false
    }
  }

  return {
    ready,
    /** To be called from a touch; some devices need none. */
    prepare,
    async tone() {
      if (!context || !buffer || context.state !== 'running') return sleep(1000)
      const source = context.createBufferSource()
      source.buffer = buffer
      source.connect(context.destination)
      source.start()
      navigator.vibrate?.([400, 200, 400])
      await sleep(buffer.duration * 1000)
      source.stop()
    },
    close() {
      void context?.close()
      context = undefined
    },
  }
}

/** Reads out when the browser has a voice for the language; the sentence stands on the screen in any case. */
export function speak(text: string, language: string): Promise<void> {
  const speech = (globalThis as { speechSynthesis?: SpeechSynthesis }).speechSynthesis
  const voice = speech?.getVoices().find((one) => one.lang.toLowerCase().startsWith(language))
  if (!speech || !voice) return Promise.resolve()
  return new Promise((resolve) => {
    const said = new SpeechSynthesisUtterance(text)
    said.voice = voice
    said.lang = voice.lang
    said.rate = 0.95
    said.onend = said.onerror = () => resolve()
    setTimeout(resolve, SPEECH_MOST_MS)
    speech.cancel()
    speech.speak(said)
  })
}

export const hush = () => (globalThis as { speechSynthesis?: SpeechSynthesis }).speechSynthesis?.cancel()
