import type { Connection } from '../data/connection.ts'
import type { Gap } from '../data/follow-channels.ts'
import type { Renewal } from '../data/renewal.ts'
import { duration } from '../view/format.ts'

export type ConnectionWords = {
  state: 'live' | 'connecting' | 'reconnecting' | 'behind' | 'renewing' | 'off'
  word: string
  /** More of the word, left out where there is little room. */
  detail?: string
  /** Instants that belong to the word, in milliseconds of the epoch: since when, or from when to when. */
  at: readonly number[]
  title: string
}

/** How fresh the page is, in words: a lost connection first, then what is missing, then how it is renewed. */
export const connectionWords = (
  { state, since }: Connection,
  renewal: Renewal | null,
  gap: Gap | null,
): ConnectionWords => {
  if (state === 'reconnecting')
    return {
      state,
      word: 'reconnecting since',
      at: [since],
      title: 'The connection to the server was lost. Once it is back, the page catches up.',
    }
  if (gap)
    return { state: 'behind', word: 'behind', at: [gap.from, gap.to], title: `Some changes are missing. ${gap.reason}` }
  if (state === 'live') return { state, word: 'live data', at: [], title: 'Changes appear at once.' }
  if (state === 'connecting') return { state, word: 'connecting', at: [], title: 'Connecting to the server.' }
  if (!renewal)
    return { state: 'off', word: 'no live updates', at: [], title: 'This page shows the data as it was loaded.' }
  const every = duration(renewal.everyMs / 1_000)
  if (renewal.failingSince === null)
    return {
      state: 'renewing',
      word: 'renews',
      detail: `every ${every}`,
      at: [],
      title: 'The page asks the server again and again.',
    }
  return {
    state: 'reconnecting',
    word: renewal.failingSince === 0 ? 'not renewed' : 'not renewed since',
    at: renewal.failingSince === 0 ? [] : [renewal.failingSince],
    title: `The page asks the server again every ${every}.`,
  }
}
