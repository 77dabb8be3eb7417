/** An abort of its own that also fires when a parent's does; disposing it lets go of the parents, so that long-lived ones gather nothing. */
export const linkedAbortController = (
  ...parents: readonly (AbortSignal | undefined)[]
): AbortController & Disposable => {
  const controller = new AbortController()
  const follow = () => controller.abort()
  for (const parent of parents) {
    if (parent?.aborted) follow()
    parent?.addEventListener('abort', follow, { once: true })
  }
  const letGo = () => {
    for (const parent of parents) parent?.removeEventListener('abort', follow)
  }
  return Object.assign(controller, { [Symbol.dispose]: letGo })
}
