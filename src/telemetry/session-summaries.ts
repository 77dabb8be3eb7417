import { earliestMs } from '../platforms/instant-bounds.ts'
import { nullable, number } from '../stores/clickhouse/columns.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import { type ChannelKey, channelKey, numbered, ofChannels } from './channel-key.ts'
import { historyUnavailable, readPoolFor } from './history-unavailable.ts'

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

/** The sums of the probes of a broadcast; null when none of them has a viewer count. */
export type SessionSummary = {
  peakViewers: number | null
  /** Weighted with the time that each sample stands for. */
  averageViewers: number | null
  hoursWatched: number | null
  samples: number
}

const summaries = namedQuery({
  name: 'session_summaries',
  sql: `
SELECT transform(concat(platform, '/', platform_user_id, '/', toString(toUnixTimestamp(stream_started_at))),
    {keys:Array(String)}, arrayEnumerate({keys:Array(String)}), 0) AS session,
  max(viewer_count) AS peak,
  toFloat64(sum(toUInt64(ifNull(viewer_count, 0)) * sample_seconds)) AS viewerSeconds,
  toFloat64(sum(toUInt64(sample_seconds))) AS seconds,
  toUInt32(count(viewer_count)) AS samples
FROM kick_streamer_probe
WHERE ${ofChannels} AND ts >= {from:DateTime64(3)} AND ts < {until:DateTime64(3)}
  AND toUnixTimestamp(stream_started_at) IN {starts:Array(UInt32)}
  AND toUnixTimestamp64Milli(ts) < {ends:Array(Int64)}[session]
GROUP BY session`,
  row: { session: number, peak: nullable(number), viewerSeconds: number, seconds: number, samples: number },
})

const none: SessionSummary = { peakViewers: null, averageViewers: null, hoursWatched: null, samples: 0 }

const largestInt = 2 ** 31 - 1

const startSeconds = ({ startedAt }: SessionKey): number => Math.floor(startedAt.getTime() / 1000)

/** The summaries of broadcasts in their order, in one query; empty for one that can not have been observed by now. Rejects with UNAVAILABLE. */
export const sessionSummaries = async (
  store: ClickHouse,
  options: { env: string; sessions: readonly SessionKey[]; now: Date; signal?: AbortSignal | undefined },
): Promise<SessionSummary[]> => {
  const { env, sessions, now, signal } = options
  const spans = new Map(sessions.map((session) => [session, observedSpan(session, now)]))
  const observed = sessions.filter((session) => spans.get(session))
  if (observed.length === 0) return sessions.map(() => none)
  const { parameters, groups } = numbered(observed, (session) => `${channelKey(session)}/${startSeconds(session)}`)
  const from = Math.min(...observed.map((session) => spans.get(session)!.from))
  // Probes after the end do not count, although a platform may still list the broadcast.
  const ends = groups.slice(1).map((same) => Math.max(...same.map((session) => spans.get(session)!.to + 1)))
  const until = Math.max(...ends)
  const rows = await store
    .query(
      summaries,
      {
        ...parameters,
        env,
        from: new Date(from),
        until: new Date(until),
        ends: ends.map(BigInt),
        starts: [...new Set(observed.map(startSeconds))],
      },
      { signal, pool: readPoolFor((parameters.ids.length * (until - from)) / 60_000) },
    )
    .catch(historyUnavailable())
  const found = new Map<SessionKey, SessionSummary>()
  for (const { session, peak, viewerSeconds, seconds, samples } of rows) {
    if (peak === null) continue
    const summary = {
      peakViewers: Math.min(peak, largestInt),
      averageViewers: viewerSeconds / seconds,
      hoursWatched: viewerSeconds / 3600,
      samples,
    }
    for (const same of groups[session] ?? []) found.set(same, summary)
  }
  return sessions.map((session) => found.get(session) ?? none)
}
