import { template } from '../../stores/clickhouse/parameters.ts'
import { seenTwice, type TakeOverNote } from './legacy-tables.ts'

/** Where rows come from and where they go: the table of before, and the one with our columns. */
export type Route = { from: string; to: string }

/** A part of some days of UTC: the channels whose hash leaves `part` when it is divided by `parts`. Instants are seconds since 1970. */
export type Chunk = { from: number; until: number; part: number; parts: number }

/** 30 days, in seconds. */
export const secondsOfMonth = 30 * 86_400

/** Tables of a run; they are in memory and empty after a restart. */
export const told = 'adoption_told'
export const settled = 'adoption_settled'
export const late = 'adoption_late'

const channel = 'tier, platform, platform_user_id'

const inChunk = `ts >= toDateTime({from:UInt32}, 'UTC') AND ts < toDateTime({until:UInt32}, 'UTC')
    AND cityHash64(platform, platform_user_id) % {parts:UInt32} = {part:UInt32}`

/** SQL: the seconds before a probe that it stands for. */
const stands =
  'greatest(1, if(elapsed_seconds = 0, interval_seconds, least(elapsed_seconds, intDiv(interval_seconds * 5, 2))))'

/** SQL: rows that old writers wrote and nobody has settled yet. This program never plans an interval of 0. */
export const rawProbes = 'interval_seconds = 0'

/** SQL: a hash of what a row of before told, from a row of ours. */
export const settledHash = `cityHash64(env, platform, platform_user_id, toUInt32(toUnixTimestamp(ts)), toUInt32(toUnixTimestamp(stream_started_at)),
  toUInt32(ifNull(viewer_count, 0)), toUInt32(ifNull(follower_count, 0)))`

const tierOf = ({ envs }: Pick<TakeOverNote, 'envs'>): string =>
  Object.keys(envs).length === 0
    ? 'toString(env)'
    : 'transform(toString(env), {envs:Array(String)}, {tiers:Array(String)}, toString(env))'

/** SQL: what the table of before tells of a chunk, one row for each channel and second. Of several, the one with most viewers counts. */
export const toldRows = (route: Route, note: Pick<TakeOverNote, 'envs'>, chunk: Chunk): string =>
  template(`SELECT tier, platform, platform_user_id, at, tupleElement(seen, 1) AS viewers, tupleElement(seen, 2) AS started,
    tupleElement(seen, 3) AS counted, followers, copies
  FROM (
    SELECT ${tierOf(note)} AS tier, toString(platform) AS platform, platform_user_id, toUInt32(toUnixTimestamp(ts)) AS at,
      max((toUInt32(ifNull(viewer_count, 0)), toUInt32(ifNull(toUnixTimestamp(stream_started_at), 0)), viewer_count IS NOT NULL)) AS seen,
      toUInt32(max(ifNull(follower_count, 0))) AS followers, toUInt32(count()) AS copies
    FROM ${route.from} WHERE ${inChunk} GROUP BY ALL)`).render({
    ...chunk,
    envs: Object.keys(note.envs),
    tiers: Object.values(note.envs),
  })

/** SQL: the same as a hash of each row. */
export const toldHash = 'cityHash64(tier, platform, platform_user_id, at, started, viewers, followers)'

const known = ({ to }: Route) => `SELECT toString(env) AS tier, toString(platform) AS platform, platform_user_id,
      toUInt32(toUnixTimestamp(ts)) AS at, provenance != 'legacy' AS observed, toUInt32(${stands}) AS stands
    FROM ${to}
    WHERE ts >= toDateTime({from:UInt32}, 'UTC') AND ts < toDateTime({until:UInt32} + 21600, 'UTC') AND NOT (${rawProbes})
      AND cityHash64(platform, platform_user_id) % {parts:UInt32} = {part:UInt32}`

/**
 * SQL: rows of ours for what `told` holds and neither our table nor the list of those seen twice has. The distance to the row before is
 * measured from any row of the channel, whoever wrote it, so that no second is counted twice. The interval is the usual distance of the
 * channel on that day, live and not live apart; a minute where one row alone tells nothing. `covered` are those that lie in the time that a
 * probe of this program stands for.
 */
