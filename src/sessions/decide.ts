import { type Looks, lastSighting, withLook } from './looks.ts'
import type { Status, StatusObservation, StatusSource, StreamDetails } from './status-observation.ts'

/** A session as its row has it. */
export type Session = StreamDetails & {
  startedAt: Date
  endedAt: Date | null
  /** `poll` for an end that was only inferred. */
  endSource: StatusSource | null
  /** When it was last seen, unless the looks know better. */
  lastLiveAt: Date | null
  detailsObservedAt: Date
}

/** What is stored of one channel when an observation of it arrives. */
export type StatusState = {
  status: Status
  /**
   * The newest two sessions, and around each start that the observation names the session that has it, the one before and the
   * one after, each with the start of the channel's next session.
   */
  sessions: readonly (Session & { nextStartedAt: Date | null })[]
  looks: Looks
}

export type StatusEventDraft = {
  type: 'stream_start' | 'stream_end'
  previousStatus: Status
  newStatus: Status
  sessionStartedAt: Date
  /** When it happened on the platform, as well as we know. */
  occurredAt: Date
}

/** What an observation changes; empty when it tells nothing new. */
export type StatusDecision = {
  status?: Status
  /** Sessions that are new or different now, whole; those that ended come first. */
  sessions: Session[]
  events: StatusEventDraft[]
}

/** A session without an end from the platform ends after two misses, the later at least this long after it was last seen. */
export const absenceMs = 90_000

/** A session with all that is known of it; `stored` is null when it has no row yet. */
type Known = Session & { lastLiveAt: Date; stored: Session | null; nextStartedAt: Date | null }

const isSame = (a: Date | null, b: Date | null): boolean => a?.getTime() === b?.getTime()
const later = (a: Date, b: Date | null | undefined): Date => (b && b > a ? b : a)
const earlier = (a: Date, b: Date): Date => (a < b ? a : b)

const detailFields = ['platformStreamId', 'title', 'category', 'language'] as const

const wasTold = ({ endSource }: Session): boolean => endSource !== null && endSource !== 'poll'

const neverObserved = new Date(0)

/** The sessions that an observation may concern, with what the looks know of them. */
const known = ({ sessions, looks }: StatusState): Known[] => {
  const last = lastSighting(looks)
  return sessions.map((row) => {
    const { nextStartedAt, ...stored } = row
    const seen = last && isSame(last.startedAt, row.startedAt) ? last.at : null
    return { ...row, lastLiveAt: later(later(row.startedAt, row.lastLiveAt), seen), stored, nextStartedAt }
  })
}

/** The session that started then; one that is not known yet takes its place among the others. */
const sessionAt = (sessions: Known[], startedAt: Date): Known => {
  const found = sessions.find((session) => isSame(session.startedAt, startedAt))
  if (found) return found
  const nextStartedAt = sessions.reduce<Date | null>(
    (next, session) =>
      session.startedAt > startedAt && !(next && next < session.startedAt) ? session.startedAt : next,
    null,
  )
  for (const session of sessions) {
    const isBefore = session.startedAt < startedAt
    if (isBefore && !(session.nextStartedAt && session.nextStartedAt < startedAt)) session.nextStartedAt = startedAt
  }
  const created: Known = {
    startedAt,
    endedAt: null,
    endSource: null,
    lastLiveAt: startedAt,
    detailsObservedAt: neverObserved,
    stored: null,
    nextStartedAt,
  }
  sessions.push(created)
  return created
}

/** The newer observation decides; an older one only tells what nobody has told yet. Blanks never overwrite what is known. */
const mergeDetails = (session: Known, details: StreamDetails, observedAt: Date, looks: Looks): void => {
  const last = lastSighting(looks)
  // A later look showed the details that are known, or it would have changed them.
  const isConfirmedLater = last !== null && isSame(last.startedAt, session.startedAt) && last.at > observedAt
  const isTie = isSame(observedAt, session.detailsObservedAt)
  const isLatest = !isConfirmedLater && observedAt >= session.detailsObservedAt
  for (const field of detailFields) {
    const [told, stored] = [details[field], session[field]]
    if (told == null) continue
    // Of two at the same instant neither is newer: any rule will do that does not depend on their order.
    const isNewer = isLatest && !(isTie && stored != null && told < stored)
    if (isNewer || stored == null) session[field] = told
    if (isNewer) session.detailsObservedAt = observedAt
  }
}

const newestOf = (sessions: readonly Known[]): Known | undefined =>
  sessions.find(({ nextStartedAt }) => nextStartedAt === null)

