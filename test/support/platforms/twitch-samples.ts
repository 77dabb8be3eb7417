import { webhookSecret } from '../../../src/platforms/twitch/webhook-secret.ts'
import { type TwitchDelivery, type TwitchDeliveryOptions, twitchDelivery } from './twitch-delivery.ts'

/** What the deliveries of these tests are signed with. */
export const secret = webhookSecret('client secret')

/** When they are sent unless a test says otherwise, in milliseconds. */
export const sentAt = Date.parse('2026-11-22T12:00:00.123Z')

/** The channel that they are about. */
export const broadcaster = {
  broadcaster_user_id: '1337',
  broadcaster_user_login: 'cool_user',
  broadcaster_user_name: 'Cool_User',
}

/** The event of a stream that begins. */
export const online = { id: '9001', ...broadcaster, type: 'live', started_at: '2026-11-22T11:59:58Z' }

/** A delivery of that event, with these changes. */
export const delivery = (changes: Partial<TwitchDeliveryOptions> = {}): TwitchDelivery =>
  twitchDelivery({ secret, type: 'stream.online', event: online, ...changes })
