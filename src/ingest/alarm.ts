/** A wait that can be ended early; a ring while nobody waits is not kept. */
export type Alarm = {
  /** Resolves after `ms`, which may be Infinity, or when the alarm rings. One caller waits at a time. */
  wait(ms: number): Promise<void>
  ring(): void
}

/** An alarm that nobody waits for yet. */
export const createAlarm = (): Alarm => {
  let end = (): void => {}
  return {
    wait: (ms) =>
      new Promise((resolve) => {
        const timer = Number.isFinite(ms) ? setTimeout(resolve, ms) : undefined
        end = () => {
          clearTimeout(timer)
          resolve()
        }
      }),
    ring: () => end(),
  }
}
