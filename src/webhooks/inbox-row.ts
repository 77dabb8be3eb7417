import { holdsInstant } from '../stores/clickhouse/tables/row-format.ts'
import { inboxFormat } from '../stores/clickhouse/tables/webhook-inbox.ts'
import type { Delivery, Outcome } from './delivery.ts'

/** The delivery as a line for `inboxFormat`; its receipt is cut to milliseconds. */
export const renderInboxRow = (
  env: string,
  delivery: Omit<Delivery, 'replay' | 'receipt'>,
  outcome: Outcome,
  verified: boolean,
): string =>
  inboxFormat.render({
    env,
    source: delivery.source,
    event_type: delivery.eventType,
    event_version: delivery.eventVersion,
    message_id: delivery.messageId,
    subscription_id: delivery.subscriptionId ?? '',
    payload: delivery.body,
    signature: delivery.signature,
    verified: verified ? 1 : 0,
    outcome,
    // A sender may claim any instant, which must not cost the rows beside it.
    sent_at: holdsInstant('DateTime64(3)', delivery.sentAt) ? delivery.sentAt : null,
    received_at: new Date(Number(delivery.receivedAt / 1_000n)),
  })
