import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { defaultRates } from '../../../src/config/access-variables.ts'
import { createRateLimit } from '../../../src/guard/rate-limit.ts'
import { startTestApi, type TestApi } from '../../support/http/api.ts'
import { openEventStream } from '../../support/http/event-stream.ts'
import { eventually } from '../../support/lib/eventually.ts'
import { insertTestChannels } from '../../support/live/live-changes.ts'
import { connectLive, openSocket } from '../../support/live/live-client.ts'
import { createTestDatabase, type TestDatabase } from '../../support/stores/postgres.ts'

const [kickChannels, twitchChannels] = [36, 4]
const channels = kickChannels + twitchChannels
let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
  await insertTestChannels(database.db, kickChannels)
  await insertTestChannels(database.db, twitchChannels, 'twitch')
})
afterAll(() => database[Symbol.asyncDispose]())

const start = (connections: object = {}, rates = defaultRates) =>
  startTestApi({
    db: database.db,
    limits: { connections },
    rateLimit: createRateLimit(rates),
    trustedProxies: ['127.0.0.1', '::1'],
  })

const viewers = 'subscription { viewerCount { viewers } }'
const from = (address: string) => ({ 'X-Forwarded-For': address })

const streamOf = (api: TestApi, address: string, query = viewers) =>
  openEventStream(`${api.url}/graphql`, { query, headers: from(address) })

/** The status and first error of an answer that is no stream. */
const refusalOf = async (api: TestApi, address: string): Promise<[number, string, string]> => {
  const response = await fetch(`${api.url}/graphql`, {
    method: 'POST',
    headers: { Accept: 'text/event-stream', 'Content-Type': 'application/json', ...from(address) },
    body: JSON.stringify({ query: viewers }),
  })
  const { errors } = JSON.parse(/^data: (.+)$/m.exec(await response.text())![1]!)
  return [response.status, errors[0].extensions.code, errors[0].message]
}

const socketRefusalOf = (api: TestApi, address: string): Promise<[number, string, string]> =>
  new Promise((resolve) => {
    const socket = new WebSocket(`${api.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      headers: from(address),
    })
    socket.on('error', () => undefined)
    socket.on('unexpected-response', async (_, response) => {
      const { errors } = JSON.parse(String((await response.toArray())[0]))
      resolve([response.statusCode!, errors[0].extensions.code, errors[0].message])
    })
  })

const full = [429, 'RATE_LIMITED', 'There are too many connections from this address: close one first.']
const crowded = [503, 'UNAVAILABLE', 'There are too many connections: try again later.']

describe('connections that stay', () => {
  test('are counted by address together, sockets and streams; one that leaves makes room', async () => {
    await using api = await start({ perAddress: 3 })
    const address = '203.0.113.7'
    await using socket = await openSocket(`${api.url.replace('http', 'ws')}/graphql`, { headers: from(address) })
    using _one = await streamOf(api, address)
    using two = await streamOf(api, address)
    expect(await refusalOf(api, address)).toEqual(full)
    expect(await socketRefusalOf(api, address)).toEqual(full)
    using _elsewhere = await streamOf(api, '203.0.113.8')
    expect(api.connections.stats).toMatchObject({ websocket: { open: 1 }, sse: { open: 3 } })
    two[Symbol.dispose]()
    await eventually('the stream is closed', () => api.connections.stats.sse.open === 2)
    using _three = await streamOf(api, address)
    expect(await refusalOf(api, address)).toEqual(full)
    expect(socket.socket.readyState).toBe(WebSocket.OPEN)
  })

  test('are counted in all', async () => {
    await using api = await start({ inAll: 2 })
    expect(api.connections.degraded()).toEqual([])
    using _stream = await streamOf(api, '203.0.113.7')
    await using _socket = await openSocket(`${api.url.replace('http', 'ws')}/graphql`, { headers: from('203.0.113.8') })
    expect(api.connections.degraded()).toHaveLength(1)
    expect(await refusalOf(api, '203.0.113.9')).toEqual(crowded)
    expect(await socketRefusalOf(api, '203.0.113.9')).toEqual(crowded)
  })

  test('of one address are at most 256, unless the operator says otherwise', async () => {
    await using api = await start()
    const asked = Array.from({ length: 800 }, () => streamOf(api, '203.0.113.7'))
    const streams = await Promise.all(asked)
    const statuses = Map.groupBy(streams, ({ response }) => response.statusCode)
    expect([statuses.get(200)?.length, statuses.get(429)?.length]).toEqual([256, 544])
    expect(api.services.live.stats().subscribers.viewers).toBe(256)
    for (const stream of streams) stream[Symbol.dispose]()
    await eventually('nobody is left', () => api.connections.stats.sse.open === 0)
    expect(api.services.live.stats()).toMatchObject({ subscribers: { viewers: 0 }, groups: 0, audiences: 0 })
  })
})

describe('the start of a subscription costs', () => {
  const every = 'subscription { channelStatus { ... on StatusSnapshot { status cursor } } }'
  const ofPlatform = 'subscription { channelStatus(platform: TWITCH) { ... on StatusSnapshot { status cursor } } }'
  const ids = Array.from({ length: channels / 2 }, (_, i) => `${i + 1}`)
  const named = `subscription { channelStatus(ids: ${JSON.stringify(ids)}) { ... on StatusSnapshot { status cursor } } }`

  const heavy = `subscription { channelStatus { ... on StatusSnapshot { ${'...F '.repeat(10)} } } }
    fragment F on StatusSnapshot { status cursor asOf channel { id } session { id } }`

  const costOf = async (api: TestApi, query: string): Promise<[number, number]> => {
    using stream = await streamOf(api, '203.0.113.7', query)
    await using socket = await connectLive(`${api.url.replace('http', 'ws')}/graphql`)
    socket.subscribe('x', query)
    const [event, message] = [await stream.results.next(), await socket.data()]
    return [event.extensions.cost.requested, message.extensions.cost.requested]
  }

  test('as much as the channels that it begins with', async () => {
    await using api = await start()
    expect(await costOf(api, every)).toEqual([channels * 3, channels * 3])
    expect(await costOf(api, named)).toEqual([ids.length * 3, ids.length * 3])
    expect(await costOf(api, ofPlatform)).toEqual([twitchChannels * 3, twitchChannels * 3])
  })

  test('as much of the budget as a query of the same cost', async () => {
    await using api = await start({}, { perAddress: 10, perKey: 10 })
    const answers: (number | undefined)[] = []
    for (let i = 0; i < 5; i++) {
      using stream = await streamOf(api, '203.0.113.7', heavy)
      answers.push(stream.response.statusCode)
    }
    // Each is one request and two or three more for its cost.
    expect(answers).toEqual([200, 200, 200, 429, 429])
  })

  test('too much where it is more than an operation may cost', async () => {
    await using api = await start()
    await insertTestChannels(database.db, 10_000, 'x')
    await api.channels.count()
    using stream = await streamOf(api, '203.0.113.7', heavy)
    expect((await stream.results.next()).errors[0].extensions.code).toBe('COST_LIMIT_EXCEEDED')
    expect(api.services.live.stats().subscribers.status).toBe(0)
  })
})
