import { jsonRows } from '../lib/json-rows.ts'
import type { PlatformName } from '../platforms/platform.ts'
import { columnNames, columnsOf, expressions, recordset, select } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import type { Removal, SubscriptionPlan, WantedSubscription } from './plan-subscriptions.ts'
import type { EventTypeWatch } from './silence.ts'
import {
  type StoredSubscription,
  type SubscriptionStatus,
  type SubscriptionTarget,
  subscriptionFields,
} from './subscription.ts'

const readChannels = statement(
  'subscriptions_watched_channels',
  sql`SELECT ${select('Channel', ['platformUserId', 'isLive', 'lastSeenOnlineAt'], 'c')},
     ${expressions<Pick<SubscriptionTarget, 'channelId' | 'statusChangedAt' | 'size'>>({
       channelId: 'c.id',
       statusChangedAt: 'c.last_status_change_at',
       size: 'coalesce(c.follower_count, c.subscriber_count, 0)',
     })}
   FROM dm.probe_schedule s JOIN dm.streamer_channel c ON c.id = s.channel_id
   WHERE c.platform = $1 AND s.active AND NOT c.is_banned`,
)

const readStored = statement(
  'subscriptions_stored',
  sql`SELECT ${select('EventSubscription', subscriptionFields, 'e')}, ${select('Channel', ['platformUserId'], 'c')},
     ${expressions<{ since: Date }>({ since: 'e.updated_at' })}
   FROM dm.event_subscription e JOIN dm.streamer_channel c ON c.id = e.channel_id WHERE c.platform = $1`,
)

const readKnown = statement(
  'subscriptions_known_users',
  sql`SELECT ${select('Channel', ['platformUserId'])} FROM dm.streamer_channel WHERE platform = $1 AND platform_user_id = ANY ($2)`,
)

const readRemoved = statement(
  'subscriptions_removed',
  sql`SELECT ${expressions<{ id: string }>({ id: 'platform_subscription_id' })}
   FROM dm.event_subscription_removal WHERE platform = $1 AND removed_at > $2`,
)

const forgetRemoved = statement(
  'subscriptions_forget_removed',
  'DELETE FROM dm.event_subscription_removal WHERE platform = $1 AND removed_at <= $2',
)

const watchFields = ['event', 'watchedSince', 'quietSince', 'checkedAt', 'renewedAt', 'expected', 'silent'] as const

const readWatches = statement(
  'subscriptions_watches',
  sql`SELECT ${select('EventTypeWatch', watchFields)} FROM dm.event_type_watch WHERE platform = $1`,
)

const writeWatches = statement(
  'subscriptions_write_watches',
  `INSERT INTO dm.event_type_watch (platform, ${columnNames('EventTypeWatch', watchFields)})
   SELECT $1, v.* FROM json_to_recordset($2) AS v(${recordset('EventTypeWatch', watchFields)})
   ON CONFLICT (platform, event) DO UPDATE SET ${columnsOf('EventTypeWatch', watchFields.slice(1))
     .map(({ name }) => `${name} = excluded.${name}`)
     .join(', ')}`,
)

// An id that another row has already is not taken.
const isFreeId = `NOT EXISTS (SELECT FROM dm.event_subscription o
     WHERE o.platform_subscription_id = v."platformSubscriptionId" AND o.id <> e.id)`

const markFound = statement(
  'subscriptions_found',
  `UPDATE dm.event_subscription e SET status = 'active', platform_subscription_id = v."platformSubscriptionId", error = NULL,
     failures = 0, retry_at = NULL, missing_since = NULL, updated_at = now()
   FROM json_to_recordset($1) AS v(id bigint, "platformSubscriptionId" text) WHERE e.id = v.id AND ${isFreeId}`,
)

const adopt = statement(
  'subscriptions_adopt',
  `INSERT INTO dm.event_subscription (channel_id, event, version, platform_subscription_id, status)
   SELECT v."channelId", v.event, v.version, v."platformSubscriptionId", 'active'
   FROM json_to_recordset($1) AS v("channelId" bigint, event text, version integer, "platformSubscriptionId" text)
   ON CONFLICT DO NOTHING`,
)

const markMissing = statement(
  'subscriptions_missing',
  'UPDATE dm.event_subscription SET missing_since = $2 WHERE id = ANY ($1::bigint[]) AND missing_since IS NULL',
)

const forget = statement(
  'subscriptions_forget',
  'DELETE FROM dm.event_subscription WHERE id = ANY ($1::bigint[]) AND platform_subscription_id IS NULL',
)

// Of two runs that want the same, only one finds the row as both had read it. A reserved row has no platform id, and counts as
// missing from this instant on.
const reserve = statement(
  'subscriptions_claim',
  sql`WITH wish AS (
     SELECT * FROM json_to_recordset($1) AS v("channelId" bigint, event text, version integer, id bigint, status text,
       "platformSubscriptionId" text, "missingSince" timestamptz)),
   changed AS (
     UPDATE dm.event_subscription e SET status = 'pending', version = w.version, platform_subscription_id = NULL,
       missing_since = $2, updated_at = now()
     FROM wish w WHERE e.id = w.id AND e.status = w.status AND e.missing_since IS NOT DISTINCT FROM w."missingSince"
       AND e.platform_subscription_id IS NOT DISTINCT FROM w."platformSubscriptionId"
     RETURNING e.id, e.event),
   made AS (
     INSERT INTO dm.event_subscription (channel_id, event, version, status, missing_since)
     SELECT w."channelId", w.event, w.version, 'pending', $2 FROM wish w WHERE w.id IS NULL
     ON CONFLICT DO NOTHING RETURNING id, event)
   SELECT ${select('EventSubscription', ['id', 'event'])} FROM changed UNION ALL SELECT id, event FROM made`,
)

