import { earlier } from './instants.ts'
import type { LatestProbes } from './latest-probes.ts'
import { latestEndOf, type ReportedEnd } from './reported-end.ts'
import type { SessionDraft } from './status-observation.ts'

/** A session without a reported end ends after two misses, of which the later is at least this long after the last sighting. */
export const absenceMs = 90_000

/**
 * For this long a delivery outranks the platform's lists, because the lists are cached. Kick still lists a broadcast 3 to 19
 * seconds after its end, Twitch for minutes, and both leave out broadcasts that are on. A later delivery counts as late.
 */
export const reportOutranksProbesMs = 300_000

/** All that is known of a channel's broadcasts. */
export type SessionFacts = { sessions: SessionDraft[]; latestProbes: LatestProbes; ends: readonly ReportedEnd[] }

/**
 * The reported end of a session; undefined when there is none, or when something later outranks it: a delivery that says the
 * broadcast was on after that end, or a probe that saw it at a time when no list can be that old.
 */
const endThatStands = (session: SessionDraft, ends: readonly ReportedEnd[]): ReportedEnd | undefined => {
  const end = latestEndOf(ends, session)
  if (!end) return undefined
  const { toldLiveAt, lastLiveAt } = session
  const isOutranked =
    (toldLiveAt !== null && toldLiveAt > end.endedAt) ||
    lastLiveAt.getTime() - end.endedAt.getTime() >= reportOutranksProbesMs
  return isOutranked ? undefined : end
}

/** The last sighting of a session without a reported end, once it is over; null while it may go on. */
const inferredEnd = (session: SessionDraft, { lastMissedAt, missedBeforeAt }: LatestProbes): Date | null => {
  const { lastLiveAt, toldLiveAt, nextStartedAt } = session
  // Of a broadcast that the platform announced it will report the end too, so lists must leave it out for longer.
  const graceMs = toldLiveAt ? reportOutranksProbesMs : absenceMs
  const isMissed =
    missedBeforeAt !== null &&
    missedBeforeAt > lastLiveAt &&
    lastMissedAt !== null &&
    lastMissedAt.getTime() - lastLiveAt.getTime() >= graceMs
  return nextStartedAt || isMissed ? lastLiveAt : null
}

/** Sets when and by whom a session ended, from everything that is known. No session ends after the next one began. */
export const inferSessionEnd = (session: SessionDraft, { latestProbes: probes, ends }: SessionFacts): void => {
  const reported = endThatStands(session, ends)
  const endedAt = reported?.endedAt ?? inferredEnd(session, probes)
  session.endedAt = endedAt && earlier(endedAt, session.nextStartedAt)
  session.endSource = endedAt && (reported?.source ?? 'poll')
}
