// What may wait until the browser has nothing better to do.

/** Resolves when the browser has time, at the latest in two seconds. */
export const idle = () =>
  new Promise<void>((resolve) => {
    if (typeof requestIdleCallback === 'function') requestIdleCallback(() => resolve(), { timeout: 2000 })
    else setTimeout(resolve, 50) // Safari
  })
