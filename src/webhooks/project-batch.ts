import { recordAction } from '../audit/record-action.ts'
import type { ChannelObservation } from '../channels/observation.ts'
import { type UpsertOptions, upsertChangedChannels } from '../channels/upsert.ts'
import type { PlatformName } from '../platforms/platform.ts'
import { applyStatus } from '../sessions/apply-status.ts'
import type { Postgres, Transaction } from '../stores/postgres/postgres.ts'
import { type Outcome, reportedAt } from './delivery.ts'
import { type DeliveryChannel, type DeliveryReading, readDeliveryChannels } from './delivery-channels.ts'
import { judgeDelivery } from './judge-delivery.ts'
import { type OnceKey, recordFirsts } from './message-ids.ts'
import type { ChannelChat } from './project-chat.ts'
import { type Follow, projectFollows } from './project-follows.ts'
import { statusOf } from './project-status.ts'
import { revoke, touchDelivering } from './project-subscriptions.ts'

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
  const firsts = await recordFirsts(
    tx,
    checked.map(({ delivery }) => delivery),
  )
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
  const firsts = await recordFirsts(
    tx,
    chats.map(({ key }) => key),
  )
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
    await recordAction(tx, 'dm', replayedBy, {
      id: replayedBy.id,
      action: 'webhook.replay',
      target,
      after: { source, outcome },
    })
  }
}

const projectFirsts = async (tx: Transaction, judged: readonly Judged[]): Promise<Map<Judged, Projection>> => {
  const firsts = await firstDeliveries(tx, judged)
  const accepted = firsts.filter(isAccepted)
  // Status comes first, because it takes the strongest locks on channels.
  await applyStatus(
    tx,
    accepted.flatMap((one) => statusOf(one, one.channel.channelId) ?? []),
  )
  await projectFollows(tx, accepted.flatMap(followOf))
  await touchDelivering(
    tx,
    accepted.flatMap((one) =>
      one.channel.subscription ? [{ id: one.channel.subscription.id, at: reportedAt(one.delivery) }] : [],
    ),
  )
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
  for (const [platform, seen] of Map.groupBy(broadcasters(judged), (one) => one.platform))
    await upsertChangedChannels(
      db,
      platform,
      seen.map(({ profile }) => profile),
      { log },
    )
  const projected = await db.transaction((tx) => projectFirsts(tx, judged))
  return judged.map((one) => projected.get(one) ?? null)
}
