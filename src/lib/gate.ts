import { ConfigError } from './errors.ts'

/** Lets pieces of work through that belong together in several stores, and keeps them away while somebody takes a snapshot of all. */
export type Gate = {
  /** Does the work at once, or when the gate is open again. Work within the work passes no gate of its own. */
  through<T>(work: () => Promise<T>): Promise<T>
  /** Resolves when all work that had begun has ended; what comes meanwhile waits until it is disposed. A ConfigError when it takes too long. */
  close(timeoutMs: number): Promise<Disposable>
}

/** A gate that is open. */
export const createGate = (): Gate => {
  let opened: PromiseWithResolvers<void> | undefined
  let passing = 0
  let emptied = (): void => undefined
  const open = (): void => {
    opened?.resolve()
    opened = undefined
  }
  return {
    async through(work) {
      while (opened) await opened.promise
      passing++
      try {
        return await work()
      } finally {
        if (--passing === 0) emptied()
      }
    },
    async close(timeoutMs) {
      if (opened) throw new ConfigError('Another backup takes its snapshot now.')
      opened = Promise.withResolvers()
      const isEmpty = await new Promise<boolean>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs, false)
        emptied = () => {
          clearTimeout(timer)
          resolve(true)
        }
        if (passing === 0) emptied()
      })
      emptied = () => undefined
      if (!isEmpty) {
        open()
        throw new ConfigError(`What is being written was not written within ${timeoutMs / 1_000} s: try again later.`)
      }
      return { [Symbol.dispose]: open }
    },
  }
}
