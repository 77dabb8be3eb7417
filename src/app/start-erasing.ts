import type { Config } from '../config/config.ts'
import type { KeyRing } from '../config/key-ring.ts'
import { type RunningErasing, startErasing } from '../erasing/erasing.ts'
import { forgetImports } from '../imports/forget-imports.ts'
import type { Spool } from '../ingest/spool.ts'
import type { Log } from '../lib/log.ts'
import type { Platform, PlatformName } from '../platforms/platform.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import { noteEmptied } from '../stores/clickhouse/part-inventory.ts'
import type { ObjectStore } from '../stores/objects/object-store.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { nodeOf } from './start-completeness.ts'

export type ErasingOfAppOptions = {
  config: Config
  databases: { dm: Postgres; public: Postgres }
  clickHouse: ClickHouse
  objects: ObjectStore
  spool: Spool
  ring: KeyRing
  /** Null where another process asks the platforms. */
  platforms: ReadonlyMap<PlatformName, Platform> | null
  log: Log
}

/** Starts the work of this node at what is to be erased: each node looks after its own spool, and whichever is free does the rest. */
export const startErasingOf = (options: ErasingOfAppOptions): RunningErasing => {
  const { config, clickHouse, objects, ...others } = options
  return startErasing({
    ...others,
    stores: { clickHouse, objects },
    env: config.tier,
    environment: config.environment,
    node: nodeOf(config),
    ownsDatabase: config.databaseUrl === undefined && config.dmDatabaseUrl === undefined,
    forgetImports: async () => (await forgetImports({ clickHouse, db: others.databases.dm }, 0)) !== null,
    // A server's parts are the matter of whoever runs it.
    onEmptied: async (parts) => {
      if (!clickHouse.isServer) noteEmptied(config.dataDir, parts)
    },
  })
}
