import { namedQuery } from '../stores/clickhouse/named-query.ts'
import { expressions, tableOf } from '../stores/postgres/model.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import type { Pieces } from './export-task.ts'
import { type PageRow, pagedPieces } from './paged-pieces.ts'

// A page goes to the engine as one parameter, of which a server takes at most 128 KiB.
const pageRows = 1_000

const page = statement(
  'export_follows_page',
  sql`SELECT ${expressions<PageRow>({
    id: 'id',
    at: 'occurred_at',
    row: `json_build_array(id::text, (extract(epoch FROM occurred_at) * 1000)::bigint, follower_platform_user_id, provenance)::text`,
  })}
   FROM ${tableOf('KickFollowEvent')}
   WHERE channel_id = $1 AND occurred_at < $3 AND (occurred_at, id) > ($2, $4::bigint) ORDER BY occurred_at, id LIMIT $5`,
)

const rowsWith = <Follower extends string>(name: string, follower: Follower) =>
  namedQuery({
    name,
    pool: 'heavy',
    sql: `SELECT {channel_id:UInt64} AS channel_id, r.1 AS follow_id, fromUnixTimestamp64Milli(r.2, 'UTC') AS occurred_at${follower},
      {platform:String} AS platform, {channel_user_id:String} AS channel_user_id, r.4 AS provenance
    FROM (SELECT arrayJoin(JSONExtract({rows:String}, 'Array(Tuple(UInt64, Int64, Nullable(String), Nullable(String)))')) AS r)
    ORDER BY r.2, r.1` as const,
    row: {},
  })

const piecesForAll = pagedPieces(page, rowsWith('export_follows', ''), pageRows)
const piecesForOperators = pagedPieces(
  page,
  rowsWith('export_follows_for_operators', ', r.3 AS follower_platform_user_id'),
  pageRows,
)

/** Every follow that was delivered, in the order of time; who followed is for operators. */
export const followPieces: Pieces = (stores, order, signal) =>
  (order.forOperator ? piecesForOperators : piecesForAll)(stores, order, signal)
