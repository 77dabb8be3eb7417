/** Resolves with the first of the works, or after so many milliseconds. */
export const first = async (ms: number, ...works: Promise<unknown>[]): Promise<void> => {
  const over = Promise.withResolvers<void>()
  const timer = setTimeout(over.resolve, ms)
  await Promise.race([...works, over.promise])
  clearTimeout(timer)
}
