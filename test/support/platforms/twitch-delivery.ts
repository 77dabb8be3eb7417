import { createHmac } from 'node:crypto'

/** A message of EventSub as it travels. */
export type TwitchDelivery = { headers: Record<string, string>; body: Buffer }

export type TwitchDeliveryOptions = {
  secret: string
  type: string
  version?: string
  /** Absent: the body holds none. */
  event?: object
  challenge?: string
  messageType?: 'notification' | 'webhook_callback_verification' | 'revocation'
  status?: string
  id?: string
  subscriptionId?: string
  /** With nanoseconds, as Twitch writes it. */
  timestamp?: string
}

let messages = 0

/** A message signed as Twitch signs: id, timestamp and body with nothing between. */
export const twitchDelivery = (options: TwitchDeliveryOptions): TwitchDelivery => {
  const { secret, type, version = '1', event, challenge, messageType = 'notification', status = 'enabled' } = options
  const { id = `e76c6bd4-55c9-4987-8304-${String(++messages).padStart(12, '0')}`, subscriptionId = 'sub-1' } = options
  const { timestamp = '2026-11-22T12:00:00.123456789Z' } = options
  const subscription = { id: subscriptionId, status, type, version, cost: 1, condition: {}, transport: {} }
  const body = Buffer.from(JSON.stringify({ subscription, event, challenge }))
  const signature = createHmac('sha256', secret).update(id).update(timestamp).update(body).digest('hex')
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'twitch-eventsub-message-id': id,
      'twitch-eventsub-message-retry': '0',
      'twitch-eventsub-message-type': messageType,
      'twitch-eventsub-message-signature': `sha256=${signature}`,
      'twitch-eventsub-message-timestamp': timestamp,
      'twitch-eventsub-subscription-type': type,
      'twitch-eventsub-subscription-version': version,
    },
  }
}
