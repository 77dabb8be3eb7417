import type { Timer } from '../../../src/platforms/timer.ts'

type Sleeper = { at: number; wake: () => void }

/** A timer that moves only when told; `sleeping` counts who waits on it. */
export type VirtualTimer = Timer & {
  readonly sleeping: number
  /** Lets `ms` pass, waking each sleeper at its own instant, and runs what they start. */
  advance(ms: number): Promise<void>
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A timer at 0 milliseconds. */
export const createVirtualTimer = (): VirtualTimer => {
  const sleepers = new Set<Sleeper>()
  let now = 0
  return {
    now: () => now,
    get sleeping() {
      return sleepers.size
    },
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve()
        const sleeper: Sleeper = {
          at: now + ms,
          wake: () => {
            sleepers.delete(sleeper)
            signal?.removeEventListener('abort', sleeper.wake)
            resolve()
          },
        }
        signal?.addEventListener('abort', sleeper.wake, { once: true })
        sleepers.add(sleeper)
      }),
    advance: async (ms) => {
      const end = now + ms
      await settled()
      for (;;) {
        const next = [...sleepers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
        if (next === undefined) break
        now = Math.max(now, next.at)
        next.wake()
        await settled()
      }
      now = end
    },
  }
}

/** A timer on which every sleep is over at once, having taken its time; for one caller after another. */
export const createSkippingTimer = (): Timer & { skip(ms: number): void } => {
  let now = 0
  const skip = (ms: number) => {
    now += ms
  }
  return { now: () => now, skip, sleep: async (ms) => skip(ms) }
}
