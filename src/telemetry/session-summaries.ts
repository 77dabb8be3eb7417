import { earliestMs } from '../platforms/instant-bounds.ts'
import { list, number, numbers } from '../stores/clickhouse/columns.ts'
import { namedQuery, type ReadPool, type RowOf } from '../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import { type ChannelKey, channelKey, numbered, ofChannels } from './channel-key.ts'
import { historyUnavailable, readPoolFor } from './history-unavailable.ts'
import type { ProbeCounts } from './probe-sums.ts'

/**
 * The stretch of a broadcast that can have been observed by now, in milliseconds since the epoch. Null when its start lies in
 * the future or before all streaming, so that one such row does not spoil a query for others.
 */
export const observedSpan = (
  { startedAt, endedAt }: { startedAt: Date; endedAt: Date | null },
  now: Date,
): { from: number; to: number } | null => {
  const from = startedAt.getTime()
  if (!(from >= earliestMs && from <= now.getTime())) return null
  return { from, to: Math.max(from, Math.min((endedAt ?? now).getTime(), now.getTime())) }
}

/** A broadcast as Postgres knows it. */
export type SessionKey = ChannelKey & { startedAt: Date; endedAt: Date | null }

/** What the viewer counts of a broadcast add up to; null when none of its probes has one. */
export type SessionSummary = {
  peakViewers: number | null
  /** The first instant of the peak. */
  peakAt: Date | null
  /** Weighted with the time that each sample stands for. */
  averageViewers: number | null
  hoursWatched: number | null
  samples: number
}

// A viewer count belongs to the broadcast that it names, and any probe of its time says that the channel was probed.
const summaries = namedQuery({
  name: 'session_summaries',
  sql: `
SELECT session,
  toUInt32(countIf(isSample)) AS samples,
  toFloat64(sumIf(viewers * sampled, isSample)) AS viewerSeconds,
  toFloat64(sumIf(sampled, isSample)) AS seconds,
  toFloat64(maxIf((viewers, -at), isSample).1) AS peak,
  toFloat64(-maxIf((viewers, -at), isSample).2) AS peakAt,
  toFloat64(countIf(isWithin)) AS probes,
  toFloat64(sumIf(missed, isWithin)) AS missedProbes,
  toFloat64(minIf(at, isWithin)) AS firstProbeAt,
  toFloat64(maxIf(at, isWithin)) AS lastProbeAt,
  toFloat64(argMaxIf(planned, at, isWithin)) AS lastInterval,
  groupArrayIf([toFloat64(at), toFloat64(elapsed), toFloat64(missed)], isWithin AND missed > 1) AS outages
FROM (
  SELECT session, at, viewers, sampled, missed, elapsed, planned,
    hasViewers AND started = s_start AS isSample,
    at < s_until AS isWithin
  FROM (
    SELECT concat(platform, '/', platform_user_id) AS channel, toUnixTimestamp64Milli(ts) AS at,
      toUnixTimestamp(stream_started_at) AS started, viewer_count IS NOT NULL AS hasViewers,
      toUInt64(ifNull(viewer_count, 0)) AS viewers, toUInt64(sample_seconds) AS sampled, toUInt64(missed_probes) AS missed,
      elapsed_seconds AS elapsed, interval_seconds AS planned
    FROM kick_streamer_probe
    WHERE ${ofChannels} AND ts >= {from:DateTime64(3)} AND ts < {until:DateTime64(3)}
  ) AS probe
  INNER JOIN (
    SELECT s.1 AS channel, toUInt32(s.2) AS session, s.3 AS s_from, s.4 AS s_until, s.5 AS s_start
    FROM (
      SELECT arrayJoin(arrayZip({channels:Array(String)}, arrayEnumerate({channels:Array(String)}), {froms:Array(Int64)},
        {untils:Array(Int64)}, {starts:Array(UInt32)})) AS s)
  ) AS asked USING (channel)
  WHERE at >= s_from AND at <= s_until
)
GROUP BY session`,
  row: {
    ...numbers('session', 'samples', 'viewerSeconds', 'seconds', 'peak', 'peakAt'),
    ...numbers('probes', 'missedProbes', 'firstProbeAt', 'lastProbeAt', 'lastInterval'),
    outages: list(list(number)),
  },
})

