import type { Postgres } from '../../stores/postgres/postgres.ts'
import { statement } from '../../stores/postgres/statement.ts'
import { inBatches } from './in-batches.ts'
import type { Job } from './job.ts'

/** Ids outlive the deliveries they name by this, so that what is still in the inbox can be replayed without effect. */
export const idMarginDays = 7

const remove = statement(
  'webhook_ids_remove_old',
  `DELETE FROM dm.webhook_message_ids WHERE ctid = ANY (ARRAY (
     SELECT ctid FROM dm.webhook_message_ids WHERE received_at < now() - make_interval(days => $1)
     ORDER BY received_at LIMIT $2 FOR UPDATE SKIP LOCKED))
   RETURNING 1`,
)

/** Forgets ids and natural keys of deliveries that are kept no longer; at most 500,000 in a run. */
export const webhookIdRetentionJob = (db: Postgres, webhookDays: () => number): Job => ({
  name: 'webhook-id-retention',
  cron: '17 * * * *',
  description: `Forgets ids of deliveries ${idMarginDays} days after the deliveries themselves.`,
  async run(signal) {
    const days = webhookDays() + idMarginDays
    const removed = await inBatches({ size: 5_000, batches: 100, signal }, async (size) => {
      return (await db.query(remove, [days, size])).length
    })
    return `forgot ${removed} ids`
  },
})
