/** The documented recipe: GraphQL Yoga's engine behind graphql-ws, events through createPubSub. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { useServer } from 'graphql-ws/use/ws'
import { createPubSub, createSchema, createYoga } from 'graphql-yoga'
import { WebSocketServer } from 'ws'
import { serve } from '../support/rpc.ts'
import { type Published, sharedNowMs, statusChange, statusSchema, watchedSlug } from '../support/status-message.ts'

const pubSub = createPubSub<{ channelStatus: [slug: string, message: ReturnType<typeof statusChange>] }>()
let subscribers = 0

let events = 0

serve({
  async start(): Promise<number> {
    const yoga = createYoga({
      logging: false,
      schema: createSchema({
        typeDefs: statusSchema,
        resolvers: {
          Subscription: {
            channelStatus: {
              subscribe(_: unknown, { slugs }: { slugs: string[] }) {
                subscribers++
                return pubSub.subscribe('channelStatus', slugs[0]!)
              },
              resolve: (message: unknown) => message,
            },
          },
        },
      }),
    })
    const server = createServer(yoga)
    const sockets = new WebSocketServer({ server, path: yoga.graphqlEndpoint })
    useServer(
      {
        // biome-ignore lint/suspicious/noExplicitAny: as in the recipe
        execute: (args: any) => args.rootValue.execute(args),
        // biome-ignore lint/suspicious/noExplicitAny: as in the recipe
        subscribe: (args: any) => args.rootValue.subscribe(args),
        async onSubscribe(context, _id, params) {
          const { schema, execute, subscribe, contextFactory, parse, validate } = yoga.getEnveloped({
            ...context,
            req: context.extra.request,
            socket: context.extra.socket,
            params,
          })
          const args = {
            schema,
            operationName: params.operationName,
            document: parse(params.query),
            variableValues: params.variables,
            contextValue: await contextFactory(),
            rootValue: { execute, subscribe },
          }
          const errors = validate(args.schema, args.document)
          return errors.length > 0 ? errors : args
        },
      },
      sockets,
      // Pings to idle clients would be charged to whichever server is being measured.
      600_000,
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 8_192, resolve))
    return (server.address() as AddressInfo).port
  },
  subscribers: () => subscribers,
  publish(): Published {
    const marker = `event-${++events}`
    const startedAt = sharedNowMs()
    pubSub.publish('channelStatus', watchedSlug, statusChange(marker))
    return { startedAt, marker }
  },
})
