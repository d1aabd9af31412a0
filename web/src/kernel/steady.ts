// Asks again when something changed, but one at a time: an answer under way is never thrown away for a newer question,
// or a busy hour would never see one.

export type Steady = { ask(): void; end(): void }

/** `gatherMs`: changes that come close together are one; `restMs`: at least this long from one question to the next. */
export function steady(look: () => Promise<void>, gatherMs: number, restMs = 0): Steady {
  let timer: ReturnType<typeof setTimeout> | undefined
  let running = false
  let wanted = false
  let over = false
  let beganAt = Number.NEGATIVE_INFINITY

  async function run() {
    timer = undefined
    running = true
    beganAt = Date.now()
    wanted = false
    try {
      await look()
    } catch {
      // The next change, or the next round, asks again.
    } finally {
      running = false
      if (wanted && !over) ask()
    }
  }

  function ask() {
    if (over) return
    if (running) wanted = true
    else timer ??= setTimeout(() => void run(), Math.max(gatherMs, beganAt + restMs - Date.now()))
  }

  return {
    ask,
    end() {
      over = true
      clearTimeout(timer)
    },
  }
}
