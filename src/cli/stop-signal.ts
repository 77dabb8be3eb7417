/** One Ctrl-C under npm arrives twice, from the terminal and from npm; a second one that is meant comes later than this. */
const sameMs = 1_000

/** How long a stop may take; what hangs then is given up, and everything that was acknowledged is on the disk. */
const patienceMs = 15_000

/** Aborts when this process is asked to stop. Asked again, or when stopping takes too long, the process ends at once. */
export const stopSignal = (): AbortSignal => {
  const stopping = new AbortController()
  let askedAt = 0
  const ask = (): void => {
    const now = performance.now()
    if (stopping.signal.aborted) {
      if (now - askedAt > sameMs) process.exit(130)
      return
    }
    askedAt = now
    setTimeout(() => process.exit(1), patienceMs).unref()
    stopping.abort()
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, ask)
  return stopping.signal
}
