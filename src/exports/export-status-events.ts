import { namedQuery } from '../stores/clickhouse/named-query.ts'
import { expressions, tableOf } from '../stores/postgres/model.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import { type PageRow, pagedPieces } from './paged-pieces.ts'

// A page goes to the engine as one parameter, of which a server takes at most 128 KiB.
const pageRows = 300

const page = statement(
  'export_status_events_page',
  sql`SELECT ${expressions<PageRow>({
    id: 'id',
    at: 'event_timestamp',
    row: `json_build_array(id::text, event_type, previous_status, new_status, source,
      (extract(epoch FROM event_timestamp) * 1000)::bigint, (extract(epoch FROM received_timestamp) * 1000)::bigint,
      (extract(epoch FROM processed_timestamp) * 1000)::bigint, (extract(epoch FROM session_started_at) * 1000)::bigint,
      platform_event_id)::text`,
  })}
   FROM ${tableOf('StatusEvent')}
   WHERE channel_id = $1 AND event_timestamp < $3 AND (event_timestamp, id) > ($2, $4::bigint) ORDER BY event_timestamp, id LIMIT $5`,
)

const rows = namedQuery({
  name: 'export_status_events',
  pool: 'heavy',
  sql: `SELECT {channel_id:UInt64} AS channel_id, r.1 AS event_id, r.2 AS type, r.3 AS previous_status, r.4 AS new_status,
      r.5 AS source, fromUnixTimestamp64Milli(r.6, 'UTC') AS occurred_at, fromUnixTimestamp64Milli(r.7, 'UTC') AS received_at,
      fromUnixTimestamp64Milli(r.8, 'UTC') AS processed_at, fromUnixTimestamp64Milli(r.9, 'UTC') AS session_started_at,
      r.10 AS platform_event_id, {platform:String} AS platform, {channel_user_id:String} AS channel_user_id
    FROM (SELECT arrayJoin(JSONExtract({rows:String}, 'Array(Tuple(UInt64, String, String, String, String, Int64, Int64, Int64,
      Nullable(Int64), Nullable(String)))')) AS r)
    ORDER BY r.6, r.1`,
  row: {},
})

/** Every event of the journal that happened in the range, in the order of time. */
export const statusEventPieces = pagedPieces(page, rows, pageRows)
