/** Why a work was not begun: nobody waits for it any more. */
export class NobodyWaits extends Error {
  override name = 'NobodyWaits'
}

/** Runs a work when its turn comes, unless nobody wants it by then. */
export type Limit = <T>(work: () => Promise<T>, isWanted: () => boolean) => Promise<T>

/** Runs at most `max` of the works given to it at a time, in the order they came. */
export const limit = (max: number): Limit => {
  let running = 0
  const waiting: (() => void)[] = []
  return async (work, isWanted) => {
    if (running >= max) await new Promise<void>((resolve) => waiting.push(resolve))
    else running++
    try {
      if (!isWanted()) throw new NobodyWaits()
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}
