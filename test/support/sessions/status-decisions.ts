import type { decideStatus, StatusState } from '../../../src/sessions/decide-status.ts'
import { type LatestProbes, noProbes } from '../../../src/sessions/latest-probes.ts'
import type { ReportedEnd } from '../../../src/sessions/reported-end.ts'
import type { Session, StatusObservation } from '../../../src/sessions/status-observation.ts'
import { received } from './received.ts'

const t0 = Date.UTC(2026, 0, 1)
/** The instant so many seconds after the beginning of 2026. */
export const at = (seconds: number): Date => new Date(t0 + seconds * 1000)
/** The only channel that these decisions are about. */
export const channelId = 1n
const never = new Date(0)

export type Row = StatusState['sessions'][number]

/** A stored session from its start to its end, both in seconds. */
export const session = (start: number, end: number | null = null, extra: Partial<Row> = {}): Row => ({
  startedAt: at(start),
  startSource: 'poll',
  endedAt: end === null ? null : at(end),
  endSource: end === null ? null : 'poll',
  lastLiveAt: end === null ? null : at(end),
  toldLiveAt: null,
  detailsObservedAt: never,
  nextStartedAt: null,
  ...extra,
})

/** A session that ended as it was told, and what was told. */
export const told = (start: number, end: number): Pick<StatusState, 'sessions' | 'ends'> => ({
  sessions: [session(start, end, { endSource: 'webhook', lastLiveAt: null })],
  ends: [toldEnd(end, { startedAt: at(start) })],
})

/** An end that a webhook told, at so many seconds. */
export const toldEnd = (end: number, named: Partial<ReportedEnd> = {}): ReportedEnd => ({
  startedAt: null,
  platformStreamId: null,
  endedAt: at(end),
  source: 'webhook',
  ...named,
})

/** The latest probes: when the stream that is on was seen, and the newest two misses. */
export const looks = (live: [start: number, at: number] | null, ...missed: number[]): LatestProbes => ({
  ...noProbes,
  ...(live && { liveStartedAt: at(live[0]), lastLiveAt: at(live[1]) }),
  lastMissedAt: missed[0] === undefined ? null : at(missed[0]),
  missedBeforeAt: missed[1] === undefined ? null : at(missed[1]),
})

/** What is known of the channel before the observation. */
export const state = (partial: Partial<StatusState> = {}): StatusState => ({
  status: 'unknown',
  sessions: [],
  latestProbes: noProbes,
  ends: [],
  statements: [],
  ...partial,
})

/** The observation of a live stream. */
export const live = (seconds: number, start: number, extra: Partial<StatusObservation> = {}): StatusObservation =>
  ({
    kind: 'live',
    channelId,
    at: at(seconds),
    source: 'poll',
    ...received(at(seconds)),
    startedAt: at(start),
    details: {},
    ...extra,
  }) as StatusObservation

/** The observation that the channel is not live. */
export const missed = (seconds: number): StatusObservation => ({
  kind: 'not-live',
  channelId,
  at: at(seconds),
  source: 'poll',
  ...received(at(seconds)),
})

/** The observation of an end that was told. */
export const ended = (start: number | null, end: number): StatusObservation => ({
  kind: 'ended',
  channelId,
  at: at(end),
  source: 'webhook',
  ...received(at(end)),
  startedAt: start === null ? null : at(start),
  endedAt: at(end),
  details: {},
})

/** Sessions as start and end in seconds. */
export const rows = (sessions: readonly Session[]) =>
  sessions.map(({ startedAt, endedAt, endSource }) => [
    (+startedAt - t0) / 1000,
    endedAt && (+endedAt - t0) / 1000,
    endSource,
  ])

/** The events of a decision. */
export const happened = ({ events }: ReturnType<typeof decideStatus>) =>
  events.map(({ type, previousStatus, newStatus, occurredAt }) => [
    type,
    previousStatus,
    newStatus,
    (+occurredAt - t0) / 1000,
  ])

/** The decision that changes nothing. */
export const nothing = { sessions: [], ends: [], statements: [], events: [] }
