import type { PlatformName } from '../platforms/platform.ts'
import type { DeliveryReader } from '../platforms/webhook-source.ts'
import { holdsInstant } from '../stores/clickhouse/tables/row-format.ts'
import { inboxFormat } from '../stores/clickhouse/tables/webhook-inbox.ts'
import type { Outcome } from '../telemetry/webhook-outcome.ts'
import { type Delivery, receivedMs } from './delivery.ts'
import type { DeliveryReading } from './delivery-channels.ts'
import type { Projection } from './project-batch.ts'
import { channelOf } from './read-fact.ts'
import type { RowLimit } from './row-limit.ts'

/** What the inbox says of a delivery beside what came. */
export type InboxRemarks = {
  /** The channel that it is about, as the platform identifies it. */
  channelUserId?: string | undefined
  /** Why it was rejected, kept aside or not used, without a capital and a full stop. */
  reason?: string | null
  /** The message id of the delivery that it repeats, whose row has the payload. */
  repeatOf?: string | null
  /** How many with its outcome were left out since the row before. */
  leftOut?: number
}

/** The delivery as a line for `inboxFormat`; its receipt is cut to milliseconds. */
export const renderInboxRow = (
  env: string,
  delivery: Omit<Delivery, 'replay' | 'receipt'> & Partial<Pick<Delivery, 'replay'>>,
  outcome: Outcome,
  verified: boolean,
  { channelUserId, reason, repeatOf, leftOut = 0 }: InboxRemarks = {},
): string =>
  inboxFormat.render({
    env,
    source: delivery.source,
    event_type: delivery.eventType,
    event_version: delivery.eventVersion,
    message_id: delivery.messageId,
    channel_user_id: channelUserId ?? '',
    subscription_id: delivery.subscriptionId ?? '',
    payload: repeatOf == null ? delivery.body : '',
    signature: delivery.signature,
    headers: delivery.headers ?? '',
    verified: verified ? 1 : 0,
    outcome,
    reason: reason ?? '',
    repeat_of: repeatOf ?? '',
    left_out: leftOut,
    replay: delivery.replay ?? false,
    // A sender may claim any instant, which must not cost the rows beside it.
    sent_at: holdsInstant('DateTime64(3)', delivery.sentAt) ? delivery.sentAt : null,
    received_at: new Date(receivedMs(delivery)),
  })

/** Makes the function that renders the row of a projected delivery, or none where it is one repetition too many. */
export const createInboxRows = (
  env: string,
  sources: ReadonlyMap<PlatformName, Pick<DeliveryReader, 'channelOf'>>,
  repeats: RowLimit,
) => {
  /** Of the deliveries of a batch. Pages of the list are cut by the millisecond of receipt and the id, so copies get milliseconds of their own. */
  return () => {
    const latest = new Map<string, bigint>()
    return (reading: DeliveryReading, { outcome, reason, repeatOf }: Projection): string[] => {
      const { delivery } = reading
      const leftOut = outcome === 'REPEATED' ? repeats.take() : 0
      if (leftOut === null) return []
      const before = latest.get(delivery.messageId)
      const isSameMs = before !== undefined && before / 1_000n >= delivery.receivedAt / 1_000n
      const receivedAt = isSameMs ? (before / 1_000n + 1n) * 1_000n : delivery.receivedAt
      latest.set(delivery.messageId, receivedAt)
      const remarks = { channelUserId: channelOf(sources.get(delivery.source), reading), reason, repeatOf, leftOut }
      return [renderInboxRow(env, { ...delivery, receivedAt }, outcome, !delivery.test, remarks)]
    }
  }
}