const noSamples: SessionSummary = {
  peakViewers: null,
  peakAt: null,
  averageViewers: null,
  hoursWatched: null,
  samples: 0,
}

const noProbes: ProbeCounts & { interval: number | null } = {
  probes: 0,
  missed: 0,
  firstProbeAt: Number.POSITIVE_INFINITY,
  lastProbeAt: Number.NEGATIVE_INFINITY,
  outages: [],
  interval: null,
}

const largestInt = 2 ** 31 - 1

/** What the probes of a broadcast say: of its viewers, and of how often its channel was probed while it was on. */
export type SessionProbes = { summary: SessionSummary; probes: typeof noProbes }

type Row = RowOf<typeof summaries>

const probesOf = (row: Row): SessionProbes => {
  const { samples, viewerSeconds, seconds, peak, peakAt, probes } = row
  const summary = {
    peakViewers: Math.min(peak, largestInt),
    peakAt: new Date(peakAt),
    averageViewers: viewerSeconds / seconds,
    hoursWatched: viewerSeconds / 3600,
    samples,
  }
  const { missedProbes: missed, firstProbeAt, lastProbeAt, lastInterval: interval } = row
  const outages = row.outages.map(([until = 0, seconds = 0, missed = 0]) => ({ until, seconds, missed }))
  return {
    summary: samples > 0 ? summary : noSamples,
    probes: probes > 0 ? { probes, missed, firstProbeAt, lastProbeAt, interval, outages } : noProbes,
  }
}

export type SummariesOptions = {
  env: string
  now: Date
  /** Where it runs; absent, where its size belongs. */
  pool?: ReadPool
  signal?: AbortSignal | undefined
}

/** The probes of broadcasts in their order, in one query; none of one that can not have been observed by now. Rejects with UNAVAILABLE. */
export const sessionProbes = async (
  store: ClickHouse,
  sessions: readonly SessionKey[],
  { env, now, pool, signal }: SummariesOptions,
): Promise<SessionProbes[]> => {
  const none = { summary: noSamples, probes: noProbes }
  const observed = sessions.flatMap((session) => {
    const span = observedSpan(session, now)
    return span ? [{ session, ...span }] : []
  })
  if (observed.length === 0) return sessions.map(() => none)
  const [from, until] = [Math.min(...observed.map((one) => one.from)), Math.max(...observed.map((one) => one.to)) + 1]
  const { platforms, ids } = numbered(
    observed.map(({ session }) => session),
    channelKey,
  ).parameters
  const rows = await store
    .query(
      summaries,
      {
        platforms,
        ids,
        env,
        from: new Date(from),
        until: new Date(until),
        channels: observed.map(({ session }) => channelKey(session)),
        froms: observed.map((one) => BigInt(one.from)),
        untils: observed.map((one) => BigInt(one.to)),
        starts: observed.map((one) => Math.floor(one.from / 1000)),
      },
      { signal, pool: pool ?? readPoolFor((ids.length * (until - from)) / 60_000) },
    )
    .catch(historyUnavailable())
  const found = new Map(rows.map((row) => [observed[row.session - 1]!.session, probesOf(row)]))
  return sessions.map((session) => found.get(session) ?? none)
}

/** The summaries of broadcasts in their order, in one query. Rejects with UNAVAILABLE. */
export const sessionSummaries = async (
  store: ClickHouse,
  { sessions, ...options }: SummariesOptions & { sessions: readonly SessionKey[] },
): Promise<SessionSummary[]> => (await sessionProbes(store, sessions, options)).map(({ summary }) => summary)
