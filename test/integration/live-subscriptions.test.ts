import { afterAll, beforeAll, expect, test } from 'vitest'
import { goLive, insertTestChannels, journalledIds } from '../support/live-changes.ts'
import { connectLive } from '../support/live-client.ts'
import { type LiveNode, startLiveNode } from '../support/live-node.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

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

const status = `subscription ($ids: [ID!], $slugs: [String!], $after: String) {
  channelStatus(ids: $ids, slugs: $slugs, after: $after) {
    __typename
    ... on StatusSnapshot { channel { channelId slug } status session { title } cursor asOf }
    ... on StatusChange { event { type newStatus cursor } channel { channelId isLive } session { title isLive } cursor }
    ... on StatusGap { after cursor reason }
  }
}`

test('a subscription begins with a snapshot of each channel and goes on with each change in order', async () => {
  const [a, b, other] = await insertTestChannels(database.db, 3)
  await goLive(database.db, [a!.id])
  await using client = await connectLive(node.wsUrl)
  client.subscribe('one', status, { ids: [a!.id.toString()], slugs: [b!.slug.toUpperCase()] })
  const snapshots = [await client.data(), await client.data()].map(({ data }) => data.channelStatus)
  expect(snapshots.map(({ channel, status }) => [channel.channelId, status])).toEqual([
    [`${a!.id}`, 'ONLINE'],
    [`${b!.id}`, 'UNKNOWN'],
  ])
  expect(snapshots[0].session.title).toMatch(/^show/)
  await goLive(database.db, [other!.id])
  await goLive(database.db, [a!.id, b!.id])
  const changes = [await client.data(), await client.data(), await client.data()].map(({ data }) => data.channelStatus)
  expect(changes.map(({ event, channel }) => [channel.channelId, event.type])).toEqual([
    [`${a!.id}`, 'STREAM_END'],
    [`${a!.id}`, 'STREAM_START'],
    [`${b!.id}`, 'STREAM_START'],
  ])
  expect(changes.map(({ session }) => session.isLive)).toEqual([false, true, true])
  for (const { cursor, event } of changes) expect(event.cursor).toBe(cursor)
  expect(await journalledIds(database.db, [a!.id, b!.id])).toHaveLength(4)
})
