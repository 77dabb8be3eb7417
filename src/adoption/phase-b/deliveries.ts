import { readDelivery, readDeliveryChannel } from '../../platforms/kick/read-delivery.ts'
import type { DeliveredFact } from '../../platforms/webhook-source.ts'
import { tellLateRows } from '../../sessions/late-rows.ts'
import { text } from '../../stores/clickhouse/columns.ts'
import { namedQuery } from '../../stores/clickhouse/named-query.ts'
import { inboxFormat } from '../../stores/clickhouse/tables/webhook-inbox.ts'
import type { Transaction } from '../../stores/postgres/postgres.ts'
import type { Outcome } from '../../telemetry/webhook-outcome.ts'
import { renderInboxRow } from '../../webhooks/inbox-row.ts'
import { projectFollows } from '../../webhooks/project-follows.ts'
import { readFact } from '../../webhooks/read-fact.ts'
import { ask, type Finding } from '../step.ts'
import { readingStep } from './by-id.ts'
import { keepRows } from './left-rows.ts'

type DeliveryRow = {
  id: string
  eventType: string | null
  messageId: string | null
  subscriptionId: string | null
  payload: string | null
  signature: string | null
  verified: boolean
  processed: boolean
  error: string | null
  /** Microseconds since 1970. */
  received: string
}

const knownDeliveries = namedQuery({
  name: 'adoption_known_deliveries',
  pool: 'heavy',
  sql: `SELECT DISTINCT message_id AS id FROM webhook_inbox WHERE env = {env:String} AND source = 'kick' AND NOT replay AND message_id IN {ids:Array(String)}`,
  row: { id: text },
})

const deliveryOf = (row: DeliveryRow) => ({
  source: 'kick' as const,
  eventType: row.eventType ?? '',
  // The system from before did not keep it, and knew no other.
  eventVersion: '1',
  messageId: row.messageId ?? `legacy-${row.id}`,
  subscriptionId: row.subscriptionId,
  sentAt: new Date(Number(BigInt(row.received) / 1_000n)),
  signature: row.signature ?? '',
  body: row.payload ?? '',
  receivedAt: BigInt(row.received),
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

/** Brings the deliveries of Kick into the inbox and their follows into Postgres; what is older than the inbox goes into files. */
export const deliveriesStep = readingStep<DeliveryRow>({
  name: 'inbox',
  title: 'Bring deliveries into the inbox, and the follows that they tell',
  table: 'webhooks.incoming',
  where: `t.source = 'kick'`,
  size: 2_000,
  secondsPerRow: 0.000_3,
  columns: `event_type AS "eventType", message_id AS "messageId", subscription_id AS "subscriptionId", payload, signature, verified, processed, error,
    (extract(epoch FROM adoption.past(received_at)) * 1000000)::bigint::text AS received`,
  async bring({ clickHouse, dataDir, retentionDays, tier }, tx, rows, { after, last }) {
    const oldest = BigInt(Math.floor(Date.now() / 86_400_000 - retentionDays.webhooks + 2) * 86_400) * 1_000_000n
    const read = rows.map((row): Read => {
      const delivery = deliveryOf(row)
      return { row, fact: readFact({ read: readDelivery }, { ...delivery, sentAt: delivery.sentAt }) }
    })
    const fresh = read.filter(({ row }) => BigInt(row.received) >= oldest)
    const ids = fresh.map(({ row }) => deliveryOf(row).messageId)
    const found = ids.length === 0 ? [] : await clickHouse.query(knownDeliveries, { env: tier, ids })
    const known = new Set(found.map(({ id }) => id))
    const lines = fresh.flatMap(({ row, fact }) => {
      const delivery = deliveryOf(row)
      if (known.has(delivery.messageId)) return []
      const { outcome, reason } = outcomeOf(row, fact)
      const channelUserId = readDeliveryChannel(delivery.body)
      const line = renderInboxRow(tier, delivery, outcome, row.verified, { channelUserId, reason })
      return [`${line.slice(0, -1)},"legacy"]\n`]
    })
    if (lines.length > 0)
      await clickHouse.insertBatch({
        table: inboxFormat.table,
        columns: [...inboxFormat.columns, 'provenance'],
        format: 'JSONCompactEachRow',
        body: Buffer.from(lines.join('')),
        token: `adoption deliveries ${after}-${last}`,
        rows: lines.length,
      })
    await bringFollows(tx, read)
    const table = 'webhooks.incoming'
    const old = read.filter(({ row }) => BigInt(row.received) < oldest)
    const oldFile = await keepRows(
      dataDir,
      { table, what: 'older-than-the-inbox', from: after, to: last },
      old.map(({ row }) => row),
    )
    const findings: Finding[] =
      oldFile === null
        ? []
        : [
            {
              kind: 'older-than-the-inbox',
              table,
              key: `${after}-${last}`,
              details: { rows: old.length, file: oldFile },
              done: 'kept in the file',
            },
          ]
    const isUnread = ({ row, fact }: Read) =>
      row.verified && row.eventType === 'channel.followed' && fact.kind !== 'follow'
    const unread = read.filter(isUnread)
    const file = await keepRows(
      dataDir,
      { table, what: 'unread', from: after, to: last },
      unread.map(({ row }) => row),
    )
    for (const { row, fact } of unread)
      findings.push({
        kind: 'can-not-be-read',
        table,
        key: row.id,
        details: { reason: 'reason' in fact ? fact.reason : fact.kind, file },
        done: 'no follow is made of it; it is in the inbox and in the file',
      })
    return findings
  },
})
