import { alertDays, forgetAlerts, forgetHappenings, forgetStates, forgetThreads } from '../../alerts/forget-alerts.ts'
import { callLogRows, pruneCallLog } from '../../calls/log-calls.ts'
import { forgetImports, interruptedDays } from '../../imports/forget-imports.ts'
import type { Log } from '../../lib/log.ts'
import type { ClickHouse } from '../../stores/clickhouse/open-clickhouse.ts'
import { applyRetention } from '../../stores/clickhouse/retention.ts'
import { failureCode } from '../../stores/postgres/failure.ts'
import { expressions } from '../../stores/postgres/model.ts'
import type { Postgres } from '../../stores/postgres/postgres.ts'
import { sql, statement } from '../../stores/postgres/statement.ts'
import type { Job } from './job-runner.ts'

/** Days after which rows of the history may go. */
export type HistoryDays = { probes: number; chat: number; webhooks: number }

/** The name of the job that applies `HistoryDays`, for whoever runs it when the days have changed. */
export const historyRetention = 'history-retention'

/** Makes the tables of the history keep their rows for as many days as the settings say at the time, and drops what interrupted imports left. */
export const historyRetentionJob = (
  stores: { clickHouse: ClickHouse; db: Postgres },
  days: () => HistoryDays,
  log: Log,
): Job => ({
  scope: 'tier',
  name: historyRetention,
  cron: '41 * * * *',
  description: 'Applies the retention settings to the history tables, and drops what interrupted imports left there.',
  async run() {
    const changes = await applyRetention(stores.clickHouse, { retentionDays: days() }, log)
    const ended = await forgetImports(stores, interruptedDays)
    const told = changes.map(({ table, from, to }) => `${table} keeps ${to} days instead of ${from}`)
    if (ended) told.push(`${ended} imports ended that were interrupted ${interruptedDays} days ago`)
    return told.join('; ') || 'nothing to change'
  },
})

/** Bounds the audit of calls to platforms. */
export const scrapeLogRetentionJob = (db: Postgres): Job => ({
  scope: 'tier',
  name: 'scrape-log-retention',
  cron: '*/10 * * * *',
  description: 'Removes the oldest entries from the log of calls to platforms.',
  async run() {
    await pruneCallLog(db)
    return `kept the newest ${callLogRows.toLocaleString('en-US')} calls`
  },
})

const batchRows = 5_000

/** Calls `remove`, which removes at most `batchRows` rows and says how many, until it found fewer or `batches` were done; returns the sum. */
const removeInBatches = async (
  batches: number,
  signal: AbortSignal,
  remove: () => Promise<number>,
): Promise<number> => {
  let total = 0
  for (let batch = 0; batch < batches; batch++) {
    signal.throwIfAborted()
    const removed = await remove()
    total += removed
    if (removed < batchRows) break
  }
  return total
}

const dropOldest = statement(
  'journal_drop_oldest',
  sql`SELECT ${expressions<{ name: string | null }>({ name: 'dm.drop_oldest_status_events($1)' })}`,
)

const pruneDefault = statement(
  'journal_prune_default',
  sql`WITH old AS (
     DELETE FROM dm.status_event_default WHERE id IN (
       SELECT id FROM dm.status_event_default
       WHERE processed_timestamp < date_trunc('month', now() - make_interval(days => $1), 'UTC') ORDER BY id LIMIT $2)
     RETURNING id),
   pruned AS (
     UPDATE dm.status_journal SET pruned_through = greatest(pruned_through, (SELECT max(id) FROM old))
     WHERE EXISTS (SELECT FROM old))
   SELECT ${expressions<{ removed: number }>({ removed: 'count(*)::integer' })} FROM old`,
)

/** Lock not available within the timeout. */
const lockTimeout = '55P03'

/**
 * Drops the months of the journal that ended longer ago than the journal is kept. The same transaction records how far the
 * journal is pruned, so a subscriber with an older cursor gets a gap. A month that is locked is left to the next run, because
 * whoever waits for its lock makes every writer wait.
 */
export const statusEventRetentionJob = (db: Postgres, retentionDays: () => number): Job => ({
  scope: 'tier',
  name: 'status-event-retention',
  cron: '23 * * * *',
  description: 'Drops months of status events that are past their retention.',
  async run(signal) {
    const days = retentionDays()
    const dropped: string[] = []
    try {
      while (dropped.length < 24) {
        signal.throwIfAborted()
        const [oldest] = await db.query(dropOldest, [days])
        if (!oldest?.name) break
        dropped.push(oldest.name)
      }
    } catch (error) {
      if (failureCode(error) !== lockTimeout) throw error
      return `dropped ${dropped.length} months; the next is in use`
    }
    const prune = async () => (await db.query(pruneDefault, [days, batchRows]))[0]!.removed
    const removed = await removeInBatches(20, signal, prune)
    return `dropped ${dropped.length} months${dropped.length > 0 ? ` (${dropped.join(', ')})` : ''} and ${removed} events outside of any`
  },
})

/** Removes happenings of the tier that are as old as status events may be, so that rules can be tried on the past. */
export const happeningRetentionJob = (db: Postgres, retentionDays: () => number): Job => ({
  scope: 'tier',
  name: 'happening-retention',
  cron: '29 * * * *',
  description: 'Removes happenings that are past the retention of status events.',
  async run(signal) {
    const remove = () => forgetHappenings(db, 'dm', retentionDays(), batchRows)
    return `removed ${await removeInBatches(100, signal, remove)} happenings`
  },
})

/** Removes alerts of an environment that are done and old, and its happenings. */
export const alertRetentionJob = (db: Postgres, retentionDays: () => number): Job => ({
  scope: 'environment',
  name: 'alert-retention',
  cron: '37 * * * *',
  description: `Removes alerts ${alertDays} days after they were told, and happenings of this environment.`,
  async run(signal) {
    const alerts = await removeInBatches(100, signal, () => forgetAlerts(db, batchRows))
    await removeInBatches(100, signal, () => forgetThreads(db, batchRows))
    await forgetStates(db)
    const remove = () => forgetHappenings(db, 'public', retentionDays(), batchRows)
    const happenings = await removeInBatches(100, signal, remove)
    return `removed ${alerts} alerts and ${happenings} happenings`
  },
})

/** Days for which ids outlive their deliveries, so that a replay of what is still in the inbox has no effect. */
export const idMarginDays = 7

const removeIds = statement(
  'webhook_ids_remove_old',
  `DELETE FROM dm.webhook_message_ids WHERE ctid = ANY (ARRAY (
     SELECT ctid FROM dm.webhook_message_ids WHERE received_at < now() - make_interval(days => $1)
     ORDER BY received_at LIMIT $2 FOR UPDATE SKIP LOCKED))
   RETURNING 1`,
)

/** Forgets ids and natural keys of deliveries that are kept no longer; at most 500,000 in a run. */
export const webhookIdRetentionJob = (db: Postgres, webhookDays: () => number): Job => ({
  scope: 'tier',
  name: 'webhook-id-retention',
  cron: '17 * * * *',
  description: `Forgets delivery ids ${idMarginDays} days after the deliveries themselves.`,
  async run(signal) {
    const days = webhookDays() + idMarginDays
    const remove = async () => (await db.query(removeIds, [days, batchRows])).length
    const removed = await removeInBatches(100, signal, remove)
    return `forgot ${removed} ids`
  },
})
