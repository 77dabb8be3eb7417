import { setTimeout as delay } from 'node:timers/promises'

/** Resolves with what `look` finds once that is neither false nor null nor undefined; rejects when it took unreasonably long. */
export const eventually = async <T>(
  what: string | (() => string),
  look: () => T | Promise<T>,
  withinMs = 60_000,
): Promise<NonNullable<Exclude<T, false>>> => {
  const deadline = performance.now() + withinMs
  for (;;) {
    const found = await look()
    if (found !== false && found != null) return found as NonNullable<Exclude<T, false>>
    if (performance.now() > deadline)
      throw new Error(`Not within ${withinMs} ms: ${typeof what === 'string' ? what : what()}.`)
    await delay(25)
  }
}
