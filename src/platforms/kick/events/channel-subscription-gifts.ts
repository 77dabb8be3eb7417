import { keptEvent } from './kick-event.ts'

/** Somebody, perhaps nobody knows who, gave subscriptions away. */
export const channelSubscriptionGifts = keptEvent('channel.subscription.gifts', { gifter: 'object', giftees: 'list' })
