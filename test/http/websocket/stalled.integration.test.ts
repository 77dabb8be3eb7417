import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openEventStream } from '../../support/http/event-stream.ts'
import { eventually } from '../../support/lib/eventually.ts'
import { goLive, insertTestChannels, journalledIds } from '../../support/live/live-changes.ts'
import { connectLive, type Message } from '../../support/live/live-client.ts'
import { type LiveNode, startLiveNode } from '../../support/live/live-node.ts'
import { createTestDatabase, type TestDatabase } from '../../support/stores/postgres.ts'

let database: TestDatabase
let node: LiveNode
let ids: bigint[]

beforeAll(async () => {
  database = await createTestDatabase()
  ids = (await insertTestChannels(database.db, 20)).map(({ id }) => id)
  await database.db.query({ name: 'talk', text: `UPDATE dm.streamer_channel SET bio = repeat('talk ', 500)` })
  node = await startLiveNode({
    url: database.url,
    capacity: { status: 512, viewers: 512 },
    // Here nobody is left for reading nothing.
    limits: { stalledMs: 3_600_000, pingMs: 3_600_000 },
  })
})
afterAll(async () => {
  await node[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

/** About 50 KB a message, so that a thousand are more than any system buffers for a connection. */
const heavy = `subscription ($ids: [ID!]) { channelStatus(ids: $ids) { __typename
  ... on StatusSnapshot { cursor }
  ... on StatusChange { cursor event { id } channel { ${Array.from({ length: 20 }, (_, i) => `b${i}: bio`).join(' ')} } }
  ... on StatusGap { after cursor reason } } }`

const told = ({ payload }: Message) => payload.data.channelStatus
const numberOf = (id: string) => Buffer.from(id, 'base64').toString().split(':')[1]

test('a socket that stops reading slows nobody, and is told exactly what it missed when it reads again', async () => {
  await using healthy = await connectLive(node.wsUrl)
  await using stalled = await connectLive(node.wsUrl)
  for (const client of [healthy, stalled]) {
    client.subscribe('s', heavy, { ids: ids.map(String) })
    await client.inbox.take(ids.length)
  }
  stalled.socket.pause()
  const got: string[] = []
  for (let round = 0; round < 40; round++) {
    await goLive(database.db, ids)
    const count = round === 0 ? ids.length : 2 * ids.length
    for (const message of await healthy.inbox.take(count)) got.push(numberOf(told(message).event.id)!)
  }
  const expected = await journalledIds(database.db, ids)
  expect(got).toEqual(expected)
  expect(node.live.stats().gaps).toBe(0)

  stalled.socket.resume()
  const seen: { __typename: string; cursor: string; after?: string; event?: { id: string } }[] = []
  do seen.push(told(await stalled.inbox.next()))
  while (seen.at(-1)!.__typename !== 'StatusGap')
  const [before, gap] = seen.slice(-2)
  expect(gap!.after).toBe(before!.cursor)
  expect(gap!.cursor).toBe(node.live.cursorOf(BigInt(expected.at(-1)!)))
  const changes = seen.flatMap(({ event }) => (event ? [numberOf(event.id)] : []))
  expect(changes).toEqual(expected.slice(0, changes.length))
  await goLive(database.db, ids)
  const live = (await stalled.inbox.take(2 * ids.length)).map((message) => numberOf(told(message).event.id))
  expect(live).toEqual((await journalledIds(database.db, ids)).slice(-2 * ids.length))
  expect(node.live.stats().gaps).toBe(1)
})

test('a socket that reads nothing for too long is closed, and its subscriptions with it', async () => {
  await using strict = await startLiveNode({ url: database.url, limits: { stalledMs: 200, pingMs: 3_600_000 } })
  await using stalled = await connectLive(strict.wsUrl)
  stalled.subscribe('s', heavy, { ids: ids.map(String) })
  await stalled.inbox.take(ids.length)
  stalled.socket.pause()
  while (strict.connections.stats.websocket.tooSlow === 0) await goLive(database.db, ids)
  expect(strict.live.stats().subscribers.status).toBeLessThanOrEqual(1)
  while (strict.connections.stats.websocket.open > 0) await new Promise((resolve) => setImmediate(resolve))
  expect(strict.live.stats().subscribers.status).toBe(0)
})

test('an event stream that reads nothing for too long is closed after the same time', async () => {
  await using strict = await startLiveNode({ url: database.url, limits: { stalledMs: 200 } })
  using stalled = await openEventStream(strict.url, { query: heavy, variables: { ids: ids.map(String) } })
  await stalled.results.take(ids.length)
  stalled.response.pause()
  while (strict.connections.stats.sse.tooSlow === 0) await goLive(database.db, ids)
  await eventually('the stream is closed', () => strict.connections.stats.sse.open === 0)
  expect(strict.live.stats().subscribers.status).toBe(0)
})

test('an ordinary answer that nobody reads is given up after the same time', async () => {
  await using strict = await startLiveNode({ url: database.url, limits: { stalledMs: 200 } })
  const fields = Array.from({ length: 29 }, (_, i) => `b${i}: bio`).join(' ')
  const body = JSON.stringify({ query: `{ channels(first: 20) { nodes { ${fields} } } }` })
  const stalled = connect(strict.port, '127.0.0.1').pause()
  stalled.on('error', () => undefined)
  await once(stalled, 'connect')
  // Together they are more than any system keeps for a reader.
  const head = `POST /graphql HTTP/1.1\r\nHost: 127.0.0.1:${strict.port}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`
  stalled.write(`${head}\r\n\r\n${body}`.repeat(20))
  await eventually('both ends are open', async () => (await strict.openConnections()) === 1)
  await eventually('the server has closed its end', async () => (await strict.openConnections()) === 0)
  stalled.destroy()
})

test('a socket that asks for more answers than it reads is closed', async () => {
  await using strict = await startLiveNode({ url: database.url, limits: { bufferedBytes: 100_000, pingMs: 3_600_000 } })
  await using greedy = await connectLive(strict.wsUrl)
  greedy.socket.pause()
  const fields = Array.from({ length: 20 }, (_, i) => `b${i}: bio`).join(' ')
  const query = `{ channels(first: 20) { nodes { ${fields} } } }`
  for (let i = 0; i < 40; i++) greedy.subscribe(`${i}`, query)
  while (strict.connections.stats.websocket.tooSlow === 0) await new Promise((resolve) => setImmediate(resolve))
  while (strict.connections.stats.websocket.open > 0) await new Promise((resolve) => setImmediate(resolve))
})