export const settledRows = (route: Route, chunk: Chunk): string =>
  template(`WITH
  known AS (${known(route)}),
  before AS (
    SELECT toString(env) AS tier, toString(platform) AS platform, platform_user_id, toUInt32(toUnixTimestamp(max(ts))) AS last
    FROM ${route.to} WHERE toStartOfDay(ts) < toDateTime({from:UInt32}, 'UTC') GROUP BY env, platform, platform_user_id),
  usual AS (
    SELECT ${channel}, live, day, quantileExactLow(0.5)(distance) AS seconds
    FROM (
      SELECT ${channel}, started > 0 OR viewers > 0 AS live, intDiv(at, 86400) AS day, at - lagInFrame(at) OVER (PARTITION BY ${channel} ORDER BY at) AS distance,
        row_number() OVER (PARTITION BY ${channel} ORDER BY at) AS number
      FROM ${told})
    WHERE number > 1 GROUP BY ${channel}, live, day),
  placed AS (
    SELECT *, lagInFrame(at) OVER row AS previous
    FROM (
      SELECT ${channel}, at, viewers, started, counted, followers, 1 AS mine FROM ${told}
      UNION ALL
      SELECT ${channel}, at, 0, 0, 0, 0, 0 FROM known WHERE at < {until:UInt32})
    WINDOW row AS (PARTITION BY ${channel} ORDER BY at, mine ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW))
SELECT p.tier AS env, p.platform AS platform, p.platform_user_id AS platform_user_id, toDateTime64(p.at, 3, 'UTC') AS ts,
  p.started > 0 OR p.viewers > 0 AS is_live, toDateTime(p.started, 'UTC') AS stream_started_at,
  if(is_live AND p.counted, toNullable(p.viewers), NULL) AS viewer_count, nullIf(p.followers, 0) AS follower_count,
  greatest(p.previous, b.last) AS preceding,
  toUInt32(if(preceding = 0, 0, p.at - preceding)) AS elapsed_seconds,
  toUInt16(if(u.seconds = 0, 60, least(u.seconds, 65535))) AS interval_seconds,
  'legacy' AS provenance,
  o.at > 0 AND o.at - o.stands < p.at AS covered
FROM (SELECT * FROM placed WHERE mine = 1) AS p
ASOF LEFT JOIN (SELECT * FROM known WHERE observed) AS o
  ON p.tier = o.tier AND p.platform = o.platform AND p.platform_user_id = o.platform_user_id AND p.at <= o.at
LEFT JOIN before AS b ON p.tier = b.tier AND p.platform = b.platform AND p.platform_user_id = b.platform_user_id
LEFT JOIN usual AS u ON p.tier = u.tier AND p.platform = u.platform AND p.platform_user_id = u.platform_user_id
  AND (p.started > 0 OR p.viewers > 0) = u.live AND intDiv(p.at, 86400) = u.day
WHERE (p.tier, p.platform, p.platform_user_id, p.at) NOT IN (SELECT tier, platform, platform_user_id, at FROM known WHERE NOT observed)
  AND (p.tier, p.platform, p.platform_user_id, p.at) NOT IN (
    SELECT env, platform, platform_user_id, toUInt32(toUnixTimestamp(ts)) FROM ${seenTwice} WHERE ${inChunk})`).render(
    chunk,
  )

/** SQL: the channels of which a brought row lies in the time of a probe of this program that came later than it. `first` is before all. */
export const coveredChannels = (route: Route, chunk: Chunk): string =>
  template(`SELECT DISTINCT p.tier AS env, p.platform AS platform, p.platform_user_id AS platform_user_id, toDateTime64(0, 3, 'UTC') AS first
  FROM (SELECT * FROM (${known(route)}) WHERE NOT observed AND at < {until:UInt32}) AS p
  ASOF INNER JOIN (SELECT * FROM (${known(route)}) WHERE observed) AS o
    ON p.tier = o.tier AND p.platform = o.platform AND p.platform_user_id = o.platform_user_id AND p.at <= o.at
  WHERE o.at - o.stands < p.at`).render(chunk)

/** SQL: makes the list of rows that were seen twice. */
export const createSeenTwice = `CREATE TABLE IF NOT EXISTS ${seenTwice} (env String, platform String, platform_user_id String, ts DateTime64(3, 'UTC'),
  stream_started_at DateTime('UTC'), viewer_count Nullable(UInt32), follower_count Nullable(UInt32))
  ENGINE = MergeTree ORDER BY (ts, env, platform, platform_user_id) SETTINGS non_replicated_deduplication_window = 10000
  COMMENT 'Probes of a system from before in the time that a probe of this program stands for. They count nowhere'`

/** The columns that a settled row has. */
export const settledColumns =
  'env, platform, platform_user_id, ts, is_live, stream_started_at, viewer_count, follower_count, elapsed_seconds, interval_seconds, provenance'

/** SQL: the columns of a row that was seen twice. */
export const twiceColumns = 'env, platform, platform_user_id, ts, stream_started_at, viewer_count, follower_count'

/** SQL: the instants of a chunk as a condition. */
export const chunkCondition = (chunk: Chunk): string => template(inChunk).render(chunk)
