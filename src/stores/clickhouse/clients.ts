import type { ClickHouseClient } from '@clickhouse/client'
import type { QueryPoolName } from './query-pool-settings.ts'

/** The clients of a store, one per pool, and what differs between an engine in process and a server. */
export type Clients = Record<QueryPoolName, ClickHouseClient> & {
  /** Whether the driver binds parameters; if not they are rendered into the statement. */
  readonly bindsParameters: boolean
  /** Makes the database if it is absent. */
  createDatabase(onCluster: string): Promise<void>
  /** Resolves when nothing of the clients is left running. */
  close(): Promise<void>
}
