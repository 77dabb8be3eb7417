import { instant, number } from '../stores/clickhouse/columns.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import type { Pieces } from './export-task.ts'
import { exportWindows, pieceRows } from './export-windows.ts'
import { renderRows } from './render-rows.ts'

const asked = `env = {env:String} AND platform = {platform:String} AND platform_user_id = {id:String}
  AND ts >= {from:DateTime64(3)} AND ts < {to:DateTime64(3)}` as const

const cut = namedQuery({
  name: 'export_viewers_cut',
  pool: 'heavy',
  sql: `SELECT toUInt32(count()) AS rows, toFloat64(toUnixTimestamp64Milli(max(ts))) AS last
    FROM (SELECT ts FROM kick_streamer_probe WHERE ${asked} ORDER BY ts LIMIT {limit:UInt32} WITH TIES)`,
  row: { rows: number, last: instant },
})

// Only equal rows tie in the order, so the same rows give the same bytes.
const rowsWith = <Interval extends string>(name: string, interval: Interval) =>
  namedQuery({
    name,
    pool: 'heavy',
    sql: `SELECT {channel_id:UInt64} AS channel_id, p.ts AS observed_at, p.is_live AS is_live,
      if(p.is_live AND p.stream_started_at > toDateTime(0, 'UTC'), toDateTime64(p.stream_started_at, 3, 'UTC'), NULL) AS stream_started_at,
      p.viewer_count AS viewer_count, p.follower_count AS follower_count, p.subscriber_count AS subscriber_count,
      p.elapsed_seconds AS elapsed_seconds, ${interval}p.sample_seconds AS sample_seconds,
      nullIf(p.title, '') AS title, nullIf(CAST(p.category, 'String'), '') AS category,
      nullIf(CAST(p.language, 'String'), '') AS language, p.is_mature AS is_mature, {platform:String} AS platform,
      {id:String} AS channel_user_id, nullIf(CAST(p.provenance, 'String'), '') AS provenance
    FROM kick_streamer_probe AS p WHERE ${asked}
    ORDER BY p.ts, p.is_live, p.stream_started_at, p.viewer_count, p.follower_count, p.subscriber_count, p.elapsed_seconds,
      p.interval_seconds, p.title, p.category, p.language, p.is_mature, p.provenance` as const,
    row: {},
  })

const rowsForAll = rowsWith('export_viewers', '')
const rowsForOperators = rowsWith('export_viewers_for_operators', 'p.interval_seconds AS interval_seconds, ')

/** Every probe of the channel, in the order of time. */
export const viewerPieces: Pieces = async function* (
  { clickHouse, env },
  { channel, range, format, forOperator },
  signal,
) {
  const rows = forOperator ? rowsForOperators : rowsForAll
  const of = { env, platform: channel.platform, id: channel.platformUserId }
  const windows = exportWindows(
    range,
    1,
    pieceRows,
    async (rest, limit) => (await clickHouse.query(cut, { ...of, ...rest, limit }, { signal }))[0]!,
  )
  for await (const window of windows)
    yield renderRows(clickHouse, rows, { ...of, ...window, channel_id: channel.id }, format, signal)
}
