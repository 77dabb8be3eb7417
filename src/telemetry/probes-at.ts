import { earliestMs } from '../platforms/instant-bounds.ts'
import { nullable, number, numbers } from '../stores/clickhouse/columns.ts'
import { namedQuery, type RowOf } from '../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import { channelKey, numbered, ofChannels } from './channel-key.ts'
import { historyUnavailable, readPoolFor } from './history-unavailable.ts'
import { intervalMs, lookAhead, outageIntervals } from './outages.ts'
import type { ProbedChannel } from './series.ts'

/** Asks for the probes around an instant: what was true then, or which total was told last. */
export type ProbeAsk = { channel: ProbedChannel; at: Date; wanted: 'look' | 'followers' }

/** A probe of a channel that still stood for the instant that was asked for. */
type Look = {
  at: Date
  /** The start of the broadcast that it saw, in whole seconds; null where it saw none. */
  startedAt: Date | null
  /** Null when it saw no broadcast, and where the platform hides viewers. */
  viewers: number | null
}

/** What was found for one `ProbeAsk`. */
export type ProbeAnswer = { look: Look | null; followers: number | null }

const dayMs = 86_400_000

/** How far back a total is searched. Platforms are asked for totals at least so often. */
const totalDays = 31

// Days and not one stretch of time, because the instants of an operation can be years apart. The order key serves them. Of days that
// are searched for totals, only the rows with one are read further.
const probesAround = namedQuery({
  name: 'probes_at',
  sql: `
SELECT ask,
  toFloat64(maxIf(ms, isBefore)) AS seenAt,
  toFloat64(argMaxIf(started, ms, isBefore)) AS startedAt,
  argMaxIf(tuple(viewer_count), ms, isBefore).1 AS viewers,
  toFloat64(argMaxIf(interval_seconds, ms, isBefore)) AS planned,
  toFloat64(minIf(ms, NOT isBefore)) AS nextAt,
  toFloat64(argMinIf(elapsed_seconds, ms, NOT isBefore)) AS nextElapsed,
  toFloat64(argMinIf(interval_seconds, ms, NOT isBefore)) AS nextPlanned,
  argMaxIf(follower_count, ms, isBefore AND follower_count IS NOT NULL) AS followers
FROM (
  SELECT ask, ms, ms <= a_at AS isBefore, started, viewer_count, follower_count, elapsed_seconds, interval_seconds
  FROM (
    SELECT concat(platform, '/', platform_user_id) AS channel, toUnixTimestamp64Milli(ts) AS ms,
      toUnixTimestamp(stream_started_at) AS started, viewer_count, follower_count, elapsed_seconds, interval_seconds
    FROM kick_streamer_probe
    WHERE ${ofChannels} AND toDate(ts) IN {days:Array(String)}
      AND (follower_count IS NOT NULL OR toDate(ts) IN {look_days:Array(String)})
  ) AS probe
  INNER JOIN (
    SELECT a.1 AS channel, toUInt32(a.2) AS ask, a.3 AS a_from, a.4 AS a_at, a.5 AS a_until
    FROM (
      SELECT arrayJoin(arrayZip({channels:Array(String)}, arrayEnumerate({channels:Array(String)}), {froms:Array(Int64)},
        {ats:Array(Int64)}, {untils:Array(Int64)})) AS a)
  ) AS asked USING (channel)
  WHERE ms >= a_from AND ms <= a_until
)
GROUP BY ask`,
  row: {
    ...numbers('ask', 'seenAt', 'startedAt', 'planned', 'nextAt', 'nextElapsed', 'nextPlanned'),
    viewers: nullable(number),
    followers: nullable(number),
  },
})

type Row = RowOf<typeof probesAround>

/** Whether a look still stands: like every sample for two and a half intervals. The next probe says how long they were planned to be. */
const stands = ({ seenAt, planned, ...next }: Row, { channel, at }: ProbeAsk): boolean => {
  // A probe whose gap begins later follows others, which are lost or on their way.
  const isNext = next.nextAt > 0 && next.nextAt - next.nextElapsed * 1000 <= at.getTime()
  const interval = isNext ? next.nextPlanned * 1000 : Math.max(intervalMs(channel), planned * 1000)
  return at.getTime() - seenAt < outageIntervals * interval
}

// The largest Int of GraphQL.
const largestInt = 2 ** 31 - 1

const toInt = (count: number | null): number | null => (count === null ? null : Math.min(count, largestInt))

const answerOf = (row: Row, ask: ProbeAsk): ProbeAnswer => {
  const { seenAt, startedAt, viewers, followers } = row
  const began = startedAt > 0 ? new Date(startedAt * 1000) : null
  const look = { at: new Date(seenAt), startedAt: began, viewers: toInt(viewers) }
  return { look: seenAt > 0 && stands(row, ask) ? look : null, followers: toInt(followers) }
}

const spanOf = ({ channel, at, wanted }: ProbeAsk): { from: number; until: number } => {
  const around = lookAhead(at.getTime(), [channel]).getTime() - at.getTime()
  return wanted === 'look'
    ? { from: at.getTime() - around, until: at.getTime() + around }
    : { from: at.getTime() - totalDays * dayMs, until: at.getTime() }
}

const daysOf = ({ from, until }: { from: number; until: number }): string[] => {
  const first = Math.floor(from / dayMs)
  return Array.from({ length: Math.floor(until / dayMs) - first + 1 }, (_, day) =>
    new Date((first + day) * dayMs).toISOString().slice(0, 10),
  )
}

const nothing: ProbeAnswer = { look: null, followers: null }

/** What the probes say for each of these asks, in their order and in one query. Rejects with UNAVAILABLE. */
export const probesAt = async (
  store: ClickHouse,
  env: string,
  asks: readonly ProbeAsk[],
  signal?: AbortSignal,
): Promise<ProbeAnswer[]> => {
  // Before all streaming there are no probes, nor days that the column can hold.
  const possible = asks.filter(({ at }) => at.getTime() > earliestMs + totalDays * dayMs)
  if (possible.length === 0) return asks.map(() => nothing)
  const spans = possible.map(spanOf)
  const days = [...new Set(spans.flatMap(daysOf))]
  const looks = spans.filter((_, index) => possible[index]!.wanted === 'look')
  const channels = possible.map(({ channel }) => channel)
  const { platforms, ids } = numbered(channels, channelKey).parameters
  const parameters = {
    env,
    platforms,
    ids,
    days,
    look_days: [...new Set(looks.flatMap(daysOf))],
    channels: channels.map(channelKey),
    froms: spans.map(({ from }) => BigInt(from)),
    ats: possible.map(({ at }) => BigInt(at.getTime())),
    untils: spans.map(({ until }) => BigInt(until)),
  }
  const pool = readPoolFor((ids.length * days.length * dayMs) / 60_000)
  const rows = await store.query(probesAround, parameters, { signal, pool }).catch(historyUnavailable())
  const found = new Map(rows.map((row) => [possible[row.ask - 1]!, row]))
  return asks.map((ask) => {
    const row = found.get(ask)
    return row ? answerOf(row, ask) : nothing
  })
}
