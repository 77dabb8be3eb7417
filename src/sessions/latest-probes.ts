import type { ModelRows } from '../../prisma/generated/models.ts'
import type { Sighting } from './status-observation.ts'

/** What dm.probe_schedule keeps of all probes of a channel: the latest that saw a broadcast and the latest two that saw none. */
export type LatestProbes = Pick<ModelRows['ProbeSchedule'], (typeof probeInstants)[number]>

/** The fields of `LatestProbes`. */
export const probeInstants = ['liveStartedAt', 'lastLiveAt', 'lastMissedAt', 'missedBeforeAt'] as const

/** The latest probes of a channel that was never probed. */
export const noProbes: LatestProbes = {
  liveStartedAt: null,
  lastLiveAt: null,
  lastMissedAt: null,
  missedBeforeAt: null,
}

/** The latest sighting among the probes. */
export const lastSighting = ({ liveStartedAt, lastLiveAt }: LatestProbes): Sighting | null =>
  liveStartedAt && lastLiveAt && { startedAt: liveStartedAt, at: lastLiveAt }

const withMiss = (probes: LatestProbes, at: Date): LatestProbes => {
  const { lastMissedAt: last, missedBeforeAt: before } = probes
  if (last === null || at > last) return { ...probes, lastMissedAt: at, missedBeforeAt: last }
  if (at < last && (before === null || at > before)) return { ...probes, missedBeforeAt: at }
  return probes
}

/** Adds a probe at `at` that saw the broadcast with this start, or none. The order in which probes are added does not matter. */
export const withProbe = (probes: LatestProbes, at: Date, startedAt: Date | null): LatestProbes => {
  if (startedAt === null) return withMiss(probes, at)
  const { lastLiveAt, liveStartedAt } = probes
  const isLater = lastLiveAt === null || at > lastLiveAt
  const decidesTie = lastLiveAt?.getTime() === at.getTime() && liveStartedAt !== null && startedAt > liveStartedAt
  return isLater || decidesTie ? { ...probes, lastLiveAt: at, liveStartedAt: startedAt } : probes
}
