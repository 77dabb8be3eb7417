import { recordAction } from '../audit/record-action.ts'
import type { ChannelObservation } from '../channels/observation.ts'
import { type UpsertOptions, upsertChangedChannels } from '../channels/upsert.ts'
import { columnsOfRows } from '../lib/json-rows.ts'
import type { PlatformName } from '../platforms/platform.ts'
import { applyStatus } from '../sessions/apply-status.ts'
import type { StatusObservation } from '../sessions/status-observation.ts'
import { expressions } from '../stores/postgres/model.ts'
import type { Postgres, Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import { type Outcome, reportedAt } from './delivery.ts'
import { type DeliveryChannel, type DeliveryReading, readDeliveryChannels } from './delivery-channels.ts'
import { judgeDelivery } from './judge-delivery.ts'
import { type OnceKey, recordFirsts } from './message-ids.ts'
import type { ChannelChat } from './project-chat.ts'

// Locks in id order, so that two processes with the same subscriptions never deadlock. The usual gap is the longest one, and
// shrinks by a tenth with every newer event, so that the time a channel was offline soon stops to count.
const touchSubscriptions = statement(
  'webhook_touch_subscriptions',
  `UPDATE dm.event_subscription s SET last_event_at = newer.at,
     usual_gap_seconds = CASE WHEN s.last_event_at IS NOT NULL
       THEN greatest(least(86400, extract(epoch FROM newer.at - s.last_event_at)), 0.9 * s.usual_gap_seconds)::integer END
   FROM (
     SELECT e.id, v.at
     FROM (SELECT id, max(at) AS at FROM unnest($1::bigint[], $2::timestamptz[]) AS told(id, at) GROUP BY id) v
     JOIN dm.event_subscription e ON e.id = v.id
     WHERE e.last_event_at IS NULL OR e.last_event_at < v.at
     ORDER BY e.id FOR UPDATE OF e) newer
   WHERE s.id = newer.id`,
)

const revokeSubscriptions = statement(
  'webhook_revoke_subscriptions',
  sql`UPDATE dm.event_subscription s SET status = 'revoked', updated_at = now()
   FROM unnest($1::text[], $2::text[]) AS v(platform, id)
   JOIN dm.streamer_channel c ON c.platform = v.platform
   WHERE s.platform_subscription_id = v.id AND s.channel_id = c.id
   RETURNING ${expressions<{ platform: string; id: string }>({ platform: 'v.platform', id: 'v.id' })}`,
)

/** Stores when each subscription last delivered something; an older instant changes nothing. */
const touchDelivering = async (tx: Transaction, events: readonly { id: bigint; at: Date }[]): Promise<void> => {
  if (events.length === 0) return
  await tx.query(touchSubscriptions, columnsOfRows(events, 'id', 'at'))
}

/** Marks subscriptions that the platform has ended; returns for each whether it is ours. */
const revoke = async (
  tx: Transaction,
  events: readonly { platform: PlatformName; subscriptionId: string }[],
): Promise<boolean[]> => {
  if (events.length === 0) return []
  const rows = await tx.query(revokeSubscriptions, columnsOfRows(events, 'platform', 'subscriptionId'))
  const ours = new Set(rows.map(({ platform, id }) => `${platform} ${id}`))
  return events.map(({ platform, subscriptionId }) => ours.has(`${platform} ${subscriptionId}`))
}

/** What a delivery says about the status of a channel; null when it says nothing of it. */
const statusOf = ({ delivery, fact }: DeliveryReading, channelId: bigint): StatusObservation | null => {
  const reported = reportedAt(delivery)
  const base = { channelId, source: 'webhook', reportedAt: reported, platformEventId: delivery.messageId } as const
  if (fact.kind === 'stream-start') {
    const { startedAt, onAt = startedAt, platformStreamId, title } = fact
    return { ...base, kind: 'live', at: onAt, startedAt, details: { platformStreamId, title } }
  }
  if (fact.kind === 'stream-end') {
    const { startedAt, platformStreamId, endedAt, title } = fact
    return { ...base, kind: 'ended', at: endedAt, startedAt, platformStreamId, endedAt, details: { title } }
  }
  if (fact.kind === 'metadata') {
    const { kind: _, broadcaster: __, ...details } = fact
    return { ...base, kind: 'details', at: reported, details }
  }
  return null
}

/** A platform reported that a user follows a channel. */
type Follow = { channelId: bigint; followerUserId: string; occurredAt: Date }

const recordFollows = statement(
  'webhook_record_follows',
  `INSERT INTO dm.kick_follow_event AS known (channel_id, follower_platform_user_id, occurred_at)
   SELECT channel_id, follower, min(at) FROM unnest($1::bigint[], $2::text[], $3::timestamptz[]) AS v(channel_id, follower, at)
   GROUP BY channel_id, follower ORDER BY channel_id, follower
   ON CONFLICT (channel_id, follower_platform_user_id) DO UPDATE SET occurred_at = excluded.occurred_at
     WHERE excluded.occurred_at < known.occurred_at`,
)

/** Stores one follow per channel and follower, at the earliest reported instant. Order and repetition do not matter. */
const projectFollows = async (tx: Transaction, follows: readonly Follow[]): Promise<void> => {
  if (follows.length === 0) return
  await tx.query(recordFollows, columnsOfRows(follows, 'channelId', 'followerUserId', 'occurredAt'))
}

/** What became of one delivery; `chat` is its message, which ClickHouse still has to store. */
export type Projection = { outcome: Outcome; chat: ChannelChat | null }

type Judged = DeliveryReading & { channel: DeliveryChannel | null; outcome: Outcome }
type Accepted = Judged & { channel: DeliveryChannel }

const isAccepted = (one: Judged): one is Accepted =>
  one.channel !== null && (one.outcome === 'PROJECTED' || one.outcome === 'LATE' || one.outcome === 'KEPT')

type Seen = { platform: PlatformName; profile: ChannelObservation }

/** The profiles of the broadcasters, from the newest delivery about each. */
const broadcasters = (judged: readonly Judged[]): Seen[] => {
  const newest = new Map<bigint, Seen>()
  for (const one of judged) {
    if (!isAccepted(one) || !('broadcaster' in one.fact)) continue
    const { channelId } = one.channel
    const profile = { ...one.fact.broadcaster, observedAt: reportedAt(one.delivery) }
    const known = newest.get(channelId)
    if (!known || known.profile.observedAt < profile.observedAt)
      newest.set(channelId, { platform: one.delivery.source, profile })
  }
  return [...newest.values()]
}

/** The deliveries whose message id is new, and all replays. */
const firstDeliveries = async (tx: Transaction, judged: readonly Judged[]): Promise<Judged[]> => {
  const checked = judged.filter(({ delivery }) => !delivery.replay)
  const deliveries = checked.map(({ delivery }) => delivery)
  const firsts = await recordFirsts(tx, deliveries)
  const first = new Set(checked.filter((_, index) => firsts[index]))
  return judged.filter((one) => one.delivery.replay || first.has(one))
}

/** The chat messages that did not come before under another message id. */
const newChat = async (tx: Transaction, accepted: readonly Accepted[]): Promise<Map<Judged, ChannelChat>> => {
  const chats = accepted.flatMap((one) => {
    const { delivery, channel, fact } = one
    if (fact.kind !== 'chat') return []
    const slug = fact.broadcaster.slug ?? channel.slug ?? ''
    const key: OnceKey = { ...delivery, source: `${delivery.source}/chat`, messageId: fact.line.messageId }
    return [{ one, key, chat: { channelId: channel.channelId, slug, line: fact.line } }]
  })
  const keys = chats.map(({ key }) => key)
  const firsts = await recordFirsts(tx, keys)
  return new Map(chats.flatMap(({ one, chat }, index) => (firsts[index] ? [[one, chat] as const] : [])))
}

const followOf = (one: Accepted): Follow[] => {
  if (one.fact.kind !== 'follow') return []
  const { followerUserId, occurredAt } = one.fact
  return [{ channelId: one.channel.channelId, followerUserId, occurredAt }]
}

/** The revocations of subscriptions that are not ours. */
const foreignRevocations = async (tx: Transaction, firsts: readonly Judged[]): Promise<Set<Judged>> => {
  const revoked = firsts.flatMap((one) =>
    one.fact.kind === 'revoked' && one.outcome !== 'QUARANTINED'
      ? [{ one, platform: one.delivery.source, subscriptionId: one.fact.subscriptionId }]
      : [],
  )
  const ours = await revoke(tx, revoked)
  return new Set(revoked.filter((_, index) => !ours[index]).map(({ one }) => one))
}

/** Records replays in the audit log, each once: their ids were given when they were requested, so a repeated batch adds none. */
const recordReplays = async (tx: Transaction, projections: ReadonlyMap<Judged, Projection>): Promise<void> => {
  for (const [{ delivery }, { outcome }] of projections) {
    const { source, messageId, replayedBy } = delivery
    if (!replayedBy) continue
    const target = `webhook:${messageId}`
    const { id } = replayedBy
    await recordAction(tx, 'dm', replayedBy, { id, action: 'webhook.replay', target, after: { source, outcome } })
  }
}

const projectFirsts = async (tx: Transaction, judged: readonly Judged[]): Promise<Map<Judged, Projection>> => {
  const firsts = await firstDeliveries(tx, judged)
  const accepted = firsts.filter(isAccepted)
  // Status comes first, because it takes the strongest locks on channels.
  const statuses = accepted.flatMap((one) => statusOf(one, one.channel.channelId) ?? [])
  await applyStatus(tx, statuses)
  await projectFollows(tx, accepted.flatMap(followOf))
  const delivered = accepted.flatMap(({ channel: { subscription }, delivery }) =>
    subscription ? [{ id: subscription.id, at: reportedAt(delivery) }] : [],
  )
  await touchDelivering(tx, delivered)
  const foreign = await foreignRevocations(tx, firsts)
  const chats = await newChat(tx, accepted)

  const projections = new Map(
    firsts.map((one): [Judged, Projection] => {
      const chat = chats.get(one) ?? null
      const isRepeatedChat = one.fact.kind === 'chat' && isAccepted(one) && chat === null
      const outcome = isRepeatedChat ? 'REPEATED' : foreign.has(one) ? 'UNTRACKED' : one.outcome
      return [one, { outcome, chat }]
    }),
  )
  await recordReplays(tx, projections)
  return projections
}

/**
 * Writes everything that Postgres keeps of these deliveries and returns what became of each; null for one that repeats an
 * earlier delivery and leaves no trace. Message ids and projections are one transaction, so repeating it after a crash changes
 * nothing and returns the same. The number of statements does not depend on the number of deliveries, except for replays and
 * for several deliveries about the status of one channel.
 */
export const projectBatch = async (
  { db, log }: UpsertOptions & { db: Postgres },
  readings: readonly DeliveryReading[],
): Promise<(Projection | null)[]> => {
  const channels = await readDeliveryChannels(db, readings)
  const judged = readings.map((reading, index): Judged => {
    const channel = channels[index]!
    return { ...reading, channel, outcome: judgeDelivery(reading, channel) }
  })
  for (const [platform, seen] of Map.groupBy(broadcasters(judged), (one) => one.platform)) {
    const profiles = seen.map(({ profile }) => profile)
    await upsertChangedChannels(db, platform, profiles, { log })
  }
  const projected = await db.transaction((tx) => projectFirsts(tx, judged))
  return judged.map((one) => projected.get(one) ?? null)
}
