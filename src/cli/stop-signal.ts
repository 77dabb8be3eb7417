/** One Ctrl-C under npm arrives twice, from the terminal and from npm; a second one that is meant comes later than this. */
const sameMs = 1_000

/** How long a stop may take; what hangs then is given up, and everything that was acknowledged is on the disk. */
const usualPatienceMs = 15_000

/**
 * Ends the process, whatever it is about to do. A usual exit takes apart what the threads of the embedded ClickHouse still use, and then
 * crashed now and then. So another program takes the place of this one, which ends all threads first, and exits with the code.
 */
export const endNow = (code: number): void => {
  process.emit('exit', code)
  process.execve?.(process.execPath, [process.execPath, '--eval', `process.exit(${code})`], {})
  process.exit(code)
}

const giveUp = (patienceMs: number): void => {
  process.stderr.write(
    `Stopping took longer than ${patienceMs / 1_000} seconds and is given up. What was acknowledged is on the disk.\n`,
  )
  endNow(1)
}

/** Aborts when this process is asked to stop. Asked again, or when stopping takes too long, the process ends at once. */
export const stopSignal = (patienceMs = usualPatienceMs): AbortSignal => {
  const stopping = new AbortController()
  let askedAt = 0
  const ask = (): void => {
    const now = performance.now()
    if (stopping.signal.aborted) {
      if (now - askedAt > sameMs) endNow(130)
      return
    }
    askedAt = now
    setTimeout(giveUp, patienceMs, patienceMs).unref()
    stopping.abort()
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, ask)
  return stopping.signal
}
