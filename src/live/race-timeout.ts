/** Resolves with the first of the works, or after so many milliseconds; rejects when the first of them does. */
export const raceTimeout = async (ms: number, ...works: Promise<unknown>[]): Promise<void> => {
  const over = Promise.withResolvers<void>()
  const timer = setTimeout(over.resolve, ms)
  try {
    await Promise.race([...works, over.promise])
  } finally {
    clearTimeout(timer)
  }
}
