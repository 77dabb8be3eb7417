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
  `SELECT platform, event, greatest(0, extract(epoch FROM checked_at - quiet_since))::float8 AS "quietSeconds", expected, silent
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

/** How silent a type of event, or `everything` of a platform, was at the last reconciliation. */
export type EventSilence = {
  platform: string
  event: string
  /** For how long nothing arrived although several channels were live. */
  quietSeconds: number
  /** Subscriptions that should have delivered something by now, and of these the silent ones. */
  expected: number
  silent: number
}

/** The silence of every type. */
export const eventSilences = (db: Transaction): Promise<EventSilence[]> => db.query(readSilences)