const settle = statement(
  'subscriptions_settle',
  `UPDATE dm.event_subscription e SET status = v.status, platform_subscription_id = v."platformSubscriptionId", error = v.error,
     failures = v.failures, retry_at = v."retryAt", missing_since = NULL, updated_at = now()
   FROM json_to_recordset($1) AS v(id bigint, status text, "platformSubscriptionId" text, error text, failures integer,
     "retryAt" timestamptz)
   WHERE e.id = v.id AND ${isFreeId}`,
)

const rememberRemoved = statement(
  'subscriptions_remember_removed',
  `INSERT INTO dm.event_subscription_removal (platform, platform_subscription_id, removed_at) SELECT $1, unnest($2::text[]), $3
   ON CONFLICT (platform, platform_subscription_id) DO UPDATE SET removed_at = excluded.removed_at`,
)

const deleteRemoved = statement(
  'subscriptions_delete_removed',
  'DELETE FROM dm.event_subscription WHERE id = ANY ($1::bigint[]) AND platform_subscription_id = ANY ($2::text[])',
)

const startRenewing = statement(
  'subscriptions_start_renewing',
  `UPDATE dm.event_subscription e SET status = 'renewing', platform_subscription_id = NULL, missing_since = NULL,
     renewals = v.renewals, renewed_at = $2, updated_at = now()
   FROM json_to_recordset($1) AS v("rowId" bigint, "platformSubscriptionId" text, renewals integer)
   WHERE e.id = v."rowId" AND e.platform_subscription_id = v."platformSubscriptionId"`,
)

/** What a reconciliation starts from. */
type StoredState = {
  channels: SubscriptionTarget[]
  stored: StoredSubscription[]
  removed: Set<string>
  watches: EventTypeWatch[]
}

/** Reads everything stored of a platform's subscriptions; of the removals only those after `removedSince`. */
export const readState = async (db: Transaction, platform: PlatformName, removedSince: Date): Promise<StoredState> => {
  const removed = await db.query(readRemoved, [platform, removedSince])
  return {
    channels: await db.query(readChannels, [platform]),
    stored: await db.query(readStored, [platform]),
    removed: new Set(removed.map(({ id }) => id)),
    watches: await db.query(readWatches, [platform]),
  }
}

/** The platform users among these who are channels of ours. */
export const knownUsers = async (
  db: Transaction,
  platform: PlatformName,
  platformUserIds: readonly string[],
): Promise<Set<string>> => {
  const rows = await db.query(readKnown, [platform, platformUserIds])
  return new Set(rows.map(({ platformUserId }) => platformUserId))
}

/** Writes the part of a plan that needs no call, and how silent the types are. */
export const writePlan = async (
  tx: Transaction,
  platform: PlatformName,
  plan: SubscriptionPlan,
  watches: readonly EventTypeWatch[],
  { now, removedBefore }: { now: Date; removedBefore: Date },
): Promise<void> => {
  if (plan.found.length > 0) await tx.query(markFound, [jsonRows(plan.found)])
  if (plan.adopted.length > 0) await tx.query(adopt, [jsonRows(plan.adopted)])
  if (plan.missing.length > 0) await tx.query(markMissing, [plan.missing, now])
  if (plan.forgotten.length > 0) await tx.query(forget, [plan.forgotten])
  if (watches.length > 0) await tx.query(writeWatches, [platform, jsonRows(watches)])
  await tx.query(forgetRemoved, [platform, removedBefore])
}

/** Makes rows pending before the platform is asked; returns the ids of the rows that this run reserved, by event. */
export const reserveSubscriptions = async (
  db: Transaction,
  channelId: bigint,
  wanted: readonly WantedSubscription[],
  now: Date,
): Promise<Map<string, bigint>> => {
  const rows = wanted.map(({ type: { event, version }, row }) => ({
    channelId,
    event,
    version,
    id: row?.id,
    status: row?.status,
    platformSubscriptionId: row?.platformSubscriptionId,
    missingSince: row?.missingSince,
  }))
  const reserved = await db.query(reserve, [jsonRows(rows), now])
  return new Map(reserved.map(({ id, event }) => [event, id]))
}

/** How the platform answered for a row. */
export type Settlement = {
  id: bigint
  status: SubscriptionStatus
  platformSubscriptionId: string | null
  error: string | null
  failures: number
  retryAt: Date | null
}

/** Writes what the platform answered. */
export const settleRows = async (db: Transaction, settlements: readonly Settlement[]): Promise<void> => {
  if (settlements.length > 0) await db.query(settle, [jsonRows(settlements)])
}

/** Stores the ids of ended subscriptions. Rows with `renewals` stay to be asked for again, the others are deleted. */
export const recordRemovals = async (
  tx: Transaction,
  platform: PlatformName,
  removals: readonly Removal[],
  now: Date,
): Promise<void> => {
  const ids = removals.map(({ platformSubscriptionId }) => platformSubscriptionId)
  await tx.query(rememberRemoved, [platform, ids, now])
  const renewed = removals.filter(({ renewals }) => renewals !== undefined)
  const gone = removals.flatMap(({ rowId, renewals }) => (rowId === null || renewals !== undefined ? [] : [rowId]))
  if (renewed.length > 0) await tx.query(startRenewing, [jsonRows(renewed), now])
  if (gone.length > 0) await tx.query(deleteRemoved, [gone, ids])
}
