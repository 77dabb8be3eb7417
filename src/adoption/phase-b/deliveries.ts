import { readDelivery, readDeliveryChannel } from '../../platforms/kick/read-delivery.ts'
import type { DeliveredFact } from '../../platforms/webhook-source.ts'
import { tellLateRows } from '../../sessions/late-rows.ts'
import { number, text } from '../../stores/clickhouse/columns.ts'
import { namedQuery } from '../../stores/clickhouse/named-query.ts'
import { inboxFormat } from '../../stores/clickhouse/tables/webhook-inbox.ts'
import type { Transaction } from '../../stores/postgres/postgres.ts'
import type { Outcome } from '../../telemetry/webhook-outcome.ts'
import { renderInboxRow } from '../../webhooks/inbox-row.ts'
import { projectFollows } from '../../webhooks/project-follows.ts'
import { readFact } from '../../webhooks/read-fact.ts'
import { noteRows } from '../phase-a/history.ts'
import { ask, type Finding, type Step } from '../step.ts'
import { bringStep, daysOfMirror, ofDay } from './bring-days.ts'
import { keepRows } from './left-rows.ts'
import { type Mirror, type MirroredRow, mirrorStep } from './mirror.ts'

type DeliveryRow = MirroredRow & {
  eventType: string
  messageId: string
  subscriptionId: string
  payload: string
  signature: string
  verified: boolean
  processed: boolean
  error: string | null
  /** Milliseconds since 1970. */
  received: number
}

/** Deliveries of Kick in Postgres. One that was received in the future was received when the phase began. */
export const deliveriesMirror: Mirror = {
  table: 'webhooks.incoming',
  mirror: 'adoption_inbox_mirror',
  step: 'inbox-mirror',
  where: `t.source = 'kick'`,
  columns: `coalesce(event_type, '') AS "eventType", coalesce(message_id, 'legacy-' || t.id) AS "messageId", coalesce(subscription_id, '') AS "subscriptionId",
    coalesce(payload, '') AS payload, coalesce(signature, '') AS signature, verified, processed, error,
    floor(extract(epoch FROM greatest(least(received_at, $2::timestamptz), 'epoch')) * 1000)::float8 AS received,
    floor(extract(epoch FROM greatest(least(received_at, $2::timestamptz), 'epoch')))::float8 AS at`,
  unreadable: [],
  instant: 'received_at',
  same: [
    ['"messageId"', 'message_id'],
    ['"eventType"', 'event_type'],
    ['"subscriptionId"', 'subscription_id'],
    ['payload', 'payload'],
    ['signature', 'signature'],
    ['verified::int', 'verified'],
    ['received::bigint', 'toUnixTimestamp64Milli(received_at)'],
  ],
}

const deliveryOf = (row: DeliveryRow) => ({
  source: 'kick' as const,
  eventType: row.eventType,
  // The system from before did not keep it, and knew no other.
  eventVersion: '1',
  messageId: row.messageId,
  subscriptionId: row.subscriptionId,
  sentAt: new Date(row.received),
  signature: row.signature,
  body: row.payload,
  receivedAt: BigInt(row.received) * 1_000n,
  receipt: '',
  replay: false,
})

const outcomeOf = (row: DeliveryRow, fact: DeliveredFact): { outcome: Outcome; reason: string | null } => {
  if (!row.verified) return { outcome: 'FORGED', reason: row.error ?? 'the system from before did not verify it' }
  if (fact.kind === 'malformed') return { outcome: 'MALFORMED', reason: fact.reason }
  if (fact.kind === 'type-mismatch') return { outcome: 'TYPE_MISMATCH', reason: fact.reason }
  if (fact.kind === 'unsupported') return { outcome: 'UNSUPPORTED', reason: 'this type and version is not read' }
  if (!row.processed)
    return { outcome: 'QUARANTINED', reason: row.error ?? 'the system from before had not processed it' }
  return { outcome: fact.kind === 'kept' ? 'KEPT' : 'PROJECTED', reason: null }
}

const channelIds = ask<{ user: string; id: bigint }>(
  `SELECT platform_user_id AS user, id FROM dm.streamer_channel WHERE platform = 'kick' AND platform_user_id = ANY ($1::text[])`,
)

const markFollows = ask(
  `UPDATE dm.kick_follow_event e SET provenance = 'legacy'
   FROM unnest($1::bigint[], $2::text[], $3::timestamptz[]) AS v(channel_id, follower, at)
   WHERE e.channel_id = v.channel_id AND e.follower_platform_user_id = v.follower AND e.occurred_at = v.at
     AND e.provenance IS NULL AND e.id > $4::bigint`,
)

const lastFollow = ask<{ id: bigint }>('SELECT coalesce(max(id), 0) AS id FROM dm.kick_follow_event')

type Read = { row: DeliveryRow; fact: DeliveredFact }

