import { isSame, later } from './instants.ts'
import type { StatusObservation, StatusSource } from './status-observation.ts'

/** What a platform reported about the end of a broadcast. */
export type ReportedEnd = {
  /** The start of the broadcast; null when the platform did not name it. */
  startedAt: Date | null
  /** The platform's id of the broadcast; null when the platform did not name it. */
  platformStreamId: string | null
  endedAt: Date
  source: StatusSource
}

/** A broadcast and the start of the channel's next one, which is null for the newest. */
export type Broadcast = { startedAt: Date; nextStartedAt: Date | null; platformStreamId?: string | null }

/** The end that an observation reports. No broadcast ends before it began. */
export const reportedEndOf = (seen: Extract<StatusObservation, { kind: 'ended' }>): ReportedEnd => {
  const { startedAt, platformStreamId = null, endedAt, source } = seen
  return startedAt
    ? { startedAt, platformStreamId: null, endedAt: later(startedAt, endedAt), source }
    : { startedAt, platformStreamId, endedAt, source }
}

const isEqual = (a: ReportedEnd, b: ReportedEnd): boolean =>
  isSame(a.startedAt, b.startedAt) &&
  a.platformStreamId === b.platformStreamId &&
  isSame(a.endedAt, b.endedAt) &&
  a.source === b.source

/** Whether an end belongs to a broadcast. An end names its start or its id; one without either is of the latest that had begun. */
const isOf = ({ startedAt, platformStreamId, endedAt }: ReportedEnd, broadcast: Broadcast): boolean => {
  if (startedAt) return isSame(startedAt, broadcast.startedAt)
  if (endedAt < broadcast.startedAt) return false
  if (platformStreamId !== null) return platformStreamId === broadcast.platformStreamId
  return broadcast.nextStartedAt === null || endedAt < broadcast.nextStartedAt
}

const isLater = (a: ReportedEnd, b: ReportedEnd): boolean =>
  a.endedAt > b.endedAt || (isSame(a.endedAt, b.endedAt) && a.source > b.source)

/** The latest reported end of a broadcast; undefined when there is none. */
export const latestEndOf = (ends: readonly ReportedEnd[], broadcast: Broadcast): ReportedEnd | undefined =>
  ends.reduce<ReportedEnd | undefined>(
    (latest, end) => (isOf(end, broadcast) && !(latest && isLater(latest, end)) ? end : latest),
    undefined,
  )

/** Adds an end; returns the same list when it is there already. */
export const withEnd = (ends: readonly ReportedEnd[], end: ReportedEnd): readonly ReportedEnd[] =>
  ends.some((one) => isEqual(one, end)) ? ends : [...ends, end]
