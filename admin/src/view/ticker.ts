import { useSyncExternalStore } from 'react'

// One timer for all relative times of a page.
let now = Date.now()
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

const subscribe = (changed: () => void): (() => void) => {
  listeners.add(changed)
  timer ??= setInterval(() => {
    now = Date.now()
    for (const listener of listeners) listener()
  }, 1_000)
  return () => {
    listeners.delete(changed)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** What `read` makes of now; the component is drawn again only when that changes. */
export const useTicking = <Value extends string | number | boolean>(read: (now: number) => Value): Value =>
  useSyncExternalStore(subscribe, () => read(Math.max(now, listeners.size === 0 ? Date.now() : now)))
