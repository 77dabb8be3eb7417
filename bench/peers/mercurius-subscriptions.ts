/** mercurius with its own subscriptions and in-memory pubsub. */
import fastify from 'fastify'
import mercurius from 'mercurius'
import { serve } from '../support/rpc.ts'
import { type Published, sharedNowMs, statusChange, statusSchema, watchedSlug } from '../support/status-message.ts'

type PubSub = {
  subscribe(topic: string): Promise<AsyncIterable<unknown>>
}

const app = fastify()
let subscribers = 0

let events = 0

serve({
  async start(): Promise<number> {
    app.register(mercurius, {
      schema: statusSchema,
      subscription: true,
      resolvers: {
        ChannelStatusMessage: { resolveType: (message: { __typename: string }) => message.__typename },
        Subscription: {
          channelStatus: {
            async subscribe(_: unknown, { slugs }: { slugs: string[] }, { pubsub }: { pubsub: PubSub }) {
              subscribers++
              return pubsub.subscribe(`status:${slugs[0]}`)
            },
          },
        },
      },
    })
    await app.listen({ port: 0, host: '127.0.0.1', backlog: 8_192 })
    return (app.server.address() as { port: number }).port
  },
  subscribers: () => subscribers,
  publish(): Published {
    const marker = `event-${++events}`
    const startedAt = sharedNowMs()
    app.graphql.pubsub.publish({ topic: `status:${watchedSlug}`, payload: { channelStatus: statusChange(marker) } })
    return { startedAt, marker }
  },
})
