import type { SessionDraft, Status } from './status-observation.ts'

/** A status event without its source. */
export type StatusEventDraft = {
  type: 'stream_start' | 'stream_end'
  previousStatus: Status
  newStatus: Status
  sessionStartedAt: Date
  /** When it happened on the platform, as far as is known. */
  occurredAt: Date
}

/**
 * The status events that follow from the sessions, oldest first, for a channel whose status was `before`. A broadcast that is
 * learned of after a newer one changes no status. A session that goes on after an end starts again at `at`.
 */
export const deriveStatusEvents = (sessions: readonly SessionDraft[], before: Status, at: Date): StatusEventDraft[] => {
  const events: StatusEventDraft[] = []
  let current = before
  for (const { startedAt, endedAt, stored, nextStartedAt } of sessions.toSorted(
    (a, b) => +a.startedAt - +b.startedAt,
  )) {
    const isHistory = stored === null && nextStartedAt !== null
    const add = (type: StatusEventDraft['type'], status: Status, occurredAt: Date): void => {
      const newStatus = isHistory ? current : status
      events.push({ type, previousStatus: current, newStatus, sessionStartedAt: startedAt, occurredAt })
      current = newStatus
    }
    const wasOn = stored !== null && stored.endedAt === null
    if (stored === null) add('stream_start', 'online', startedAt)
    else if (!wasOn && endedAt === null) add('stream_start', 'online', at)
    if (endedAt !== null && (stored === null || wasOn)) add('stream_end', 'offline', endedAt)
  }
  return events
}
