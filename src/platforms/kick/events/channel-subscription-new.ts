import { keptEvent } from './kick-event.ts'

/** Somebody subscribed. */
export const channelSubscriptionNew = keptEvent('channel.subscription.new', {
  subscriber: 'object',
  duration: 'number',
})
