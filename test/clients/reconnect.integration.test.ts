import { createClient as createSseClient } from 'graphql-sse'
import { createClient as createSocketClient } from 'graphql-ws'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { ChannelsLive, type ChannelsLiveSubscription } from '../../clients/live-status/generated/graphql.ts'
import { apolloClient } from '../../clients/live-status/with-apollo.ts'
import { followWithGraphqlSse } from '../../clients/live-status/with-graphql-sse.ts'
import { followWithGraphqlWs } from '../../clients/live-status/with-graphql-ws.ts'
import { urqlClient } from '../../clients/live-status/with-urql.ts'
import { startTestApi, type TestApi } from '../support/http/api.ts'
import { eventually } from '../support/lib/eventually.ts'
import { startFaultProxy } from '../support/lib/fault-proxy.ts'
import { goLive, insertTestChannels, journalledIds } from '../support/live/live-changes.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'

type Message = ChannelsLiveSubscription['channelStatus']
type Follow = (
  url: string,
  slugs: string[],
  onMessage: (message: Message) => void,
  onEnd: (error: unknown) => void,
) => () => void

const socketTo = (url: string) =>
  createSocketClient({
    url: url.replace('http', 'ws'),
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: async () => undefined,
  })

const followers: [string, Follow][] = [
  ['graphql-ws', (url, ...rest) => followWithGraphqlWs(socketTo(url), ...rest)],
  [
    'graphql-sse',
    (url, ...rest) =>
      followWithGraphqlSse(
        createSseClient({ url, retryAttempts: Number.POSITIVE_INFINITY, retry: async () => undefined }),
        ...rest,
      ),
  ],
  [
    'Apollo',
    (url, slugs, onMessage, onEnd) => {
      const subscription = apolloClient(socketTo(url))
        .subscribe({ query: ChannelsLive, variables: { slugs }, fetchPolicy: 'no-cache' })
        .subscribe({ next: ({ data }) => data && onMessage(data.channelStatus as Message), error: onEnd })
      return () => subscription.unsubscribe()
    },
  ],
  [
    'urql',
    (url, slugs, onMessage) => {
      const { unsubscribe } = urqlClient(url, socketTo(url))
        .subscription(ChannelsLive, { slugs })
        .subscribe(({ data }) => data && onMessage(data.channelStatus))
      return unsubscribe
    },
  ],
]

let database: TestDatabase
let api: TestApi
let target: { host: string; port: number }
let proxy: Awaited<ReturnType<typeof startFaultProxy>>

beforeAll(async () => {
  database = await createTestDatabase()
  api = await startTestApi({ db: database.db })
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})
beforeEach(async () => {
  target = { host: '127.0.0.1', port: api.port }
  proxy = await startFaultProxy(target)
})
afterEach(() => proxy[Symbol.asyncDispose]())

/** Follows new channels through the proxy, until their snapshots have come. */
const followed = async (follow: Follow) => {
  const channels = await insertTestChannels(database.db, 3)
  const ids = channels.map(({ id }) => id)
  const messages: Message[] = []
  const ends: unknown[] = []
  const slugs = channels.map(({ slug }) => slug)
  const stop = follow(
    `http://127.0.0.1:${proxy.port}/graphql`,
    slugs,
    (message) => messages.push(message),
    (error) => ends.push(error),
  )
  await eventually('the snapshots', () => messages.length === slugs.length)
  return {
    /** Begins a broadcast of each channel. */
    change: () => goLive(database.db, ids),
    /** Waits for the changes that the journal has, and expects just these after the snapshots. */
    async expectChanges(): Promise<void> {
      const events = await journalledIds(database.db, ids)
      const kinds = () => messages.map(({ __typename: kind }) => kind)
      await eventually(
        () => `${events.length} changes, have ${kinds()}`,
        () => messages.length >= slugs.length + events.length || ends.length > 0,
      )
      expect(ends).toEqual([])
      expect(kinds()).toEqual([...slugs.map(() => 'StatusSnapshot'), ...events.map(() => 'StatusChange')])
      expect(new Set(messages.slice(slugs.length).map(({ cursor }) => cursor)).size).toBe(events.length)
    },
    [Symbol.dispose]: stop,
  }
}

test.each(followers)('%s misses nothing and repeats nothing when its connection is lost', async (_, follow) => {
  using following = await followed(follow)
  for (let outage = 1; outage <= 3; outage += 1) {
    await proxy.set('refuse')
    await following.change()
    await proxy.set('pass')
    await following.expectChanges()
  }
})

test.each(followers)(
  '%s misses nothing and repeats nothing when its server stops and another takes over',
  async (_, follow) => {
    const first = await startTestApi({ db: database.db })
    target.port = first.port
    using following = await followed(follow)
    await following.change()
    await following.expectChanges()
    target.port = api.port
    await first[Symbol.asyncDispose]()
    await following.change()
    await following.expectChanges()
  },
)
