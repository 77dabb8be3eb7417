import { namedQuery } from '../stores/clickhouse/named-query.ts'
import { expressions, tableOf } from '../stores/postgres/model.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import { type PageRow, pagedPieces } from './paged-pieces.ts'

// A page goes to the engine as one parameter, of which a server takes at most 128 KiB.
const pageRows = 100

const page = statement(
  'export_sessions_page',
  sql`SELECT ${expressions<PageRow>({
    id: 'id',
    at: 'started_at',
    row: `json_build_array(id::text, (extract(epoch FROM started_at) * 1000)::bigint,
      (extract(epoch FROM ended_at) * 1000)::bigint, end_source, platform_stream_id, title, category, language,
      peak_viewers, (extract(epoch FROM peak_at) * 1000)::bigint, average_viewers, hours_watched, coverage, messages, chatters,
      follows, is_mature, start_source, samples, provenance)::text`,
  })}
   FROM ${tableOf('StreamSession')}
   WHERE channel_id = $1 AND started_at < $3 AND (started_at, id) > ($2, $4::bigint) ORDER BY started_at, id LIMIT $5`,
)

const rows = namedQuery({
  name: 'export_sessions',
  pool: 'heavy',
  sql: `SELECT {channel_id:UInt64} AS channel_id, r.1 AS session_id, fromUnixTimestamp64Milli(r.2, 'UTC') AS started_at,
      fromUnixTimestamp64Milli(r.3, 'UTC') AS ended_at, r.4 AS end_source, r.5 AS platform_stream_id, r.6 AS title,
      r.7 AS category, r.8 AS language, r.9 AS peak_viewers, fromUnixTimestamp64Milli(r.10, 'UTC') AS peak_at,
      r.11 AS average_viewers, r.12 AS hours_watched, r.13 AS coverage, r.14 AS messages, r.15 AS chatters, r.16 AS follows,
      r.17 AS is_mature, r.18 AS start_source, r.19 AS samples, {platform:String} AS platform,
      {channel_user_id:String} AS channel_user_id, r.20 AS provenance
    FROM (SELECT arrayJoin(JSONExtract({rows:String}, 'Array(Tuple(UInt64, Int64, Nullable(Int64), Nullable(String),
      Nullable(String), Nullable(String), Nullable(String), Nullable(String), Nullable(UInt32), Nullable(Int64),
      Nullable(Float64), Nullable(Float64), Nullable(Float64), Nullable(UInt32), Nullable(UInt32), Nullable(UInt32),
      Nullable(Bool), Nullable(String), Nullable(UInt32), Nullable(String)))')) AS r)
    ORDER BY r.2, r.1`,
  row: {},
})

/** Every session that began in the range, in the order of their starts. */
export const sessionPieces = pagedPieces(page, rows, pageRows)
