import type { Log } from '../../lib/log.ts'
import type { ClickHouse } from '../../stores/clickhouse/open-clickhouse.ts'
import { applyRetention } from '../../stores/clickhouse/retention.ts'
import type { Job } from './job.ts'

/** Days after which rows of the history may go. */
export type HistoryDays = { probes: number; chat: number; webhooks: number }

/** The name of the job, for whoever runs it when the days have changed. */
export const historyRetention = 'history-retention'

/** Makes the tables of the history keep their rows for as many days as the settings say at the time. */
export const historyRetentionJob = (store: ClickHouse, days: () => HistoryDays, log: Log): Job => ({
  name: historyRetention,
  cron: '41 * * * *',
  description: 'Makes the tables of the history keep what the settings say.',
  async run() {
    const changes = await applyRetention(store, { retentionDays: days() }, log)
    return (
      changes.map(({ table, from, to }) => `${table} keeps ${to} days instead of ${from}`).join('; ') ||
      'nothing to change'
    )
  },
})
