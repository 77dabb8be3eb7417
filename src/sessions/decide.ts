import type { Status, StatusObservation, StatusSource, StreamDetails } from './status-observation.ts'

/** A stored session, as far as deciding needs it. */
export type Session = StreamDetails & {
  startedAt: Date
  endedAt: Date | null
  endSource: StatusSource | null
}

/** What is stored of one channel when an observation of it arrives. */
export type StatusState = {
  status: Status
  /** When the fact behind the stored status was true. */
  statusObservedAt: Date
  /** The session without an end, if any. */
  open: Session | null
  /** The session that started at the observation's `startedAt`, if any. */
  named: Session | null
  /** The session that started last, if any. */
  newest: Session | null
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
  /** Close this session; the end was told by `source`. */
  close?: { startedAt: Date; endedAt: Date; source: StatusSource }
  /** Open (or, after an end that was only inferred, open again) this session. */
  open?: StreamDetails & { startedAt: Date }
  /** The open session is about something else now. */
  details?: StreamDetails & { startedAt: Date }
  events: StatusEventDraft[]
}

/** A session without an end from the platform closes after two misses, the later at least this long after it was last seen live. */
export const absenceMs = 90_000

const nothing: StatusDecision = { events: [] }

const latest = (a: Date, b: Date | null): Date => new Date(Math.max(a.getTime(), b?.getTime() ?? 0))

const earliest = (a: Date, b: Date): Date => new Date(Math.min(a.getTime(), b.getTime()))

const start = (previousStatus: Status, startedAt: Date, occurredAt: Date): StatusEventDraft => ({
  type: 'stream_start',
  previousStatus,
  newStatus: 'online',
  sessionStartedAt: startedAt,
  occurredAt,
})

const end = (startedAt: Date, occurredAt: Date): StatusEventDraft => ({
  type: 'stream_end',
  previousStatus: 'online',
  newStatus: 'offline',
  sessionStartedAt: startedAt,
  occurredAt,
})

const detailFields = ['platformStreamId', 'title', 'category', 'language'] as const

/** The details that an observation tells and that differ; blanks never overwrite what is known. */
const changedDetails = (known: StreamDetails, seen: StreamDetails): StreamDetails | null => {
  const changed: StreamDetails = {}
  for (const field of detailFields) {
    if (seen[field] != null && seen[field] !== known[field]) changed[field] = seen[field]
  }
  return Object.keys(changed).length > 0 ? changed : null
}

type Live = Extract<StatusObservation, { kind: 'live' }>

const decideLive = (state: StatusState, seen: Live): StatusDecision => {
  const { open, named } = state
  if (open && open.startedAt.getTime() === seen.startedAt.getTime()) {
    const details = changedDetails(open, seen.details)
    return details ? { details: { ...details, startedAt: open.startedAt }, events: [] } : nothing
  }
  // An end that the platform told is final: lists keep showing a stream for some seconds after it.
  if (named && named.endSource !== 'poll') return nothing
  // A fact about an earlier broadcast than the newest we know is history.
  if (state.newest && state.newest.startedAt > seen.startedAt) return nothing

  const events: StatusEventDraft[] = []
  let close: StatusDecision['close']
  if (open) {
    // Two ends at once: the platform shows a later broadcast, so the earlier one is over.
    const lastSeen = latest(open.startedAt, seen.lastLiveAt)
    const endedAt = earliest(lastSeen, seen.startedAt)
    close = { startedAt: open.startedAt, endedAt, source: seen.source }
    events.push(end(open.startedAt, endedAt))
  } else if (!named && state.newest?.endSource === 'poll' && state.newest.endedAt! > seen.startedAt) {
    // Lists show a stream for some seconds after its end: the inferred end was too late, and has been told already.
    close = { startedAt: state.newest.startedAt, endedAt: seen.startedAt, source: 'poll' }
  }
  // A session that goes on after an inferred end is announced when it was seen again, not when it began.
  const occurredAt = named ? seen.at : seen.startedAt
  events.push(start(open ? 'offline' : state.status, seen.startedAt, occurredAt))
  return { status: 'online', close, open: { ...seen.details, startedAt: seen.startedAt }, events }
}

type NotLive = Extract<StatusObservation, { kind: 'not-live' }>

const decideNotLive = ({ open, status }: StatusState, seen: NotLive): StatusDecision => {
  // Finding a channel offline for the first time is knowledge, not an event: no stream ended.
  if (!open) return status === 'offline' ? nothing : { status: 'offline', events: [] }
  const lastSeen = latest(open.startedAt, seen.lastLiveAt)
  const missedBefore = seen.firstMissedAt !== null && seen.firstMissedAt > lastSeen && seen.firstMissedAt < seen.at
  if (!missedBefore || seen.at.getTime() - lastSeen.getTime() < absenceMs) return nothing
  return {
    status: 'offline',
    close: { startedAt: open.startedAt, endedAt: lastSeen, source: seen.source },
    events: [end(open.startedAt, lastSeen)],
  }
}

/** What one observation means for a channel, given what is stored. Pure: no clock, no store. */
export const decide = (state: StatusState, seen: StatusObservation): StatusDecision => {
  if (seen.at <= state.statusObservedAt) return nothing
  if (seen.kind === 'live') return decideLive(state, seen)
  if (seen.kind === 'not-live') return decideNotLive(state, seen)
  if (!state.open) return nothing
  const endedAt = latest(state.open.startedAt, seen.lastLiveAt)
  return {
    status: 'offline',
    close: { startedAt: state.open.startedAt, endedAt, source: seen.source },
    events: [end(state.open.startedAt, endedAt)],
  }
}

/** The two facts about absence to keep for the next probe. */
export type Absence = { lastLiveAt: Date | null; firstMissedAt: Date | null }

/** Absence after a probe at `at` that did or did not show the channel live. */
export const nextAbsence = (before: Absence, live: boolean, at: Date): Absence =>
  live
    ? { lastLiveAt: at, firstMissedAt: null }
    : { lastLiveAt: before.lastLiveAt, firstMissedAt: before.firstMissedAt ?? at }
