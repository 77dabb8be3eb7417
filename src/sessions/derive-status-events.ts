import type { LatestProbes } from './latest-probes.ts'
import type { SessionDraft, Status, StatusSource } from './status-observation.ts'

/** Why a broadcast is over: somebody reported the end, or it follows from when the broadcast was last seen, and what came after. */
export type EndReason =
  | { endedAt: Date; source: StatusSource }
  | { lastSeenAt: Date; newerBroadcast: Date }
  | { lastSeenAt: Date; missedAt: readonly Date[] }

/** A status event without its source. */
export type StatusEventDraft = {
  type: 'stream_start' | 'stream_end'
  previousStatus: Status
  newStatus: Status
  sessionStartedAt: Date
  /** When it happened on the platform, as far as is known. */
  occurredAt: Date
  /** Of an end. */
  because?: EndReason
}

const reasonOf = (
  { endedAt, endSource, lastLiveAt, nextStartedAt }: SessionDraft & { endedAt: Date },
  { missedBeforeAt, lastMissedAt }: LatestProbes,
): EndReason => {
  if (endSource !== null && endSource !== 'poll') return { endedAt, source: endSource }
  if (nextStartedAt) return { lastSeenAt: lastLiveAt, newerBroadcast: nextStartedAt }
  return { lastSeenAt: lastLiveAt, missedAt: [missedBeforeAt, lastMissedAt].filter((at) => at !== null) }
}

/**
 * The status events that follow from the sessions, oldest first, for a channel whose status was `before`. A broadcast that is
 * learned of after a newer one changes no status. A session that goes on after an end starts again at `at`.
 */
export const deriveStatusEvents = (
  sessions: readonly SessionDraft[],
  probes: LatestProbes,
  before: Status,
  at: Date,
): StatusEventDraft[] => {
  const events: StatusEventDraft[] = []
  let current = before
  for (const session of sessions.toSorted((a, b) => +a.startedAt - +b.startedAt)) {
    const { startedAt, endedAt, stored, nextStartedAt } = session
    const isHistory = stored === null && nextStartedAt !== null
    const add = (type: StatusEventDraft['type'], status: Status, occurredAt: Date, because?: EndReason): void => {
      const newStatus = isHistory ? current : status
      const draft = { type, previousStatus: current, newStatus, sessionStartedAt: startedAt, occurredAt }
      events.push(because ? { ...draft, because } : draft)
      current = newStatus
    }
    const wasOn = stored !== null && stored.endedAt === null
    if (stored === null) add('stream_start', 'online', startedAt)
    else if (!wasOn && endedAt === null) add('stream_start', 'online', at)
    if (endedAt !== null && (stored === null || wasOn))
      add('stream_end', 'offline', endedAt, reasonOf({ ...session, endedAt }, probes))
  }
  return events
}
