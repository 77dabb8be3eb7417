import { migrateClickHouse } from '../../stores/clickhouse/migrate.ts'
import { readSteps } from '../bookkeeping.ts'
import { legacyStates } from '../clickhouse/legacy-tables.ts'
import { beginOverlapColumns } from '../clickhouse/overlap.ts'
import { clickHouseMigrations } from '../phase-a/history.ts'
import type { Step } from '../step.ts'

/** Gets ClickHouse ready for what only Postgres has: where the old system wrote nothing there, nothing was taken over, and our tables may be missing. */
export const prepareHistoryStep: Step = {
  name: 'prepare-history',
  phase: 'phase-b',
  title: 'Make what ClickHouse lacks to take what only Postgres has',
  estimate: async () => ({ rows: 0, seconds: 1 }),
  async run({ db, clickHouse, retentionDays, log, batches }) {
    await migrateClickHouse(clickHouse, { directory: clickHouseMigrations, settings: { retentionDays }, log })
    // A Phase B that a version without this step began may be past the point where these columns go.
    const isDropping = (await readSteps(db)).some(({ name }) => name === 'drop-history')
    for (const [table, state] of await legacyStates(clickHouse))
      if (state === 'ours' && !isDropping) await beginOverlapColumns(clickHouse, table.name, table)
    await batches(async () => ({ position: null, rows: 0, done: true }))
  },
}
