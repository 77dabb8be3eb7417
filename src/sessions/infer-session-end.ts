import { earlier } from './instants.ts'
import type { LatestProbes } from './latest-probes.ts'
import { latestEndOf, type ReportedEnd } from './reported-end.ts'
import type { SessionDraft } from './session.ts'

/** A session without an end from the platform ends after two misses, the later at least this long after it was last seen. */
export const absenceMs = 90_000

/**
 * For this long what a platform says unasked outranks what its lists show, which are cached: Kick still lists a broadcast 3 to 19
 * seconds after its end, Twitch for minutes, and both leave out what is on. A message that is later than this counts as late.
 */
export const reportOutranksProbesMs = 300_000

/** All that is known of a channel's broadcasts. */
export type SessionFacts = { sessions: SessionDraft[]; latestProbes: LatestProbes; ends: readonly ReportedEnd[] }

/**
 * When the platform said that a session ended; undefined where it did not, or where what came later outranks it: its own word
 * that the broadcast was on after that, or a look that still saw it when no list can be that old.
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

/** Where a session that has no told end was last seen, once that is over; null while it may go on. */
const inferredEnd = (session: SessionDraft, { lastMissedAt, missedBeforeAt }: LatestProbes): Date | null => {
  const { lastLiveAt, toldLiveAt, nextStartedAt } = session
  // Of a broadcast that the platform has announced it will tell the end too, so a list that leaves it out has to insist.
  const graceMs = toldLiveAt ? reportOutranksProbesMs : absenceMs
  const isMissed =
    missedBeforeAt !== null &&
    missedBeforeAt > lastLiveAt &&
    lastMissedAt !== null &&
    lastMissedAt.getTime() - lastLiveAt.getTime() >= graceMs
  return nextStartedAt || isMissed ? lastLiveAt : null
}

/** When a session ended, from everything that is known. None ends after the next one began. */
export const inferSessionEnd = (session: SessionDraft, { latestProbes: looks, ends }: SessionFacts): void => {
  const told = endThatStands(session, ends)
  const endedAt = told?.endedAt ?? inferredEnd(session, looks)
  session.endedAt = endedAt && earlier(endedAt, session.nextStartedAt)
  session.endSource = endedAt && (told?.source ?? 'poll')
}
