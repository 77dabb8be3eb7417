import { ApolloClient, ApolloLink, InMemoryCache } from '@apollo/client'
import { GraphQLWsLink } from '@apollo/client/link/subscriptions'
import type { Client } from 'graphql-ws'
import { tap } from 'rxjs'
import possibleTypes from '../generated/possible-types.json' with { type: 'json' }
import type { ChannelsLiveSubscription } from './generated/graphql.ts'
import { type LiveVariables, noteCursor } from './note-cursor.ts'

/** Makes subscriptions to `channelStatus` go on from the last message when the link behind it reconnects. */
const resumeLink = new ApolloLink((operation, forward) => {
  const variables = { ...operation.variables }
  operation.variables = variables
  return forward(operation).pipe(
    tap(({ data }) => noteCursor(variables as LiveVariables, (data as ChannelsLiveSubscription | null)?.channelStatus)),
  )
})

/** An Apollo client for subscriptions. The types behind interfaces and unions come from the schema. */
export const apolloClient = (socket: Client): ApolloClient =>
  new ApolloClient({
    link: resumeLink.concat(new GraphQLWsLink(socket)),
    cache: new InMemoryCache({ possibleTypes }),
  })
