import { namedQuery } from '../stores/clickhouse/named-query.ts'
import { expressions, tableOf } from '../stores/postgres/model.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import { type PageRow, pagedPieces } from './paged-pieces.ts'

// A page goes to the engine as one parameter, of which a server takes at most 128 KiB.
const pageRows = 1_000

const page = statement(
  'export_follows_page',
  sql`SELECT ${expressions<PageRow>({
    id: 'id',
    at: 'occurred_at',
    row: `json_build_array(id::text, (extract(epoch FROM occurred_at) * 1000)::bigint, follower_platform_user_id)::text`,
  })}
   FROM ${tableOf('KickFollowEvent')}
   WHERE channel_id = $1 AND occurred_at < $3 AND (occurred_at, id) > ($2, $4::bigint) ORDER BY occurred_at, id LIMIT $5`,
)

const rows = namedQuery({
  name: 'export_follows',
  pool: 'heavy',
  sql: `SELECT {channel_id:UInt64} AS channel_id, r.1 AS follow_id, fromUnixTimestamp64Milli(r.2, 'UTC') AS occurred_at,
      r.3 AS follower_platform_user_id
    FROM (SELECT arrayJoin(JSONExtract({rows:String}, 'Array(Tuple(UInt64, Int64, Nullable(String)))')) AS r)
    ORDER BY r.2, r.1`,
  row: {},
})

/** Every follow that was delivered, in the order of time. */
export const followPieces = pagedPieces(page, rows, pageRows)