/** Stores the follows that deliveries tell, each once; those that this program was told as well stay as they are. */
const bringFollows = async (tx: Transaction, read: readonly Read[]): Promise<void> => {
  const told = read.flatMap(({ row, fact }) => (row.verified && fact.kind === 'follow' ? [fact] : []))
  if (told.length === 0) return
  const users = [...new Set(told.map(({ broadcaster }) => broadcaster.platformUserId))]
  const ids = new Map((await tx.query(channelIds, [users])).map(({ user, id }) => [user, id]))
  const follows = told.flatMap(({ broadcaster, followerUserId, occurredAt }) => {
    const channelId = ids.get(broadcaster.platformUserId)
    return channelId === undefined ? [] : [{ channelId, followerUserId, occurredAt }]
  })
  // The sessions of their time were aggregated without them.
  await tellLateRows(
    tx,
    follows.map(({ channelId, followerUserId, occurredAt: at }) => ({ channelId, from: at, to: at, followerUserId })),
  )
  const [{ id }] = (await tx.query(lastFollow)) as [{ id: bigint }]
  await projectFollows(tx, follows)
  await tx.query(markFollows, [
    follows.map(({ channelId }) => channelId),
    follows.map(({ followerUserId }) => followerUserId),
    follows.map(({ occurredAt }) => occurredAt),
    id,
  ])
}

/** The first second of deliveries that the inbox still keeps, with two days to spare. */
export const firstDelivery = ({ retentionDays }: { retentionDays: { webhooks: number } }, now = Date.now()): number =>
  Math.floor(now / 86_400_000 - retentionDays.webhooks + 2) * 86_400

const isUnread = ({ row, fact }: Read): boolean =>
  row.verified && row.eventType === 'channel.followed' && fact.kind !== 'follow'

/** Copies the deliveries of Kick beside the inbox and brings their follows into Postgres. */
export const deliveriesMirrorStep = mirrorStep<DeliveryRow>(deliveriesMirror, {
  title: 'Copy deliveries beside the inbox, and bring the follows that they tell',
  size: 2_000,
  secondsPerRow: 0.000_3,
  target: [...inboxFormat.columns, 'provenance'],
  async begin({ clickHouse }) {
    const { mirror } = deliveriesMirror
    await clickHouse.command(
      `CREATE TABLE IF NOT EXISTS ${mirror} AS ${inboxFormat.table} ENGINE = MergeTree ORDER BY (env, received_at, message_id)
       SETTINGS non_replicated_deduplication_window = 10000`,
    )
  },
  async lines({ dataDir, tier }, tx, rows, { after, last }) {
    const read = rows.map((row): Read => ({ row, fact: readFact({ read: readDelivery }, deliveryOf(row)) }))
    const lines = read.map(({ row, fact }) => {
      const delivery = deliveryOf(row)
      const { outcome, reason } = outcomeOf(row, fact)
      const channelUserId = readDeliveryChannel(delivery.body)
      const line = renderInboxRow(tier, delivery, outcome, row.verified, { channelUserId, reason })
      return `${line.slice(0, -1)},"legacy"]\n`
    })
    await bringFollows(tx, read)
    const unread = read.filter(isUnread)
    const { table } = deliveriesMirror
    const file = await keepRows(
      dataDir,
      { table, what: 'unread-follows', from: after, to: last },
      unread.map(({ row }) => row),
    )
    const findings = unread.map(({ row, fact }): Finding => {
      const details = { reason: 'reason' in fact ? fact.reason : fact.kind, file }
      const done = 'no follow is made of it; it is among the deliveries and in the file'
      return { kind: 'can-not-be-read', table, key: row.id, details, done }
    })
    return { lines, findings }
  },
})

/** Brings deliveries into the inbox that its retention leaves there. */
export const deliveriesStep = bringStep({
  name: 'inbox',
  title: 'Bring deliveries into the inbox',
  mirror: deliveriesMirror,
  to: inboxFormat,
  first: firstDelivery,
})

const oldDeliveries = (day: number) =>
  namedQuery({
    name: 'adoption_old_deliveries',
    pool: 'heavy',
    sql: `SELECT message_id AS "messageId", event_type AS "eventType", subscription_id AS "subscriptionId", payload, signature, verified, outcome, reason,
        toString(received_at) AS "receivedAt" FROM ${deliveriesMirror.mirror} WHERE ${ofDay('received_at', day)} ORDER BY received_at, message_id`,
    row: {
      messageId: text,
      eventType: text,
      subscriptionId: text,
      payload: text,
      signature: text,
      verified: number,
      outcome: text,
      reason: text,
      receivedAt: text,
    },
  })

/** Writes deliveries that are older than the inbox to a file for each day: a table would forget them. */
export const oldDeliveriesStep: Step = {
  name: 'old-deliveries',
  phase: 'phase-b',
  title: 'Write deliveries that are older than the inbox to files',
  isRepeated: true,
  estimate: async () => ({ rows: 0, seconds: 0.1 }),
  async run(context) {
    const { clickHouse, db, dataDir, find } = context
    const { table } = deliveriesMirror
    for (const { day } of await daysOfMirror(clickHouse, deliveriesMirror)) {
      if (day >= firstDelivery(context)) break
      const key = new Date(day * 1_000).toISOString().slice(0, 10)
      const rows = await clickHouse.query(oldDeliveries(day), {})
      const file = await keepRows(dataDir, { table, what: 'older-than-the-inbox', from: key, to: key }, rows)
      const finding = { kind: 'older-than-the-inbox', table, key, details: { rows: rows.length, file } }
      await db.transaction((tx) => find(tx, [{ ...finding, done: 'kept in the file' }]))
      await noteRows(context, { through: day }, rows.length)
    }
    await noteRows(context, null, 0)
  },
}
