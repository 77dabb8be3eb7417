/** A wait that can be ended early; a ring while nobody waits is not kept. */
export type WakeableSleep = {
  /** Resolves after `ms`, which may be Infinity, or when the alarm rings. One caller waits at a time. */
  sleep(ms: number): Promise<void>
  wake(): void
}

/** An alarm that nobody waits for yet. */
export const createWakeableSleep = (): WakeableSleep => {
  let end = (): void => {}
  return {
    sleep: (ms) =>
      new Promise((resolve) => {
        const timer = Number.isFinite(ms) ? setTimeout(resolve, ms) : undefined
        end = () => {
          clearTimeout(timer)
          resolve()
        }
      }),
    wake: () => end(),
  }
}
