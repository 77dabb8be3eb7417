import { keptEvent } from './kick-event.ts'

/** A channel's reward was redeemed, or a redemption decided. */
export const channelRewardRedemptionUpdated = keptEvent('channel.reward.redemption.updated', {
  reward: 'object',
  redeemer: 'object',
  status: 'text',
})
