import type { Log } from '../lib/log.ts'
import type { Platform, PlatformName } from '../platforms/platform.ts'
import { bigint, number, text } from '../stores/clickhouse/columns.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import type { ImportKind } from './kinds.ts'
import type { Mapping } from './mapping.ts'
import type { Staging } from './staging-sql.ts'

/** What an import works with. */
export type ImportContext = {
  kind: ImportKind
  env: string
  db: Postgres
  clickHouse: ClickHouse
  staging: Staging
  mapping: Mapping
  /** Which of our columns the files have. */
  has: (field: string) => boolean
  isDryRun: boolean
  platforms: ReadonlyMap<PlatformName, Platform>
  log: Log
  signal: AbortSignal
}

/**
 * A batch is stored as one block, however large its rows are. Of two blocks a kill could leave the first; what is left of the batch would be the
 * first block of the repetition then, and be dropped as known by its token.
 */
export const asOneBlock = 'min_insert_block_size_rows = 10000000, min_insert_block_size_bytes = 0'

/** Whether the tables have all rows that were read: they may be gone, or lie on another node of a cluster. */
export const hasAllRows = async (
  { clickHouse, staging }: Pick<ImportContext, 'clickHouse' | 'staging'>,
  { parts, rows }: { parts: number; rows: number },
): Promise<boolean> => {
  const counted = namedQuery({
    name: 'import_rows_of_parts',
    pool: 'heavy',
    sql: `SELECT toFloat64((SELECT count() FROM ${staging.rows} WHERE part <= {parts:UInt32})
      + (SELECT count() FROM ${staging.places} WHERE part <= {parts:UInt32} AND reason != '')) AS rows` as `${string}{parts:UInt32}`,
    row: { rows: number },
  })
  return (await clickHouse.query(counted, { parts }))[0]!.rows === rows
}

/** Why a row that could be read is not stored. */
export type Verdict = { part: number; row: number; reason: string }

/** Rows of the staging that are about channels; the channel of a row is `c`. */
export const ownRows = ({ staging }: Pick<ImportContext, 'staging'>): string =>
  `${staging.rows} AS r INNER JOIN (SELECT * FROM ${staging.channels} WHERE reason = '') AS c ON c.ref = r.ref`

/** A group of rows that lie together. */
export type Group = {
  bucket: number
  channel: bigint
  platform: string
  account: string
  rows: number
  from: number
  to: number
  refs: string[]
}

/** The rows of each channel in each bucket, in the order in which they are stored. */
export const groupsOfChannels = (context: ImportContext): Promise<(Omit<Group, 'refs'> & { refs: string })[]> =>
  context.clickHouse.query(
    namedQuery({
      name: 'import_groups',
      pool: 'heavy',
      sql: `SELECT r.bucket AS bucket, c.channel_id AS channel, c.platform AS platform, c.account AS account, toFloat64(count()) AS rows,
        toFloat64(toUnixTimestamp(min(r.at))) AS \`from\`, toFloat64(toUnixTimestamp(max(r.at))) AS \`to\`,
        toJSONString(groupUniqArray(toString(r.ref))) AS refs
      FROM ${ownRows(context)} WHERE r.problem = '' GROUP BY bucket, channel, platform, account ORDER BY bucket, platform, account`,
      row: {
        bucket: number,
        channel: bigint,
        platform: text,
        account: text,
        rows: number,
        from: number,
        to: number,
        refs: text,
      },
    }),
    {},
  )

/** Names what was decided of rows. A row that is named twice counts once. */
export const storeVerdicts = async (
  { clickHouse, staging }: Pick<ImportContext, 'clickHouse' | 'staging'>,
  batch: number,
  verdicts: readonly Verdict[],
  token: string,
): Promise<void> => {
  if (verdicts.length === 0) return
  const body = Buffer.from(
    verdicts.map(({ part, row, reason }) => JSON.stringify([batch, part, row, reason])).join('\n'),
  )
  const columns = ['batch', 'part', 'row', 'reason']
  await clickHouse.insertBatch({
    table: staging.verdicts,
    columns,
    format: 'JSONCompactEachRow',
    body,
    token,
    rows: verdicts.length,
  })
}
