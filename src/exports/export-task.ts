import type { ChannelIdentity } from '../channels/channel-lookup.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import type { TimeRange } from '../telemetry/buckets.ts'
import type { ExportFormat } from './export-format.ts'

/** What an export reads from. */
export type ExportStores = { db: Postgres; clickHouse: ClickHouse; env: string }

/** What is to be exported of a channel. */
export type ExportTask = {
  channel: Pick<ChannelIdentity, 'id' | 'platform' | 'platformUserId'>
  /** Half open. */
  range: TimeRange
  format: ExportFormat
}

/**
 * Whole documents of the format, one after another, that together hold every row of the order once; at least one, which may
 * have no rows. Each is a statement of its own and small, so that no slot of a store is taken while the reader takes its time.
 */
export type Pieces = (stores: ExportStores, order: ExportTask, signal: AbortSignal) => AsyncGenerator<Buffer>
