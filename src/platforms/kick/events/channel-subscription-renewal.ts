import { keptEvent } from './kick-event.ts'

/** Somebody renewed a subscription. */
export const channelSubscriptionRenewal = keptEvent('channel.subscription.renewal', {
  subscriber: 'object',
  duration: 'number',
})
