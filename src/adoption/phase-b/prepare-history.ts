import { migrateClickHouse } from '../../stores/clickhouse/migrate.ts'
import { clickHouseMigrations } from '../phase-a/history.ts'
import type { Step } from '../step.ts'

/** Makes our tables of ClickHouse: where the old system had none, and Channelscope was not started yet, there are none. */
export const prepareHistoryStep: Step = {
  name: 'prepare-history',
  phase: 'phase-b',
  title: 'Make the tables of ClickHouse that are missing',
  estimate: async () => ({ rows: 0, seconds: 1 }),
  async run({ clickHouse, retentionDays, log, batches }) {
    await migrateClickHouse(clickHouse, { directory: clickHouseMigrations, settings: { retentionDays }, log })
    await batches(async () => ({ position: null, rows: 0, done: true }))
  },
}
