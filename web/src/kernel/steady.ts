// Asks again when something changed, but one at a time: an answer under way is never thrown away for a newer question,
// or a busy hour would never see one.

export type Steady = { ask(): void; end(): void }

export function steady(look: () => Promise<void>, gatherMs: number): Steady {
  let timer: ReturnType<typeof setTimeout> | undefined
  let running = false
  let wanted = false
  let over = false

  async function run() {
    timer = undefined
    running = true
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
    else timer ??= setTimeout(() => void run(), gatherMs)
  }

  return {
    ask,
    end() {
      over = true
      clearTimeout(timer)
    },
  }
}
