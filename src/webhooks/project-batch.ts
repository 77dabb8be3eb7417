import { recordAction } from '../audit/record-action.ts'
import type { ChannelObservation } from '../channels/observation.ts'
import { type UpsertOptions, upsertChangedChannels } from '../channels/upsert.ts'
import { columnsOfRows } from '../lib/json-rows.ts'
import type { PlatformName } from '../platforms/platform.ts'
import { appendTestEvents, type ConnectionTest } from '../sessions/append-test-events.ts'
import { applyStatus } from '../sessions/apply-status.ts'
import { type LateRows, lateMs, tellLateRows } from '../sessions/late-rows.ts'
import type { StatusObservation } from '../sessions/status-observation.ts'
import { expressions } from '../stores/postgres/model.ts'
import type { Postgres, Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import { firstReceivedMs, receivedMs, reportedAt } from './delivery.ts'
import { type DeliveryChannel, type DeliveryReading, readDeliveryChannels } from './delivery-channels.ts'
import { foreignSubscription, type Judgement, judgeDelivery } from './judge-delivery.ts'
import { firstMessageIds, type OnceKey, recordFirsts } from './message-ids.ts'
import type { ChannelChat } from './project-chat.ts'
import { type Follow, projectFollows } from './project-follows.ts'

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
  const { messageId, eventType, body } = delivery
  const base = {
    channelId,
    source: 'webhook',
    reportedAt: reported,
    receivedAt: new Date(firstReceivedMs(delivery)),
    platformEventId: messageId,
    evidence: { kind: 'delivery', messageId, eventType, body },
  } as const
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

/** What became of one delivery, and why it was not used. */
export type Projection = Judgement & {
  /** Its message, which ClickHouse still has to store. */
  chat: ChannelChat | null
  /** The message id of the delivery that it repeats, its own where the platform sent it again; null where that is none or not known. */
  repeatOf: string | null
}

type Judged = DeliveryReading & Judgement & { channel: DeliveryChannel | null }
type Accepted = Judged & { channel: DeliveryChannel }

const isAccepted = (one: Judged): one is Accepted =>
  one.channel !== null && (one.outcome === 'PROJECTED' || one.outcome === 'LATE' || one.outcome === 'KEPT')

type Seen = { platform: PlatformName; profile: ChannelObservation }

/** The profiles of the broadcasters, from the newest delivery about each. */
const broadcasters = (judged: readonly Judged[]): Seen[] => {
  const newest = new Map<bigint, Seen>()
  for (const one of judged) {
    if (!isAccepted(one) || !('broadcaster' in one.fact) || !one.fact.broadcaster) continue
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

type ChatProjection = Pick<Projection, 'chat' | 'repeatOf'>

/** The chat messages; of each that came before under another message id, the id under which it came first. */
const projectChat = async (tx: Transaction, accepted: readonly Accepted[]): Promise<Map<Judged, ChatProjection>> => {
  const chats = accepted.flatMap((one) => {
    const { delivery, channel, fact } = one
    if (fact.kind !== 'chat') return []
    const slug = fact.broadcaster.slug ?? channel.slug ?? ''
    const key: OnceKey = { ...delivery, source: `${delivery.source}/chat`, messageId: fact.line.messageId }
    return [{ one, key, source: delivery.source, chat: { channelId: channel.channelId, slug, line: fact.line } }]
  })
  const keys = chats.map(({ key }) => key)
  const firsts = await recordFirsts(tx, keys)
  const repeated = chats.filter((_, index) => !firsts[index])
  const repeats = new Map((await firstMessageIds(tx, repeated)).map((id, index) => [repeated[index]!, id]))
  return new Map(
    chats.map((said) => {
      const repeatOf = repeats.get(said)
      return [said.one, repeatOf === undefined ? { chat: said.chat, repeatOf: null } : { chat: null, repeatOf }]
    }),
  )
}

const followOf = (one: Accepted): Follow[] => {
  if (one.fact.kind !== 'follow') return []
  const { followerUserId, occurredAt } = one.fact
  return [{ channelId: one.channel.channelId, followerUserId, occurredAt }]
}

/** A test delivery as an event of its channel. One about no channel that is known stays in the inbox only. */
const testOf = ({ delivery, channel, outcome }: Judged): ConnectionTest[] => {
  const { messageId, eventType, body, test } = delivery
  if (outcome !== 'TEST' || channel === null) return []
  return [
    {
      channelId: channel.channelId,
      source: test ? 'operator' : 'webhook',
      platformEventId: messageId,
      sentAt: reportedAt(delivery),
      receivedAt: new Date(firstReceivedMs(delivery)),
      evidence: { kind: 'delivery', messageId, eventType, body },
    },
  ]
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

/**
 * What comes so late that its session may be aggregated. A replay of what is known adds nothing, but nobody knows that here. Of
 * chat the channel has one span, because there can be many messages.
 */
const lateRows = (judged: readonly Judged[]): LateRows[] => {
  const chat = new Map<bigint, LateRows>()
  const follows: LateRows[] = []
  for (const { delivery, fact, channel } of judged.filter(isAccepted)) {
    const isLate = (at: Date) => delivery.replay || receivedMs(delivery) - at.getTime() > lateMs
    const { channelId } = channel
    if (fact.kind === 'follow' && isLate(fact.occurredAt)) {
      const { occurredAt: at, followerUserId } = fact
      follows.push({ channelId, from: at, to: at, followerUserId })
    }
    if (fact.kind === 'chat' && isLate(fact.line.createdAt)) {
      const at = fact.line.createdAt.getTime()
      const known = chat.get(channelId)
      const from = new Date(Math.min(at, known?.from.getTime() ?? at))
      const to = new Date(Math.max(at, known?.to.getTime() ?? at))
      chat.set(channelId, { channelId, from, to, followerUserId: null })
    }
  }
  return [...follows, ...chat.values()]
}

const noChat: ChatProjection = { chat: null, repeatOf: null }
const repeatedChat = 'the chat message came before'

/** Of a delivery whose message id came before: it changes nothing. */
const repetition = ({ delivery: { messageId } }: Judged): Projection => ({
  outcome: 'REPEATED',
  reason: 'its id came before',
  chat: null,
  repeatOf: messageId,
})

const projectFirsts = async (tx: Transaction, judged: readonly Judged[]): Promise<Map<Judged, Projection>> => {
  const firsts = await firstDeliveries(tx, judged)
  const accepted = firsts.filter(isAccepted)
  // Status comes first, because it takes the strongest locks on channels.
  const statuses = accepted.flatMap((one) => statusOf(one, one.channel.channelId) ?? [])
  await applyStatus(tx, statuses)
  await appendTestEvents(tx, firsts.flatMap(testOf))
  await projectFollows(tx, accepted.flatMap(followOf))
  const delivered = accepted.flatMap(({ channel: { subscription }, delivery }) =>
    subscription ? [{ id: subscription.id, at: reportedAt(delivery) }] : [],
  )
  await touchDelivering(tx, delivered)
  const foreign = await foreignRevocations(tx, firsts)
  const chats = await projectChat(tx, accepted)

  const projections = new Map(
    firsts.map((one): [Judged, Projection] => {
      const { chat, repeatOf } = chats.get(one) ?? noChat
      if (chats.has(one) && chat === null) return [one, { outcome: 'REPEATED', reason: repeatedChat, chat, repeatOf }]
      if (foreign.has(one)) return [one, { outcome: 'UNTRACKED', reason: foreignSubscription, chat, repeatOf }]
      const { outcome, reason } = one
      return [one, { outcome, reason, chat, repeatOf }]
    }),
  )
  await recordReplays(tx, projections)
  return projections
}

/**
 * Writes everything that Postgres keeps of these deliveries and returns what became of each. Message ids and projections are one
 * transaction, so repeating it after a crash changes nothing and returns the same. The number of statements does not depend on
 * the number of deliveries, except for replays and for several deliveries about the status of one channel.
 */
export const projectBatch = async (
  { db, log }: UpsertOptions & { db: Postgres },
  readings: readonly DeliveryReading[],
): Promise<Projection[]> => {
  const channels = await readDeliveryChannels(db, readings)
  const judged = readings.map((reading, index): Judged => {
    const channel = channels[index]!
    return { ...reading, channel, ...judgeDelivery(reading, channel) }
  })
  for (const [platform, seen] of Map.groupBy(broadcasters(judged), (one) => one.platform)) {
    const profiles = seen.map(({ profile }) => profile)
    await upsertChangedChannels(db, platform, profiles, { log })
  }
  // Before the rows are stored, and while the deliveries still say that they are on their way.
  await tellLateRows(db, lateRows(judged))
  const projected = await db.transaction((tx) => projectFirsts(tx, judged))
  return judged.map((one) => projected.get(one) ?? repetition(one))
}
