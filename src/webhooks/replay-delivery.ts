import { randomUUID } from 'node:crypto'
import { type Author, newActionId } from '../audit/record-action.ts'
import type { Spool } from '../ingest/spool.ts'
import { hasNoRoom } from '../ingest/spool-errors.ts'
import { unavailable } from '../lib/errors.ts'
import { instant, nullable, text } from '../stores/clickhouse/columns.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import { historyUnavailable } from '../telemetry/history-unavailable.ts'
import type { InboxDelivery } from '../telemetry/webhook-inbox.ts'
import { receivedMs } from './delivery.ts'
import { deliveryQueue, encodeDelivery } from './delivery-row.ts'
import type { Projector } from './projector.ts'

/**
 * Projects a stored genuine delivery once more, whatever its age and although its id was seen, and returns the new row of the
 * inbox; null when no delivery with this message id is stored. The projection records it in the audit log. UNAVAILABLE when a
 * store does not answer in time.
 */
export type ReplayDelivery = (messageId: string, author: Author) => Promise<InboxDelivery | null>

type ReplayOptions = {
  store: Pick<ClickHouse, 'query'>
  /** The `env` of every row. */
  env: string
  spool: Pick<Spool, 'append'>
  projector: Pick<Projector, 'settled'>
  /** The instants of receipt, shared by all receivers of a process. */
  receiptTime: () => bigint
  /** How long to wait for the outcome. */
  timeoutMs?: number
}

// All rows with this id are the same delivery, its repetitions and its replays. The oldest with a payload is of the first receipt, unless that has
// expired.
const storedDelivery = namedQuery({
  name: 'webhook_delivery',
  pool: 'heavy',
  sql: `
SELECT source, channel_user_id AS channelUserId, event_type AS eventType, event_version AS eventVersion, subscription_id AS subscriptionId, signature, headers, payload AS body,
  toFloat64(toUnixTimestamp64Milli(sent_at)) AS sentAt, toFloat64(toUnixTimestamp64Milli(received_at)) AS firstReceivedAt
FROM webhook_inbox
WHERE env = {env:String} AND message_id = {messageId:String} AND verified = 1 AND repeat_of = ''
ORDER BY received_at
LIMIT 1`,
  row: {
    source: text,
    channelUserId: text,
    eventType: text,
    eventVersion: text,
    subscriptionId: text,
    signature: text,
    headers: text,
    body: text,
    sentAt: nullable(instant),
    firstReceivedAt: instant,
  },
})

/** Makes the function that replays. A replay takes the same queue as received deliveries, so it survives a crash like them. */
export const createReplay = (options: ReplayOptions): ReplayDelivery => {
  const { store, env, spool, projector, receiptTime, timeoutMs = 10_000 } = options

  return async (messageId, { identity: { role, name, subject }, requestId }) => {
    const [stored] = await store.query(storedDelivery, { env, messageId }).catch(historyUnavailable('webhook inbox'))
    if (!stored || stored.sentAt === null) return null
    const { source, channelUserId, eventType, subscriptionId, body, sentAt } = stored
    const [receivedAt, receipt] = [receiptTime(), randomUUID()]
    const delivery = {
      ...stored,
      messageId,
      sentAt,
      subscriptionId: subscriptionId || null,
      receivedAt,
      firstReceivedAt: stored.firstReceivedAt.getTime(),
      receipt,
    }
    const replayedBy = { id: newActionId(), identity: { role, name, subject }, requestId }
    const settled = projector.settled(receipt, timeoutMs)
    try {
      await spool.append(deliveryQueue, [encodeDelivery({ ...delivery, replay: true, replayedBy })])
    } catch (error) {
      throw hasNoRoom(error) ? unavailable('The delivery can not be stored now.', error) : error
    }
    const projection = await settled
    if (projection === null) throw unavailable('The delivery is queued; what becomes of it is not known yet.')
    const received = new Date(receivedMs(delivery))
    const { outcome, reason, repeatOf } = projection
    return {
      messageId,
      source,
      channelUserId,
      eventType,
      verified: true,
      outcome,
      reason: reason ?? '',
      repeatOf: repeatOf ?? '',
      leftOut: 0,
      replay: true,
      sentAt,
      receivedAt: received,
      payload: repeatOf === null ? body : '',
    }
  }
}
