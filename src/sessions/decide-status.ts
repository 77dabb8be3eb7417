import { deriveStatusEvents, type StatusEventDraft } from './derive-status-events.ts'
import { inferSessionEnd, type SessionFacts } from './infer-session-end.ts'
import { isSame, later } from './instants.ts'
import { type LatestProbes, lastSighting, withProbe } from './latest-probes.ts'
import { type Broadcast, type ReportedEnd, reportedEndOf, withEnd } from './reported-end.ts'
import type { Session, SessionDraft } from './session.ts'
import { detailFields, type Status, type StatusObservation, type StreamDetails } from './status-observation.ts'

/** What is stored of one channel when an observation of it arrives. */
export type StatusState = {
  status: Status
  /**
   * The newest two sessions, and around each start that the observation names the session that has it, the one before and the
   * one after, each with the start of the channel's next session.
   */
  sessions: readonly (Session & { nextStartedAt: Date | null })[]
  latestProbes: LatestProbes
  /** What was told of the ends of the broadcasts that `concerned` lists; the latest of a kind is enough. */
  ends: readonly ReportedEnd[]
}

/** What an observation changes; empty when it tells nothing new. */
export type StatusDecision = {
  status?: Status
  /** Sessions that are new or different now, whole; those that ended come first. */
  sessions: Session[]
  /** Ends that were not told before. */
  ends: ReportedEnd[]
  events: StatusEventDraft[]
}

const neverObserved = new Date(0)

/** The sessions that an observation may concern, with what the looks know of them. */
const known = ({ sessions, latestProbes: looks }: Pick<StatusState, 'sessions' | 'latestProbes'>): SessionDraft[] => {
  const last = lastSighting(looks)
  return sessions.map((row) => {
    const { nextStartedAt, ...stored } = row
    const seen = last && isSame(last.startedAt, row.startedAt) ? last.at : null
    const lastLiveAt = later(later(row.startedAt, row.lastLiveAt), seen)
    return { ...row, lastLiveAt, stored, nextStartedAt }
  })
}

/** The session that started then; one that is not known yet takes its place among the others. */
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

/** The newer observation decides; an older one only tells what nobody has told yet. Blanks never overwrite what is known. */
const mergeDetails = (session: SessionDraft, details: StreamDetails, observedAt: Date, looks: LatestProbes): void => {
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

const newestOf = (sessions: readonly SessionDraft[]): SessionDraft | undefined =>
  sessions.find(({ nextStartedAt }) => nextStartedAt === null)

/** Adds what the observation says to what is known. */
const merge = (state: StatusState, seen: StatusObservation): SessionFacts => {
  const facts: SessionFacts = { sessions: known(state), latestProbes: state.latestProbes, ends: state.ends }
  const { sessions, latestProbes: looks } = facts
  const toldAt = seen.toldAt ?? seen.at
  switch (seen.kind) {
    case 'not-live':
      return { ...facts, latestProbes: withProbe(looks, seen.at, null) }
    case 'live': {
      const before = seen.seenBefore && sessions.find(({ startedAt }) => isSame(startedAt, seen.seenBefore!.startedAt))
      if (before) before.lastLiveAt = later(before.lastLiveAt, seen.seenBefore!.at)
      const session = sessionAt(sessions, seen.startedAt)
      mergeDetails(session, seen.details, toldAt, looks)
      session.lastLiveAt = later(session.lastLiveAt, seen.at)
      if (seen.source !== 'poll') session.toldLiveAt = later(seen.at, session.toldLiveAt)
      return facts
    }
    case 'ended': {
      // What it does not name may turn out to be of a broadcast that is not known yet.
      if (seen.startedAt) mergeDetails(sessionAt(sessions, seen.startedAt), seen.details, toldAt, looks)
      return { ...facts, ends: withEnd(state.ends, reportedEndOf(seen)) }
    }
    case 'details': {
      const newest = newestOf(sessions)
      if (newest && newest.endedAt === null) mergeDetails(newest, seen.details, toldAt, looks)
      return facts
    }
  }
}

/** The row of a session, or null when it is as it was. What the looks will tell of it needs no column. */
const changedRow = (session: SessionDraft, looks: LatestProbes): Session | null => {
  const { stored, nextStartedAt: _, ...row } = session
  const last = lastSighting(looks)
  const looked = last && isSame(last.startedAt, row.startedAt) ? last.at : null
  // The looks go on to other broadcasts, so a session that is over keeps for itself when it was last seen.
  const isToldByLooks = row.endedAt === null && looked !== null && looked >= row.lastLiveAt
  const isStored = isToldByLooks || later(row.startedAt, stored?.lastLiveAt) >= row.lastLiveAt
  const next: Session = { ...row, lastLiveAt: isStored ? (stored?.lastLiveAt ?? null) : row.lastLiveAt }
  if (
    stored &&
    isSame(stored.endedAt, next.endedAt) &&
    stored.endSource === next.endSource &&
    isSame(stored.lastLiveAt, next.lastLiveAt) &&
    isSame(stored.toldLiveAt, next.toldLiveAt) &&
    later(stored.detailsObservedAt, looked) >= next.detailsObservedAt &&
    detailFields.every((field) => (stored[field] ?? null) === (next[field] ?? null))
  )
    return null
  return next
}

/** The broadcasts that an observation may change anything of: those whose told ends decide about it. */
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
 * What one observation means for a channel, given what is stored. Pure: no clock, no store. Facts only accumulate and the
 * sessions follow from them, so the same observations in any order and number end in the same sessions.
 */
export const decideStatus = (state: StatusState, seen: StatusObservation): StatusDecision => {
  const facts = merge(state, seen)
  const { sessions, latestProbes: looks } = facts
  for (const session of sessions) inferSessionEnd(session, facts)
  const newest = newestOf(sessions)
  const status = newest ? (newest.endedAt ? 'offline' : 'online') : seen.kind === 'not-live' ? 'offline' : state.status
  const rows = sessions.flatMap((session) => changedRow(session, looks) ?? [])
  return {
    ...(status !== state.status && { status }),
    sessions: rows.toSorted((a, b) => Number(a.endedAt === null) - Number(b.endedAt === null)),
    ends: facts.ends.slice(state.ends.length),
    events: deriveStatusEvents(sessions, state.status, seen.toldAt ?? seen.at),
  }
}
