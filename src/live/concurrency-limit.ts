/** Why a work was not begun: nobody waits for it any more. */
class WorkAbandoned extends Error {
  override name = 'WorkAbandoned'
}

/** Runs a work when its turn comes, unless nobody wants it by then. */
export type ConcurrencyLimit = <T>(work: () => Promise<T>, isWanted: () => boolean) => Promise<T>

/** Runs at most `max` of the works given to it at a time, in the order they came. */
export const limitConcurrency = (max: number): ConcurrencyLimit => {
  let running = 0
  const waiting: (() => void)[] = []
  return async (work, isWanted) => {
    if (running >= max) await new Promise<void>((resolve) => waiting.push(resolve))
    else running++
    try {
      if (!isWanted()) throw new WorkAbandoned()
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}
