import type { ChannelsLiveSubscription, ChannelsLiveSubscriptionVariables } from './generated/graphql.ts'

/** Variables of a subscription that change while it lasts: a client sends them again whenever it reconnects. */
export type LiveVariables = {
  -readonly [Name in keyof ChannelsLiveSubscriptionVariables]: ChannelsLiveSubscriptionVariables[Name]
}

/**
 * Notes in the variables from where the subscription goes on after this message. While snapshots are missing (before the last
 * one, and after a gap) it begins anew.
 */
export const noteCursor = (
  variables: LiveVariables,
  message: ChannelsLiveSubscription['channelStatus'] | undefined,
): void => {
  if (message?.__typename === 'StatusChange' || (message?.__typename === 'StatusSnapshot' && message.isLast))
    variables.after = message.cursor
  if (message?.__typename === 'StatusGap') delete variables.after
}
