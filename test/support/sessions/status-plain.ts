import type { StatusObservation } from '../../../src/sessions/status-observation.ts'

/** A session in milliseconds; `begun` is who said that it began, `by` who said that it ended. */
export type PlainSession = { from: number; begun: 'poll' | 'webhook'; to: number | null; by: 'poll' | 'webhook' | null }

const grace = { ofOrdinary: 90_000, ofAnnounced: 300_000 }
const believedAfter = 300_000

type Of<Kind> = Extract<StatusObservation, { kind: Kind }>

/**
 * The sessions and the status after a day, worked out afresh from everything that was told of it, all of it at hand at once: what
 * deciding step by step has to come to in any order.
 */
export const plainDay = (
  told: readonly StatusObservation[],
): { status: string; since: number | null; sessions: PlainSession[] } => {
  const lives = told.filter((one): one is Of<'live'> => one.kind === 'live')
  const ends = told.filter((one): one is Of<'ended'> => one.kind === 'ended')
  const misses = [...new Set(told.filter(({ kind }) => kind === 'not-live').map(({ at }) => +at))]
  const starts = new Set<number>()
  for (const { startedAt } of [...lives, ...ends]) if (startedAt) starts.add(+startedAt)
  const ordered = [...starts].sort((a, b) => a - b)

  const sessions = ordered.map((from, place): PlainSession => {
    const next = ordered[place + 1] ?? Number.POSITIVE_INFINITY
    const of = lives.filter(({ startedAt }) => +startedAt === from)
    const named = [...lives, ...ends].filter(({ startedAt }) => startedAt && +startedAt === from)
    const begun = named.some(({ source }) => source === 'webhook') ? 'webhook' : 'poll'
    const words = of.filter(({ source }) => source === 'webhook').map(({ at }) => +at)
    const seen = Math.max(from, ...of.map(({ at }) => +at))
    const ids = new Set(of.map(({ details }) => details.platformStreamId))
    const mine = ends.filter(({ startedAt, platformStreamId, endedAt }) => {
      if (startedAt) return +startedAt === from
      if (+endedAt < from) return false
      return platformStreamId ? ids.has(platformStreamId) : +endedAt < next
    })
    const end = Math.max(...mine.map(({ endedAt }) => Math.max(from, +endedAt)))
    const holds = mine.length > 0 && !words.some((at) => at > end) && seen < end + believedAfter
    if (holds) return { from, begun, to: Math.min(end, next), by: 'webhook' }
    const after = misses.filter((at) => at > seen)
    const wait = words.length > 0 ? grace.ofAnnounced : grace.ofOrdinary
    const gone = after.length > 1 && Math.max(...after) >= seen + wait
    if (next < Number.POSITIVE_INFINITY || gone) return { from, begun, to: Math.min(seen, next), by: 'poll' }
    return { from, begun, to: null, by: null }
  })
  const last = sessions.at(-1)
  const status = last ? (last.to === null ? 'online' : 'offline') : misses.length > 0 ? 'offline' : 'unknown'
  return { status, since: last ? (last.to ?? last.from) : null, sessions }
}
