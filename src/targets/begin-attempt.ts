/** The time of one attempt. */
export type Attempt = Disposable & {
  /** Fires at the end of the time, or when the attempt is broken off. The message of its reason is a sentence. */
  readonly signal: AbortSignal
  /** Since it began. */
  passedMs(): number
}

/** Begins an attempt that is broken off with its parent, and after a time. */
export const beginAttempt = (parent: AbortSignal, timeoutMs: number): Attempt => {
  const startedAt = performance.now()
  const controller = new AbortController()
  const breakOff = () => controller.abort(new Error('The attempt was broken off.'))
  const expire = () => controller.abort(new Error(`No answer came within ${timeoutMs / 1_000} seconds.`))
  const expiry = setTimeout(expire, timeoutMs)
  if (parent.aborted) breakOff()
  parent.addEventListener('abort', breakOff, { once: true })
  return {
    signal: controller.signal,
    passedMs: () => Math.round(performance.now() - startedAt),
    [Symbol.dispose]: () => {
      clearTimeout(expiry)
      parent.removeEventListener('abort', breakOff)
    },
  }
}
