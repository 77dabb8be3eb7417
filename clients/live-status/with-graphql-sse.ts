import type { Client } from 'graphql-sse'
import { ChannelsLive, type ChannelsLiveSubscription } from './generated/graphql.ts'
import { type LiveVariables, noteCursor } from './note-cursor.ts'

type Message = ChannelsLiveSubscription['channelStatus']

/** Follows channels over graphql-sse. A reconnect goes on from the last message. Returns what ends it. */
export const followWithGraphqlSse = (
  client: Client<false>,
  slugs: string[],
  onMessage: (message: Message) => void,
  onEnd: (error?: unknown) => void,
): (() => void) => {
  const variables: LiveVariables = { slugs }
  return client.subscribe<ChannelsLiveSubscription>(
    { query: ChannelsLive.text, variables },
    {
      next: ({ data }) => {
        if (!data) return
        noteCursor(variables, data.channelStatus)
        onMessage(data.channelStatus)
      },
      error: onEnd,
      complete: onEnd,
    },
  )
}
