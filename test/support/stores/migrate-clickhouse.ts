import path from 'node:path'
import { silentLog } from '../../../src/lib/log.ts'
import { migrateClickHouse } from '../../../src/stores/clickhouse/migrate.ts'
import type { ClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'

export const migrationSettings = { retentionDays: { probes: 365, chat: 30, webhooks: 30 } }

/** Twenty years: rows of fixed days, that tests store and read again, are not forgotten while a test runs, whatever day it is. */
const keptForLong = { retentionDays: { probes: 7_300, chat: 7_300, webhooks: 7_300 } }

/** The project's own migrations, with tables that forget nothing of what tests store. */
export const migrateTestClickHouse = (store: ClickHouse): Promise<string[]> =>
  migrateClickHouse(store, {
    directory: path.resolve(import.meta.dirname, '../../../clickhouse/migrations'),
    settings: keptForLong,
    log: silentLog,
  })
