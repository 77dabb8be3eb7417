import type { OutageEnd } from './probe-columns.ts'
import type { ProbeCounts } from './probe-sums.ts'

/** A span without probes, or whose probes are lost. */
export type Outage = { from: Date; to: Date; reason: 'not tracked yet' | 'not probed' | 'lost' }

/** A half-open span of which rows are lost, in milliseconds since the epoch, and whether they may be repaired. */
export type LostSpan = { from: number; to: number; mayReturn: boolean }

/** What Postgres knows about the probes of a channel. */
export type ProbeTiming = {
  firstSeenAt: Date
  /** The last probe that had an answer; null when there was none. */
  lastProbedAt: Date | null
  /** The interval that is planned now; null when none is. */
  intervalSeconds: number | null
}

/** The requested range and how far it can have been observed, in milliseconds since the epoch. */
export type Elapsed = {
  from: number
  to: number
  now: number
  /** The instant before which ClickHouse has everything that is not lost. */
  completeThrough: number
  /** Spans of which rows are lost; absent when there are none. */
  lost?: readonly LostSpan[]
}

/** A gap of more than this many intervals is an outage; a sample stands for at most as many. */
export const outageIntervals = 2.5

type Span = { from: number; to: number; reason: Outage['reason'] }

const defaultIntervalSeconds = 60

/** The interval that is planned now, in milliseconds. */
export const intervalMs = ({ intervalSeconds }: ProbeTiming): number =>
  (intervalSeconds ?? defaultIntervalSeconds) * 1000

const lastInstant = 2 ** 32 * 1000 - 1

/** The end of the time in which a query searches the probe that follows the range and shows whether an outage crossed its end. */
export const lookAhead = (to: number, channels: readonly ProbeTiming[]): Date =>
  new Date(Math.min(to + Math.max(30 * 60_000, ...channels.map((timing) => 3 * intervalMs(timing))), lastInstant))

const startOf = ({ until, seconds }: OutageEnd): number => until - seconds * 1000

/** How many of the missed probes of an outage were planned before an instant. */
const missedBefore = (end: OutageEnd, ms: number): number => {
  const length = end.until - startOf(end)
  const share = length > 0 ? (ms - startOf(end)) / length : 0
  return Math.round(end.missed * Math.min(1, Math.max(0, share)))
}

const mergeSpans = (spans: Span[]): Span[] => {
  const merged: Span[] = []
  for (const span of spans.filter(({ from, to }) => from < to).sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1)
    if (last && last.reason === span.reason && span.from <= last.to) last.to = Math.max(last.to, span.to)
    else merged.push({ ...span })
  }
  return merged
}

/** The parts of a stretch of which rows are lost, in order and without overlaps. */
export const lostWithin = (
  lost: readonly Omit<LostSpan, 'mayReturn'>[],
  { from, to }: { from: number; to: number },
): Span[] =>
  mergeSpans(lost.map((span) => ({ from: Math.max(from, span.from), to: Math.min(to, span.to), reason: 'lost' })))

/**
 * The outages of a channel, and the share of the expected probes that was made. `probes` is the sum of the range, `next` the
 * first probe after it. The probe that ends an outage carries it, with the probes that it missed by the plan of its time. Of
 * other time nobody knows how often the channel would have been probed, so it counts by its length: before tracking began, while
 * rows are lost for every channel, and since the last probe where the next one is overdue.
 */
export const judgeProbes = (
  { from, to, now, completeThrough, lost = [] }: Elapsed,
  timing: ProbeTiming,
  probes: ProbeCounts,
  next: ProbeCounts | undefined,
): { outages: Outage[]; coverage: number } => {
  const horizon = Math.min(to, now)
  if (horizon <= from) return { outages: [], coverage: 0 }
  const spans: Span[] = []
  let { missed } = probes
  let unseenMs = 0
  for (const end of probes.outages) {
    spans.push({ from: Math.max(from, startOf(end)), to: end.until, reason: 'not probed' })
    missed -= missedBefore(end, from)
  }
  for (const end of next?.outages ?? []) {
    spans.push({ from: Math.max(from, startOf(end)), to: horizon, reason: 'not probed' })
    missed += missedBefore(end, horizon) - missedBefore(end, from)
  }
  const missSpan = (span: Span, seenMs = 0) => {
    spans.push(span)
    unseenMs += span.to - span.from - seenMs
  }

  const tracked = Math.min(timing.firstSeenAt.getTime(), probes.firstProbeAt, next?.firstProbeAt ?? horizon, horizon)
  if (tracked > from) missSpan({ from, to: tracked, reason: 'not tracked yet' })

  const gone = lostWithin(lost, { from: Math.max(from, tracked), to: horizon })
  for (const span of gone) missSpan(span)

  if (!next) {
    const probedAt = timing.lastProbedAt?.getTime() ?? Number.NEGATIVE_INFINITY
    const wasProbedLater = probedAt >= horizon
    const lostUntil = gone.at(-1)?.to ?? from
    const last = Math.max(from, tracked, probes.lastProbeAt, lostUntil, wasProbedLater ? from : probedAt)
    // Later probes may be on their way to ClickHouse.
    const end = wasProbedLater ? Math.min(horizon, completeThrough) : horizon
    const interval = intervalMs(timing)
    // Nobody misses a probe before it is due.
    const seenMs = probes.probes > 0 ? interval : 0
    if (end - last > outageIntervals * interval) missSpan({ from: last, to: end, reason: 'not probed' }, seenMs)
  }
  const expected = probes.probes + Math.max(0, missed)
  const made = expected === 0 ? 1 : probes.probes / expected
  return {
    outages: mergeSpans(spans).map((span) => ({ ...span, from: new Date(span.from), to: new Date(span.to) })),
    coverage: made * (1 - unseenMs / (horizon - from)),
  }
}
