import type { ChannelIdentity } from '../channels/channel-lookup.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import type { TimeRange } from '../telemetry/buckets.ts'
import type { ExportFormat } from './export-format.ts'

/** The stores that an export reads. */
export type ExportStores = { db: Postgres; clickHouse: ClickHouse; env: string }

/** What to export of a channel. */
export type ExportTask = {
  channel: Pick<ChannelIdentity, 'id' | 'platform' | 'platformUserId'>
  /** Half open. */
  range: TimeRange
  format: ExportFormat
}

/**
 * Yields whole documents of the format that together hold every row of the order once; at least one, which may have no rows.
 * Each is small and comes from a statement of its own, so that a slow reader never holds up a store.
 */
export type Pieces = (stores: ExportStores, order: ExportTask, signal: AbortSignal) => AsyncGenerator<Buffer>