/** Adds what the observation says to what is known; returns the looks with it. */
const merge = (sessions: Known[], looks: Looks, seen: StatusObservation): Looks => {
  const toldAt = seen.toldAt ?? seen.at
  switch (seen.kind) {
    case 'not-live':
      return withLook(looks, seen.at, null)
    case 'live': {
      const before = seen.seenBefore && sessions.find(({ startedAt }) => isSame(startedAt, seen.seenBefore!.startedAt))
      if (before) before.lastLiveAt = later(before.lastLiveAt, seen.seenBefore!.at)
      const session = sessionAt(sessions, seen.startedAt)
      mergeDetails(session, seen.details, toldAt, looks)
      session.lastLiveAt = later(session.lastLiveAt, seen.at)
      return looks
    }
    case 'ended': {
      const on = sessions.filter((one) => one.startedAt <= seen.endedAt && !wasTold(one))
      const session = seen.startedAt
        ? sessionAt(sessions, seen.startedAt)
        : on.reduce<Known | undefined>((a, b) => (a && a.startedAt > b.startedAt ? a : b), undefined)
      if (!session) return looks
      const told = later(session.startedAt, seen.endedAt)
      session.endedAt = wasTold(session) ? later(told, session.endedAt) : told
      session.endSource = seen.source
      mergeDetails(session, seen.details, toldAt, looks)
      return looks
    }
    case 'details': {
      const newest = newestOf(sessions)
      if (newest && newest.endedAt === null) mergeDetails(newest, seen.details, toldAt, looks)
      return looks
    }
  }
}

/** When a session ended, from everything that is known: as the platform told; else where it was last seen, once that is over. */
const inferEnd = (session: Known, { lastMissedAt, missedBeforeAt }: Looks): void => {
  if (wasTold(session)) return
  const { lastLiveAt, nextStartedAt } = session
  const isMissed =
    missedBeforeAt !== null &&
    missedBeforeAt > lastLiveAt &&
    lastMissedAt !== null &&
    lastMissedAt.getTime() - lastLiveAt.getTime() >= absenceMs
  session.endedAt = nextStartedAt ? earlier(lastLiveAt, nextStartedAt) : isMissed ? lastLiveAt : null
  session.endSource = session.endedAt && 'poll'
}

/** The row of a session, or null when it is as it was. What the looks will tell of it needs no column. */
const changedRow = (session: Known, looks: Looks): Session | null => {
  const { stored, nextStartedAt: _, ...row } = session
  const last = lastSighting(looks)
  const looked = last && isSame(last.startedAt, row.startedAt) ? last.at : null
  // The looks go on to other broadcasts, so a session that is over keeps for itself when it was last seen.
  const isToldByLooks = row.endedAt === null && looked !== null && looked >= row.lastLiveAt
  const isTold = wasTold(session) || isToldByLooks || later(row.startedAt, stored?.lastLiveAt) >= row.lastLiveAt
  const next: Session = { ...row, lastLiveAt: isTold ? (stored?.lastLiveAt ?? null) : row.lastLiveAt }
  if (
    stored &&
    isSame(stored.endedAt, next.endedAt) &&
    stored.endSource === next.endSource &&
    isSame(stored.lastLiveAt, next.lastLiveAt) &&
    later(stored.detailsObservedAt, looked) >= next.detailsObservedAt &&
    detailFields.every((field) => (stored[field] ?? null) === (next[field] ?? null))
  )
    return null
  return next
}

/** What is to be told of the sessions, oldest first. A broadcast that was over before the newest began changes no status. */
const tell = (sessions: readonly Known[], before: Status, after: Status, at: Date): StatusEventDraft[] => {
  const events: StatusEventDraft[] = []
  let current = before
  for (const { startedAt, endedAt, stored, nextStartedAt } of sessions.toSorted(
    (a, b) => +a.startedAt - +b.startedAt,
  )) {
    const isHistory = stored === null && nextStartedAt !== null
    const add = (type: StatusEventDraft['type'], newStatus: Status, occurredAt: Date): void => {
      const change = isHistory ? { previousStatus: after, newStatus: after } : { previousStatus: current, newStatus }
      events.push({ type, ...change, sessionStartedAt: startedAt, occurredAt })
      if (!isHistory) current = newStatus
    }
    const wasOn = stored !== null && stored.endedAt === null
    if (stored === null) add('stream_start', 'online', startedAt)
    // A session that goes on after an inferred end is announced when it was seen again, not when it began.
    else if (!wasOn && endedAt === null) add('stream_start', 'online', at)
    if (endedAt !== null && (stored === null || wasOn)) add('stream_end', 'offline', endedAt)
  }
  return events
}

/**
 * What one observation means for a channel, given what is stored. Pure: no clock, no store. Facts only accumulate and the
 * sessions follow from them, so the same observations in any order and number end in the same sessions.
 */
export const decide = (state: StatusState, seen: StatusObservation): StatusDecision => {
  const sessions = known(state)
  const looks = merge(sessions, state.looks, seen)
  for (const session of sessions) inferEnd(session, looks)
  const newest = newestOf(sessions)
  const status = newest ? (newest.endedAt ? 'offline' : 'online') : seen.kind === 'not-live' ? 'offline' : state.status
  const rows = sessions.flatMap((session) => changedRow(session, looks) ?? [])
  return {
    ...(status !== state.status && { status }),
    sessions: rows.toSorted((a, b) => Number(a.endedAt === null) - Number(b.endedAt === null)),
    events: tell(sessions, state.status, status, seen.toldAt ?? seen.at),
  }
}
