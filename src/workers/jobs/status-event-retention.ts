import { failureCode } from '../../stores/postgres/failure.ts'
import type { Postgres } from '../../stores/postgres/postgres.ts'
import { statement } from '../../stores/postgres/statement.ts'
import { inBatches } from './in-batches.ts'
import type { Job } from './job.ts'

const dropOldest = statement('journal_drop_oldest', 'SELECT dm.drop_oldest_status_events($1) AS name')

const pruneDefault = statement(
  'journal_prune_default',
  `WITH old AS (
     DELETE FROM dm.status_event_default WHERE id IN (
       SELECT id FROM dm.status_event_default
       WHERE processed_timestamp < date_trunc('month', now() - make_interval(days => $1), 'UTC') ORDER BY id LIMIT $2)
     RETURNING id),
   pruned AS (
     UPDATE dm.status_journal SET pruned_through = greatest(pruned_through, (SELECT max(id) FROM old))
     WHERE EXISTS (SELECT FROM old))
   SELECT count(*)::integer AS removed FROM old`,
)

/** Lock not available within the timeout. */
const lockTimeout = '55P03'

/**
 * Drops the months of the journal that are over for longer than its retention, and tells the journal in the same
 * transaction, so that a subscriber who comes with an older cursor is told of the gap. A month that something holds on to
 * is left for the next run: whoever waits for its lock makes every writer wait.
 */
export const statusEventRetentionJob = (db: Postgres, retentionDays: () => number): Job => ({
  name: 'status-event-retention',
  cron: '23 * * * *',
  description: 'Drops months of status events that are over for longer than they are kept.',
  async run(signal) {
    const days = retentionDays()
    const dropped: string[] = []
    try {
      while (dropped.length < 24) {
        signal.throwIfAborted()
        const [oldest] = await db.query<{ name: string | null }>(dropOldest, [days])
        if (!oldest?.name) break
        dropped.push(oldest.name)
      }
    } catch (error) {
      if (failureCode(error) !== lockTimeout) throw error
      return `dropped ${dropped.length} months; the next is in use`
    }
    const removed = await inBatches({ size: 5_000, batches: 20, signal }, async (size) => {
      return (await db.query<{ removed: number }>(pruneDefault, [days, size]))[0]!.removed
    })
    return `dropped ${dropped.length} months${dropped.length > 0 ? ` (${dropped.join(', ')})` : ''} and ${removed} events outside of any`
  },
})
