import { afterAll, beforeAll, expect, test } from 'vitest'
import { openEventStream } from '../../support/http/event-stream.ts'
import { goLive, insertTestChannels, journalledIds } from '../../support/live/live-changes.ts'
import { connectLive } from '../../support/live/live-client.ts'
import { type LiveNode, startLiveNode } from '../../support/live/live-node.ts'
import { createTestDatabase, type TestDatabase } from '../../support/stores/postgres.ts'

let database: TestDatabase
let node: LiveNode

beforeAll(async () => {
  database = await createTestDatabase()
  node = await startLiveNode({ url: database.url })
})
afterAll(async () => {
  await node[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const listen = (query: string, variables: object, method?: 'GET' | 'POST') =>
  openEventStream(node.url, { query, variables, ...(method && { method }) })

const status = `subscription ($ids: [ID!], $after: String) { channelStatus(ids: $ids, after: $after) { __typename
  ... on StatusSnapshot { status cursor } ... on StatusChange { event { id } cursor } ... on StatusGap { after cursor } } }`

const idle = async () => {
  while (node.live.stats().subscribers.status + node.live.stats().subscribers.viewers > 0)
    await new Promise((resolve) => setImmediate(resolve))
  expect(node.live.stats()).toMatchObject({ groups: 0, audiences: 0 })
}

test.each(['POST', 'GET'] as const)(
  'by %s come snapshots, then changes, and with after the events since',
  async (method) => {
    const [channel] = await insertTestChannels(database.db, 1)
    const ids = [`${channel!.id}`]
    let cursor = ''
    {
      using stream = await listen(status, { ids }, method)
      expect(stream.response.headers['content-type']).toBe('text/event-stream')
      expect(await stream.results.next()).toMatchObject({ data: { channelStatus: { status: 'UNKNOWN' } } })
      await goLive(database.db, [channel!.id])
      const change = await stream.results.next()
      expect(change.extensions.cost.requested).toBeGreaterThan(0)
      cursor = change.data.channelStatus.cursor
    }
    await goLive(database.db, [channel!.id])
    using again = await listen(status, { ids, after: cursor }, method)
    const events = (await again.results.take(2)).map(({ data }) => data.channelStatus.event.id)
    const expected = (await journalledIds(database.db, [channel!.id])).slice(1)
    expect(events.map((id) => Buffer.from(id, 'base64').toString())).toEqual(expected.map((id) => `StatusEvent:${id}`))
  },
)

test('whoever asks for the same over WebSocket shares its group', async () => {
  await idle()
  const [channel] = await insertTestChannels(database.db, 1)
  const ids = [`${channel!.id}`]
  await using socket = await connectLive(node.wsUrl)
  socket.subscribe('s', status, { ids })
  await socket.data()
  using stream = await listen(status, { ids })
  await stream.results.next()
  expect(node.live.stats()).toMatchObject({ subscribers: { status: 2 }, groups: 1, audiences: 1 })
  await goLive(database.db, [channel!.id])
  expect(await stream.results.next()).toEqual(await socket.data())
})

test('a client that leaves before the first message leaves nothing behind', async () => {
  await idle()
  const [channel] = await insertTestChannels(database.db, 1)
  for (let i = 0; i < 20; i++) {
    using _ = await listen('subscription ($ids: [ID!]) { viewerCount(ids: $ids) { viewers } }', {
      ids: [`${channel!.id}`],
    })
  }
  await idle()
})

test('a client that stops reading is told its gap when it reads again', async () => {
  await using own = await createTestDatabase()
  const ids = (await insertTestChannels(own.db, 20)).map(({ id }) => id)
  await own.db.query({ name: 'talk', text: `UPDATE dm.streamer_channel SET bio = repeat('talk ', 500)` })
  await using apart = await startLiveNode({ url: own.url, capacity: { status: 256, viewers: 256 } })
  const whole = node
  node = apart
  const heavy = status.replace(
    'event { id }',
    `event { id } channel { ${Array.from({ length: 20 }, (_, i) => `b${i}: bio`).join(' ')} }`,
  )
  using stream = await listen(heavy, { ids: ids.map(String) })
  node = whole
  let { cursor } = (await stream.results.take(20)).at(-1)!.data.channelStatus
  stream.response.pause()
  for (let round = 0; round < 30; round++) await goLive(own.db, ids)
  stream.response.resume()
  // While it reads on, more may come than fits: that is told in the same way.
  const end = apart.live.cursorOf(BigInt((await journalledIds(own.db, ids)).at(-1)!))
  let gaps = 0
  while (cursor !== end) {
    const told = (await stream.results.next()).data.channelStatus
    if (told.__typename === 'StatusGap') {
      gaps++
      expect(told.after).toBe(cursor)
    }
    cursor = told.cursor
  }
  expect(gaps).toBeGreaterThan(0)
  await goLive(own.db, ids)
  const live = (await stream.results.take(40)).map(({ data }) => data.channelStatus.__typename)
  expect(new Set(live)).toEqual(new Set(['StatusChange']))
  expect(apart.live.stats().gaps).toBe(gaps)
})

test('what is wrong with the arguments is told as any other error', async () => {
  const response = await fetch(node.url, {
    method: 'POST',
    headers: { Accept: 'text/event-stream', 'Content-Type': 'application/json' },
    body: JSON.stringify({ query: status, variables: { after: 'abc' } }),
  })
  expect(await response.text()).toContain('"code":"BAD_USER_INPUT"')
})
