import { giveBackLegacyTables } from '../clickhouse/give-back.ts'
import type { Step } from '../step.ts'

/** Gives the tables of ClickHouse from before their names back. */
export const historyBackStep: Step = {
  name: 'history-back',
  phase: 'rollback',
  title: 'Give the tables of ClickHouse from before their names back',
  estimate: async () => ({ rows: 0, seconds: 5 }),
  async run({ clickHouse, batches }) {
    await giveBackLegacyTables(clickHouse)
    await batches(async () => ({ position: null, rows: 0, done: true }))
  },
}
