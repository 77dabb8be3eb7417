import { useEffect } from 'react'
import type { Gap } from './follow-channels.ts'
import { createStore } from './store.ts'

/** How a page that follows nothing stays true: it asks again. `failingSince` is the last answer (milliseconds of the epoch), null while answers come. */
export type Renewal = { everyMs: number; failingSince: number | null }

/** Of the page that is shown; null where it does not ask again. */
export const renewal = createStore<Renewal | null>(null)

/** What may be incomplete on the page that is shown; null where nothing is missing. */
export const shownGap = createStore<Gap | null>(null)

/** Says that the page asks again by itself, so that the state of the connection tells it. Null while it does not. */
export const useRenews = (everyMs: number | null, failingSince: number | null): void => {
  useEffect(() => {
    if (everyMs === null) return
    const own = { everyMs, failingSince }
    renewal.set(own)
    return () => {
      if (renewal.get() === own) renewal.set(null)
    }
  }, [everyMs, failingSince])
}
