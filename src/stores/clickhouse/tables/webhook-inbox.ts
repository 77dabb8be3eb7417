import { rowFormat } from './row-format.ts'

/** Rows of deliveries, verified or not. */
export const inboxFormat = rowFormat('webhook_inbox', {
  env: 'String',
  source: 'String',
  event_type: 'String',
  event_version: 'String',
  message_id: 'String',
  channel_user_id: 'String',
  subscription_id: 'String',
  payload: 'String',
  signature: 'String',
  headers: 'String',
  verified: 'UInt8',
  outcome: 'String',
  reason: 'String',
  repeat_of: 'String',
  left_out: 'UInt32',
  replay: 'Bool',
  sent_at: 'Nullable(DateTime64(3))',
  received_at: 'DateTime64(3)',
})
