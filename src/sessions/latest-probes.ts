import type { ModelRows } from '../../prisma/generated/models.ts'
import { expressions } from '../stores/postgres/model.ts'
import type { Sql } from '../stores/postgres/statement.ts'
import { type Details, saidOf, saySame, together } from './chapters.ts'
import type { Sighting } from './status-observation.ts'

/** What dm.probe_schedule keeps of all probes of a channel: the latest that saw a broadcast and the latest two that saw none. */
export type LatestProbes = Pick<ModelRows['ProbeSchedule'], (typeof probeInstants)[number]> & {
  /** What the latest probe that saw a broadcast said of it. */
  liveDetails: Details | null
}

/** The instants of `LatestProbes`. */
export const probeInstants = ['liveStartedAt', 'lastLiveAt', 'lastMissedAt', 'missedBeforeAt'] as const

/** Selects what the latest probe of a row of dm.probe_schedule said, of the table or alias `of`. */
export const liveDetails = (of: string): Sql<Pick<LatestProbes, 'liveDetails'>> =>
  expressions<Pick<LatestProbes, 'liveDetails'>>({ liveDetails: `${of}.live_details` })

/** The latest probes of a channel that was never probed. */
export const noProbes: LatestProbes = {
  liveStartedAt: null,
  lastLiveAt: null,
  lastMissedAt: null,
  missedBeforeAt: null,
  liveDetails: null,
}

/** The latest sighting among the probes. */
export const lastSighting = ({ liveStartedAt, lastLiveAt, liveDetails }: LatestProbes): Sighting | null =>
  liveStartedAt && lastLiveAt && { startedAt: liveStartedAt, at: lastLiveAt, details: liveDetails ?? {} }

const withMiss = (probes: LatestProbes, at: Date): LatestProbes => {
  const { liveStartedAt, lastLiveAt, liveDetails, lastMissedAt: last, missedBeforeAt: before } = probes
  const latest = { liveStartedAt, lastLiveAt, liveDetails }
  if (last === null || at > last) return { ...latest, lastMissedAt: at, missedBeforeAt: last }
  if (at < last && (before === null || at > before)) return { ...latest, lastMissedAt: last, missedBeforeAt: at }
  return probes
}

/**
 * Adds a probe at `at` that saw the broadcast with this start, of which it said `details`, or none. The order in which probes are
 * added does not matter. Details that stay the same stay the same object.
 */
export const withProbe = (
  probes: LatestProbes,
  at: Date,
  startedAt: Date | null,
  details: Details = {},
): LatestProbes => {
  if (startedAt === null) return withMiss(probes, at)
  const { lastLiveAt, liveStartedAt, lastMissedAt, missedBeforeAt } = probes
  const isTie = lastLiveAt?.getTime() === at.getTime() && liveStartedAt !== null
  if (isTie && startedAt.getTime() === liveStartedAt.getTime())
    return {
      ...{ liveStartedAt, lastLiveAt, lastMissedAt, missedBeforeAt },
      liveDetails: together(probes.liveDetails ?? {}, details),
    }
  const counts = lastLiveAt === null || at > lastLiveAt || (isTie && startedAt > liveStartedAt)
  if (!counts) return probes
  const saysSame = probes.liveDetails !== null && saySame(probes.liveDetails, details)
  const liveDetails = saysSame ? probes.liveDetails : saidOf(details)
  return { lastMissedAt, missedBeforeAt, lastLiveAt: at, liveStartedAt: startedAt, liveDetails }
}
