import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { settledUntil, settleUnsettled } from './clickhouse/settle.ts'
import { lockSettling } from './lock-adoption.ts'
import { clickHouseMigrations } from './phase-a/history.ts'
import { adoptionState } from './phases.ts'
import type { AdoptionContext } from './step.ts'

export type SettleOverlapOptions = {
  /** The database that is adopted, which has `dm` as well. */
  db: Postgres
  clickHouse: ClickHouse
  retentionDays: AdoptionContext['retentionDays']
  now: Date
  signal: AbortSignal
}

/**
 * Gives the rows of telemetry that old writers wrote our form while both systems run, but for those of the last ten minutes. Returns how many rows
 * that were; null where the database is not in the overlap, or a command of the adoption is under way.
 */
export const settleOverlap = async (options: SettleOverlapOptions): Promise<number | null> => {
  const { db, clickHouse, retentionDays, now, signal } = options
  if ((await adoptionState(db)) !== 'overlap') return null
  await using lock = await lockSettling(db)
  // Whoever had the lock may have ended the overlap.
  if (lock === null || (await adoptionState(db)) !== 'overlap') return null
  return settleUnsettled(clickHouse, {
    directory: clickHouseMigrations,
    settings: { retentionDays },
    until: settledUntil(now),
    signal,
  })
}
