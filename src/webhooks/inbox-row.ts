import { rowFormat } from '../ingest/row-format.ts'
import type { Delivery, Outcome } from './delivery.ts'

/** The row of one delivery, verified or not. */
export const inboxFormat = rowFormat('webhook_inbox', {
  env: 'String',
  source: 'String',
  event_type: 'String',
  event_version: 'String',
  message_id: 'String',
  subscription_id: 'String',
  payload: 'String',
  signature: 'String',
  verified: 'UInt8',
  outcome: 'String',
  sent_at: 'Nullable(DateTime64(3))',
  received_at: 'DateTime64(3)',
})

// What the column can hold; a sender may claim any instant, which must not cost the rows beside it.
const firstInstant = Date.parse('1900-01-01T00:00:00Z')
const endOfInstants = Date.parse('2300-01-01T00:00:00Z')

const storable = (instant: Date): Date | null => {
  const ms = instant.getTime()
  return ms >= firstInstant && ms < endOfInstants ? instant : null
}

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
    sent_at: storable(delivery.sentAt),
    received_at: new Date(Number(delivery.receivedAt / 1_000n)),
  })
