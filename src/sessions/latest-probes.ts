import type { ModelRows } from '../../prisma/generated/models.ts'
import type { Sighting } from './status-observation.ts'

/** What is kept of all looks at a channel, in dm.probe_schedule: the latest that saw a broadcast and the latest two that saw none. */
export type LatestProbes = Pick<ModelRows['ProbeSchedule'], (typeof probeInstants)[number]>

/** The fields of `LatestProbes`. */
export const probeInstants = ['liveStartedAt', 'lastLiveAt', 'lastMissedAt', 'missedBeforeAt'] as const

/** Nobody has looked. */
export const noProbes: LatestProbes = {
  liveStartedAt: null,
  lastLiveAt: null,
  lastMissedAt: null,
  missedBeforeAt: null,
}

/** The latest sighting among the looks. */
export const lastSighting = ({ liveStartedAt, lastLiveAt }: LatestProbes): Sighting | null =>
  liveStartedAt && lastLiveAt && { startedAt: liveStartedAt, at: lastLiveAt }

const withMiss = (looks: LatestProbes, at: Date): LatestProbes => {
  const { lastMissedAt: last, missedBeforeAt: before } = looks
  if (last === null || at > last) return { ...looks, lastMissedAt: at, missedBeforeAt: last }
  if (at < last && (before === null || at > before)) return { ...looks, missedBeforeAt: at }
  return looks
}

/** The looks with one more, made at `at`: of the broadcast that started at `startedAt`, or of none. Their order does not matter. */
export const withProbe = (looks: LatestProbes, at: Date, startedAt: Date | null): LatestProbes => {
  if (startedAt === null) return withMiss(looks, at)
  const { lastLiveAt, liveStartedAt } = looks
  const isLater = lastLiveAt === null || at > lastLiveAt
  const decidesTie = lastLiveAt?.getTime() === at.getTime() && liveStartedAt !== null && startedAt > liveStartedAt
  return isLater || decidesTie ? { ...looks, lastLiveAt: at, liveStartedAt: startedAt } : looks
}
