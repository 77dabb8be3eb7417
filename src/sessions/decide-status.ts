import { deriveStatusEvents, type StatusEventDraft } from './derive-status-events.ts'
import { inferSessionEnd, type SessionFacts } from './infer-session-end.ts'
import { isSame, later } from './instants.ts'
import { type LatestProbes, lastSighting, withProbe } from './latest-probes.ts'
import { type Broadcast, type ReportedEnd, reportedEndOf, withEnd } from './reported-end.ts'
import {
  detailFields,
  type Session,
  type SessionDraft,
  type Status,
  type StatusObservation,
  type StreamDetails,
} from './status-observation.ts'

/** What is stored of one channel when an observation of it arrives. */
export type StatusState = {
  status: Status
  /**
   * The newest two sessions, and for each start that the observation names: the session with this start, the one before and
   * the one after. Each has the start of the channel's next session.
   */
  sessions: readonly (Session & { nextStartedAt: Date | null })[]
  latestProbes: LatestProbes
  /** Reported ends of the broadcasts that `affectedBroadcasts` lists; the latest of a kind is enough. */
  ends: readonly ReportedEnd[]
}

/** What an observation changes; empty when it says nothing new. */
export type StatusDecision = {
  status?: Status
  /** New and changed sessions, whole; those that ended come first. */
  sessions: Session[]
  /** Ends that were not reported before. */
  ends: ReportedEnd[]
  events: StatusEventDraft[]
}

const neverObserved = new Date(0)

/** The sessions that an observation may concern, with what the probes know of them. */
const known = ({ sessions, latestProbes: probes }: Pick<StatusState, 'sessions' | 'latestProbes'>): SessionDraft[] => {
  const last = lastSighting(probes)
  return sessions.map((row) => {
    const { nextStartedAt, ...stored } = row
    const seen = last && isSame(last.startedAt, row.startedAt) ? last.at : null
    const lastLiveAt = later(later(row.startedAt, row.lastLiveAt), seen)
    return { ...row, lastLiveAt, stored, nextStartedAt }
  })
}

/** The session that started then; an unknown one is made and put between the others. */
const sessionAt = (sessions: SessionDraft[], startedAt: Date): SessionDraft => {
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
  const created: SessionDraft = {
    startedAt,
    endedAt: null,
    endSource: null,
    lastLiveAt: startedAt,
    toldLiveAt: null,
    detailsObservedAt: neverObserved,
    stored: null,
    nextStartedAt,
  }
  sessions.push(created)
  return created
}

/** Takes the details of the newer observation; an older one only fills blanks. A blank never overwrites what is known. */
const mergeDetails = (session: SessionDraft, details: StreamDetails, observedAt: Date, probes: LatestProbes): void => {
  const last = lastSighting(probes)
  // A later probe showed the details that are known, or it would have changed them.
  const isConfirmedLater = last !== null && isSame(last.startedAt, session.startedAt) && last.at > observedAt
  const isTie = isSame(observedAt, session.detailsObservedAt)
  const isLatest = !isConfirmedLater && observedAt >= session.detailsObservedAt
  for (const field of detailFields) {
    const [given, stored] = [details[field], session[field]]
    if (given == null) continue
    // Of two observations at the same instant, the greater value counts, so that their order does not matter.
    const isNewer = isLatest && !(isTie && stored != null && given < stored)
    if (isNewer || stored == null) session[field] = given
    if (isNewer) session.detailsObservedAt = observedAt
  }
}

const newestOf = (sessions: readonly SessionDraft[]): SessionDraft | undefined =>
  sessions.find(({ nextStartedAt }) => nextStartedAt === null)

