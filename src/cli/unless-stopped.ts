/** What was begun, or undefined when it was given up because the process is to stop. */
export const unlessStopped = async <T>(signal: AbortSignal, begin: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await begin()
  } catch (error) {
    if (signal.aborted) return undefined
    throw error
  }
}
