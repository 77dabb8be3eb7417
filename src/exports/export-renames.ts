import { namedQuery } from '../stores/clickhouse/named-query.ts'
import { expressions, tableOf } from '../stores/postgres/model.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import type { ExportedChannel, Pieces } from './export-task.ts'
import { type PageRow, pagesOf } from './paged-pieces.ts'
import { renderRows } from './render-rows.ts'

// A page goes to the engine as one parameter, of which a server takes at most 128 KiB.
const pageRows = 300

const part = (at: string) => `h.${at} < $2 AND (h.${at}, h.channel_id) > ($1, $3::bigint)
     AND ($4::bigint IS NULL OR h.channel_id = $4) AND ($5::text IS NULL OR c.platform = $5)
     ORDER BY h.${at}, h.channel_id LIMIT $6`

// The same renames as src/channels/renames.ts lists, the oldest first.
const page = statement(
  'export_renames_page',
  sql`SELECT ${expressions<PageRow>({
    id: 'channel_id',
    at: 'at',
    row: `json_build_array(channel_id::text, platform, platform_user_id, "from", "to", (extract(epoch FROM at) * 1000)::bigint)::text`,
  })} FROM (
     (SELECT h.channel_id, h.observed_until AS at, h.slug AS "from", next.slug AS "to", c.platform, c.platform_user_id
     FROM ${tableOf('SlugPeriod')} h JOIN ${tableOf('Channel')} c ON c.id = h.channel_id
     LEFT JOIN ${tableOf('SlugPeriod')} next ON next.channel_id = h.channel_id AND next.observed_from = h.observed_until
     WHERE ${part('observed_until')})
     UNION ALL
     (SELECT h.channel_id, h.observed_from, NULL, h.slug, c.platform, c.platform_user_id
     FROM ${tableOf('SlugPeriod')} h JOIN ${tableOf('Channel')} c ON c.id = h.channel_id
     WHERE h.regained AND ${part('observed_from')})) r
   ORDER BY at, channel_id LIMIT $6`,
)

const rows = namedQuery({
  name: 'export_renames',
  pool: 'heavy',
  sql: `SELECT r.1 AS channel_id, r.2 AS platform, r.3 AS platform_user_id, r.4 AS from_slug, r.5 AS to_slug,
      fromUnixTimestamp64Milli(r.6, 'UTC') AS observed_at
    FROM (SELECT arrayJoin(JSONExtract({rows:String}, 'Array(Tuple(UInt64, String, String, Nullable(String), Nullable(String),
      Int64))')) AS r)
    ORDER BY r.6, r.1`,
  row: {},
})

/** Every rename that was noticed in the range, in the order of time; without a channel those of all, or of all of a platform. */
export const renamePieces: Pieces<ExportedChannel | null> = async function* (
  { db, clickHouse },
  { channel, platform = null, range, format },
  signal,
) {
  const read = ({ at, id }: { at: Date; id: bigint }, limit: number) =>
    db.query(page, [at, range.to, id, channel?.id ?? null, platform, limit])
  for await (const json of pagesOf(range.from, pageRows, read, signal))
    yield renderRows(clickHouse, rows, { rows: json }, format, signal)
}
