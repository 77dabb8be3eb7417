import type { ChannelIdentity } from '../channels/channel-lookup.ts'
import type { PlatformName } from '../platforms/platform.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import type { TimeRange } from '../telemetry/buckets.ts'
import type { ExportFormat } from './export-format.ts'

/** The stores that an export reads. */
export type ExportStores = { db: Postgres; clickHouse: ClickHouse; env: string }

/** A channel that is exported. */
export type ExportedChannel = Pick<ChannelIdentity, 'id' | 'platform' | 'platformUserId'>

/** What to export of a channel; of all channels where it is null. */
export type ExportTask<Of = ExportedChannel> = {
  channel: Of
  /** Only channels of this platform, where all are exported. */
  platform?: PlatformName | null
  /** Half open. */
  range: TimeRange
  format: ExportFormat
  /** Whether the reader may have the columns that GraphQL shows to operators alone. */
  forOperator: boolean
}

/**
 * Yields whole documents of the format that together hold every row of the order once; at least one, which may have no rows.
 * Each is small and comes from a statement of its own, so that a slow reader never holds up a store.
 */
export type Pieces<Of = ExportedChannel> = (
  stores: ExportStores,
  order: ExportTask<Of>,
  signal: AbortSignal,
) => AsyncGenerator<Buffer>
