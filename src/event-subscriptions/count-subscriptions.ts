import type { Transaction } from '../stores/postgres/postgres.ts'
import { statement } from '../stores/postgres/statement.ts'

const count = statement(
  'subscriptions_count',
  `SELECT c.platform, e.event, e.status, count(*)::integer AS count, max(e.last_event_at) AS "lastEventAt"
   FROM dm.event_subscription e JOIN dm.streamer_channel c ON c.id = e.channel_id
   GROUP BY c.platform, e.event, e.status ORDER BY c.platform, e.event, e.status`,
)

const readSilences = statement(
  'subscriptions_quiet',
  `SELECT platform, event, greatest(0, extract(epoch FROM checked_at - quiet_since))::float8 AS "quietSeconds"
   FROM dm.event_type_watch ORDER BY platform, event`,
)

/** How many subscriptions of a type are in a status, and when one of them last delivered. */
export type SubscriptionCount = {
  platform: string
  event: string
  status: string
  count: number
  lastEventAt: Date | null
}

/** Subscriptions by platform, event and status. */
export const countSubscriptions = (db: Transaction): Promise<SubscriptionCount[]> => db.query(count)

/** For how many seconds each type has been quiet while it should not have been, as of the last reconciliation. */
export const quietTypes = (db: Transaction): Promise<{ platform: string; event: string; quietSeconds: number }[]> =>
  db.query(readSilences)