/** Adds what the observation says to what is known. */
const merge = (state: StatusState, seen: StatusObservation): SessionFacts => {
  const facts: SessionFacts = { sessions: known(state), latestProbes: state.latestProbes, ends: state.ends }
  const { sessions, latestProbes: probes } = facts
  const reportedAt = seen.reportedAt ?? seen.at
  switch (seen.kind) {
    case 'not-live':
      return { ...facts, latestProbes: withProbe(probes, seen.at, null) }
    case 'live': {
      const before = seen.seenBefore && sessions.find(({ startedAt }) => isSame(startedAt, seen.seenBefore!.startedAt))
      if (before) before.lastLiveAt = later(before.lastLiveAt, seen.seenBefore!.at)
      const session = sessionAt(sessions, seen.startedAt)
      mergeDetails(session, seen.details, reportedAt, probes)
      session.lastLiveAt = later(session.lastLiveAt, seen.at)
      if (seen.source !== 'poll') session.toldLiveAt = later(seen.at, session.toldLiveAt)
      return facts
    }
    case 'ended': {
      // Details without a start are not merged: their broadcast may be one that is not known yet.
      if (seen.startedAt) mergeDetails(sessionAt(sessions, seen.startedAt), seen.details, reportedAt, probes)
      return { ...facts, ends: withEnd(state.ends, reportedEndOf(seen)) }
    }
    case 'details': {
      const newest = newestOf(sessions)
      if (newest && newest.endedAt === null) mergeDetails(newest, seen.details, reportedAt, probes)
      return facts
    }
  }
}

/** The row of a session, or null when it is unchanged. What the latest probes say is not repeated in the row. */
const changedRow = (session: SessionDraft, probes: LatestProbes): Session | null => {
  const { stored, nextStartedAt: _, ...row } = session
  const last = lastSighting(probes)
  const seenAt = last && isSame(last.startedAt, row.startedAt) ? last.at : null
  // The latest probes move on to other broadcasts, so a session that is over keeps its last sighting in its row.
  const isKeptByProbe = row.endedAt === null && seenAt !== null && seenAt >= row.lastLiveAt
  const isStored = isKeptByProbe || later(row.startedAt, stored?.lastLiveAt) >= row.lastLiveAt
  const next: Session = { ...row, lastLiveAt: isStored ? (stored?.lastLiveAt ?? null) : row.lastLiveAt }
  if (
    stored &&
    isSame(stored.endedAt, next.endedAt) &&
    stored.endSource === next.endSource &&
    isSame(stored.lastLiveAt, next.lastLiveAt) &&
    isSame(stored.toldLiveAt, next.toldLiveAt) &&
    later(stored.detailsObservedAt, seenAt) >= next.detailsObservedAt &&
    detailFields.every((field) => (stored[field] ?? null) === (next[field] ?? null))
  )
    return null
  return next
}

/** The broadcasts that an observation may change, and whose reported ends are needed to decide about it. */
export const affectedBroadcasts = (
  state: Pick<StatusState, 'sessions' | 'latestProbes'>,
  seen: StatusObservation,
): readonly Broadcast[] => {
  const sessions = known(state)
  if (seen.kind !== 'live' && seen.kind !== 'ended') return sessions
  const named = seen.startedAt && sessionAt(sessions, seen.startedAt)
  const { platformStreamId } = seen.kind === 'live' ? seen.details : seen
  return named && platformStreamId ? [...sessions, { ...named, platformStreamId }] : sessions
}

/**
 * Decides what one observation changes of a channel, given what is stored. It uses no clock and no store. Facts only
 * accumulate and sessions follow from them, so the same observations in any order and number give the same sessions.
 */
export const decideStatus = (state: StatusState, seen: StatusObservation): StatusDecision => {
  const facts = merge(state, seen)
  const { sessions, latestProbes: probes } = facts
  for (const session of sessions) inferSessionEnd(session, facts)
  const newest = newestOf(sessions)
  const status = newest ? (newest.endedAt ? 'offline' : 'online') : seen.kind === 'not-live' ? 'offline' : state.status
  const rows = sessions.flatMap((session) => changedRow(session, probes) ?? [])
  return {
    ...(status !== state.status && { status }),
    sessions: rows.toSorted((a, b) => Number(a.endedAt === null) - Number(b.endedAt === null)),
    ends: facts.ends.slice(state.ends.length),
    events: deriveStatusEvents(sessions, state.status, seen.reportedAt ?? seen.at),
  }
}
