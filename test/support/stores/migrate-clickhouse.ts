import path from 'node:path'
import { silentLog } from '../../../src/lib/log.ts'
import { migrateClickHouse } from '../../../src/stores/clickhouse/migrate.ts'
import type { ClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'

export const migrationSettings = { retentionDays: { probes: 365, chat: 30, webhooks: 30 } }

/** The project's own migrations. */
export const migrateTestClickHouse = (store: ClickHouse): Promise<string[]> =>
  migrateClickHouse(store, {
    directory: path.resolve(import.meta.dirname, '../../../clickhouse/migrations'),
    settings: migrationSettings,
    log: silentLog,
  })
