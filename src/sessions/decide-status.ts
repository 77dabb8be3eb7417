import type { DetailStatement } from './chapters.ts'
import { deriveStatusEvents, type StatusEventDraft } from './derive-status-events.ts'
import { inferSessionEnd, type SessionFacts } from './infer-session-end.ts'
import { isSame, later } from './instants.ts'
import { type LatestProbes, lastSighting, withProbe } from './latest-probes.ts'
import { mergeDetails } from './merge-details.ts'
import { type Broadcast, type ReportedEnd, reportedEndOf, withEnd } from './reported-end.ts'
import {
  detailFields,
  type Session,
  type SessionDraft,
  type Status,
  type StatusObservation,
  type StatusSource,
  type StreamDetails,
  stronger,
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
  /** What was said about the details of the broadcasts that `affectedBroadcasts` lists. */
  statements: readonly DetailStatement[]
}

/** What an observation changes; empty when it says nothing new. */
export type StatusDecision = {
  status?: Status
  /** Since when the channel has its status on the platform, where that changes. */
  statusSince?: Date
  /** New and changed sessions, whole; those that ended come first. */
  sessions: Session[]
  /** Ends that were not reported before. */
  ends: ReportedEnd[]
  /** What was said of details, as far as it is to be kept and is not yet. */
  statements: DetailStatement[]
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

/** The session that started then, as this source says; an unknown one is made and put between the others. */
const sessionAt = (sessions: SessionDraft[], startedAt: Date, source: StatusSource): SessionDraft => {
  const found = sessions.find((session) => isSame(session.startedAt, startedAt))
  if (found) {
    found.startSource = stronger(found.startSource, source)
    return found
  }
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
    startSource: source,
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

/** The id of the broadcast: of two that were told the greater one, so that their order does not matter. */
const mergeStreamId = (session: SessionDraft, { platformStreamId: given }: StreamDetails): void => {
  if (given != null && !(session.platformStreamId != null && given <= session.platformStreamId))
    session.platformStreamId = given
}

const newestOf = (sessions: readonly SessionDraft[]): SessionDraft | undefined =>
  sessions.find(({ nextStartedAt }) => nextStartedAt === null)

/** Adds what the observation says to what is known. */
const merge = (state: StatusState, seen: StatusObservation): SessionFacts => {
  const facts: SessionFacts = { sessions: known(state), latestProbes: state.latestProbes, ends: state.ends }
  const { sessions, latestProbes: probes } = facts
  switch (seen.kind) {
    case 'not-live':
      return { ...facts, latestProbes: withProbe(probes, seen.at, null) }
    case 'live': {
      const before = seen.seenBefore && sessions.find(({ startedAt }) => isSame(startedAt, seen.seenBefore!.startedAt))
      if (before) before.lastLiveAt = later(before.lastLiveAt, seen.seenBefore!.at)
      const session = sessionAt(sessions, seen.startedAt, seen.source)
      mergeStreamId(session, seen.details)
      session.lastLiveAt = later(session.lastLiveAt, seen.at)
      if (seen.source !== 'poll') session.toldLiveAt = later(seen.at, session.toldLiveAt)
      return facts
    }
    case 'ended': {
      if (seen.startedAt) mergeStreamId(sessionAt(sessions, seen.startedAt, seen.source), seen.details)
      return { ...facts, ends: withEnd(state.ends, reportedEndOf(seen)) }
    }
    case 'details':
      return facts
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
    stored.startSource === next.startSource &&
    isSame(stored.endedAt, next.endedAt) &&
    stored.endSource === next.endSource &&
    isSame(stored.lastLiveAt, next.lastLiveAt) &&
    isSame(stored.toldLiveAt, next.toldLiveAt) &&
    isSame(stored.detailsObservedAt, next.detailsObservedAt) &&
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
  const named = seen.startedAt && sessionAt(sessions, seen.startedAt, seen.source)
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
  const statements = mergeDetails(sessions, state.statements, seen, probes)
  const newest = newestOf(sessions)
  const status = newest ? (newest.endedAt ? 'offline' : 'online') : seen.kind === 'not-live' ? 'offline' : state.status
  const isMoved = newest && !(newest.stored && isSame(newest.stored.endedAt, newest.endedAt))
  const rows = sessions.flatMap((session) => changedRow(session, probes) ?? [])
  return {
    ...(status !== state.status && { status }),
    ...((isMoved || status !== state.status) && {
      statusSince: newest ? (newest.endedAt ?? newest.startedAt) : seen.at,
    }),
    sessions: rows.toSorted((a, b) => Number(a.endedAt === null) - Number(b.endedAt === null)),
    ends: facts.ends.slice(state.ends.length),
    statements,
    events: deriveStatusEvents(sessions, probes, state.status, seen.reportedAt ?? seen.at),
  }
}
