import { type SettleOverlapOptions, settleOverlap } from '../../adoption/settle-overlap.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Job } from './job-runner.ts'
import type { HistoryDays } from './retention-jobs.ts'

/** Brings the telemetry of a system from before in our form while it still writes; idle on every other database. */
export const legacySettlingJob = ({
  retentionDays,
  clock,
  ...stores
}: Pick<SettleOverlapOptions, 'db' | 'clickHouse'> & { retentionDays: () => HistoryDays; clock: Clock }): Job => ({
  scope: 'tier',
  name: 'legacy-settling',
  cron: '*/10 * * * *',
  description: 'Settles the telemetry that a system from before writes beside this one.',
  async run(signal) {
    const rows = await settleOverlap({ ...stores, retentionDays: retentionDays(), now: new Date(clock()), signal })
    if (rows === null) return { idle: 'no system from before writes here' }
    return rows > 0 ? `settled ${rows} rows` : { idle: 'nothing was written through an old table' }
  },
})
