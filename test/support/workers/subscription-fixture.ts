import { reconcileEventSubscriptions } from '../../../src/event-subscriptions/reconcile.ts'
import { silentLog } from '../../../src/lib/log.ts'
import type { Platform } from '../../../src/platforms/platform.ts'
import type { Postgres } from '../../../src/stores/postgres/postgres.ts'
import { statement } from '../stores/statement.ts'

const addChannels = statement(
  'test_add_watched',
  `WITH made AS (
     INSERT INTO dm.streamer_channel (external_id, platform, platform_user_id, current_slug, status)
     SELECT '01' || lpad(u.id, 24, '0'), $2, u.id, 'streamer-' || u.id, 'offline' FROM unnest($1::text[]) AS u(id)
     RETURNING id)
   INSERT INTO dm.probe_schedule (channel_id) SELECT id FROM made`,
)
const setStatus = statement(
  'test_set_status',
  `UPDATE dm.streamer_channel SET status = CASE WHEN platform_user_id = ANY ($1) THEN 'online' ELSE 'offline' END,
     last_status_change_at = $2`,
)
const setWatched = statement(
  'test_set_watched',
  `UPDATE dm.probe_schedule s SET active = $2 FROM dm.streamer_channel c WHERE c.id = s.channel_id AND c.platform_user_id = $1`,
)
const deliver = statement(
  'test_deliver',
  `UPDATE dm.event_subscription e SET last_event_at = $2 FROM dm.streamer_channel c
   WHERE c.id = e.channel_id AND e.event = $1 AND ($3::text[] IS NULL OR c.platform_user_id = ANY ($3))`,
)
const readRows = statement(
  'test_read_subscriptions',
  `SELECT c.platform_user_id AS "user", e.event, e.status, e.platform_subscription_id AS id, e.error, e.retry_at AS "retryAt"
   FROM dm.event_subscription e JOIN dm.streamer_channel c ON c.id = e.channel_id ORDER BY c.platform_user_id, e.event`,
)
const clear = statement(
  'test_clear_subscriptions',
  'TRUNCATE dm.streamer_channel, dm.event_subscription_removal, dm.event_type_watch CASCADE',
)

/** A row as a test looks at it. */
export type SubscriptionRow = {
  user: string
  event: string
  status: string
  id: string | null
  error: string | null
  retryAt: Date | null
}

/** What a test of reconciliation does to a database. */
export const subscriptionFixture = (db: Postgres, clock: () => number) => ({
  clear: () => db.query(clear),
  watch: (users: readonly string[], platform = 'kick') => db.query(addChannels, [users, platform]),
  setLive: (users: readonly string[]) => db.query(setStatus, [users, new Date(clock())]),
  setWatched: (user: string, active: boolean) => db.query(setWatched, [user, active]),
  /** Lets an event of these users, or of all, have arrived now. */
  deliver: (event: string, users?: readonly string[]) => db.query(deliver, [event, new Date(clock()), users ?? null]),
  rows: () => db.query<SubscriptionRow>(readRows),
  reconcile: (platform: Platform, more: Partial<Parameters<typeof reconcileEventSubscriptions>[0]> = {}) =>
    reconcileEventSubscriptions({ db, platform, clock, log: silentLog, ...more }),
})
