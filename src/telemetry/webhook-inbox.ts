import { bool, instant, nullable, number, text } from '../stores/clickhouse/columns.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import type { ChannelKey } from './channel-key.ts'
import { historyUnavailable } from './history-unavailable.ts'
import type { Outcome } from './webhook-outcome.ts'

/** A delivery in the inbox. */
export type InboxDelivery = {
  messageId: string
  source: string
  /** The channel that it says it is about, as the platform identifies it; empty where it names none. */
  channelUserId: string
  eventType: string
  verified: boolean
  outcome: Outcome
  /** Why it was rejected, kept aside or not used; empty where nothing was wrong. */
  reason: string
  /** The message id of the delivery that it repeats; empty where that is none. */
  repeatOf: string
  /** How many with its outcome were left out since the row before. */
  leftOut: number
  /** Whether it is no receipt, but a stored delivery that an operator had projected once more. */
  replay: boolean
  /** As the sender wrote it; null when unreadable. */
  sentAt: Date | null
  receivedAt: Date
  /** The body as text; empty where the delivery that it repeats has it. */
  payload: string
}

/** Which deliveries to read: `limit` of those received in the range, newest first, after the position `beyond`. */
export type InboxRequest = {
  env: string
  from: Date
  to: Date
  /** The channel that they are about. */
  channel: ChannelKey | null
  eventType: string | null
  verified: boolean | null
  /** Any of them; null for all. */
  outcomes: readonly Outcome[] | null
  beyond: { receivedAt: Date; messageId: string } | null
  limit: number
}

const columns = `message_id AS messageId, source, channel_user_id AS channelUserId, event_type AS eventType, verified, outcome, reason,
  repeat_of AS repeatOf, left_out AS leftOut, replay,
  toFloat64(toUnixTimestamp64Milli(sent_at)) AS sentAt,
  toFloat64(toUnixTimestamp64Milli(received_at)) AS receivedAt,
  payload`

const row = {
  messageId: text,
  source: text,
  channelUserId: text,
  eventType: text,
  verified: number,
  outcome: text,
  reason: text,
  repeatOf: text,
  leftOut: number,
  replay: bool,
  sentAt: nullable(instant),
  receivedAt: instant,
  payload: text,
}

/** A page of the inbox. Its order is that of the table's key backwards, so reading ends as soon as the page is full. */
export const inboxQuery = namedQuery({
  name: 'webhook_inbox',
  sql: `
SELECT ${columns}
FROM webhook_inbox
WHERE env = {env:String} AND received_at >= {from:DateTime64(3)} AND received_at < {to:DateTime64(3)}
  AND (received_at, message_id) < ({beyond_at:DateTime64(3)}, {beyond_id:String})
  AND ({any_channel:Bool} OR channel_user_id = {channelUserId:String} AND source = {source:String})
  AND ({any_type:Bool} OR event_type = {eventType:String})
  AND has({verified:Array(UInt8)}, webhook_inbox.verified)
  AND ({any_outcome:Bool} OR has({outcomes:Array(String)}, toString(webhook_inbox.outcome)))
ORDER BY received_at DESC, message_id DESC
LIMIT {limit:UInt32}`,
  row,
})

// A filter of the table finds the blocks that may have the id. Anybody may claim one, and repetitions and replays share it.
const deliveryById = namedQuery({
  name: 'webhook_inbox_by_id',
  pool: 'heavy',
  sql: `
SELECT ${columns}
FROM webhook_inbox
WHERE env = {env:String} AND message_id = {messageId:String}
ORDER BY webhook_inbox.verified DESC, repeat_of = '' DESC, received_at
LIMIT 1`,
  row,
})

// The last instant that the column can hold.
const lastInstant = 2 ** 32 * 1000 - 1

const storable = (at: Date): Date => new Date(Math.min(Math.max(at.getTime(), 0), lastInstant))

type Row = Omit<InboxDelivery, 'outcome' | 'verified'> & { outcome: string; verified: number }

const deliveryOf = (found: Row): InboxDelivery => ({
  ...found,
  outcome: found.outcome as Outcome,
  verified: found.verified === 1,
})

/** The deliveries of a request; UNAVAILABLE when ClickHouse does not answer. */
export const readInbox = async (
  store: ClickHouse,
  { env, from, to, channel, eventType, verified, outcomes, beyond, limit }: InboxRequest,
): Promise<InboxDelivery[]> => {
  const parameters = {
    env,
    from: storable(from),
    // ClickHouse skips parts only by comparisons of single columns.
    to: storable(beyond ? new Date(beyond.receivedAt.getTime() + 1) : to),
    beyond_at: storable(beyond?.receivedAt ?? to),
    beyond_id: beyond?.messageId ?? '',
    any_channel: channel === null,
    channelUserId: channel?.platformUserId ?? '',
    source: channel?.platform ?? '',
    any_type: eventType === null,
    eventType: eventType ?? '',
    verified: verified === null ? [0, 1] : [Number(verified)],
    any_outcome: outcomes === null,
    outcomes: outcomes ?? [],
    limit,
  }
  // Rows that pass a filter may lie far apart.
  const pool = [channel, eventType, verified, outcomes].every((filter) => filter === null) ? 'light' : 'heavy'
  const rows = await store.query(inboxQuery, parameters, { pool }).catch(historyUnavailable('webhook inbox'))
  return rows.map(deliveryOf)
}

/** The delivery with this id that the platform signed and that came first, else what only claims the id; null where none is kept. */
export const firstDelivery = async (
  store: ClickHouse,
  env: string,
  messageId: string,
): Promise<InboxDelivery | null> => {
  const [found] = await store.query(deliveryById, { env, messageId }).catch(historyUnavailable('webhook inbox'))
  return found ? deliveryOf(found) : null
}
