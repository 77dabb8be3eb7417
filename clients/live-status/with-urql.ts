import { Client, type ExecutionResult, fetchExchange, subscriptionExchange } from '@urql/core'
import type { Client as SocketClient } from 'graphql-ws'
import type { ChannelsLiveSubscription } from './generated/graphql.ts'
import { type LiveVariables, noteCursor } from './note-cursor.ts'

/** An urql client whose subscriptions to `channelStatus` go on from the last message after a reconnect. */
export const urqlClient = (url: string, socket: SocketClient): Client =>
  new Client({
    url,
    preferGetMethod: false,
    exchanges: [
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables: given }) => {
          const variables = { ...given } as LiveVariables
          return {
            subscribe: (sink) => ({
              unsubscribe: socket.subscribe<ChannelsLiveSubscription>(
                { query, variables },
                {
                  next: (result) => {
                    noteCursor(variables, result.data?.channelStatus)
                    sink.next(result as ExecutionResult)
                  },
                  error: (error) => sink.error(error),
                  complete: () => sink.complete(),
                },
              ),
            }),
          }
        },
      }),
    ],
  })
