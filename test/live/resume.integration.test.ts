import { afterAll, beforeAll, expect, test } from 'vitest'
import { goLive, insertTestChannels, journalledIds } from '../support/live/live-changes.ts'
import { connectLive } from '../support/live/live-client.ts'
import { type LiveNode, startLiveNode } from '../support/live/live-node.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'

let database: TestDatabase
let nodes: LiveNode[]

beforeAll(async () => {
  database = await createTestDatabase()
  nodes = await Promise.all([startLiveNode({ url: database.url }), startLiveNode({ url: database.url })])
})
afterAll(async () => {
  for (const node of nodes) await node[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const status = `subscription ($ids: [ID!], $after: String) { channelStatus(ids: $ids, after: $after) {
  __typename ... on StatusSnapshot { cursor } ... on StatusChange { cursor event { id } } ... on StatusGap { reason } } }`

const disconnects = 200

/** A client that loses its connection at random and resumes, on whichever node, from the last cursor it saw. */
const follow = async (
  ids: string[],
  random: () => number,
  onBegun: () => void,
  lastId: Promise<string>,
): Promise<string[]> => {
  const got: string[] = []
  let after: string | undefined
  for (let connection = 0; connection <= disconnects; connection++) {
    const node = nodes[Math.floor(random() * nodes.length)]!
    await using client = await connectLive(node.wsUrl)
    client.subscribe('s', status, { ids, after })
    // The last connection stays to the end; the others end after a few messages, or before the first.
    const end = connection < disconnects ? undefined : await lastId
    for (let left = Math.floor(random() * 4); end ? got.at(-1) !== end : left > 0; left--) {
      const { data } = await client.data()
      const { __typename, cursor, event } = data.channelStatus
      expect(__typename).not.toBe('StatusGap')
      if (__typename === 'StatusSnapshot') expect(got).toEqual([])
      else got.push(Buffer.from(event.id, 'base64').toString().split(':')[1]!)
      after = cursor
      onBegun()
    }
  }
  return got
}

test('over 200 random disconnects with resume, on two nodes, every event comes exactly once and in order', async () => {
  const ids = (await insertTestChannels(database.db, 12)).map(({ id }) => id)
  const watched = ids.slice(0, 8)
  let seed = 20_261_122
  const random = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
    return seed / 2 ** 31
  }
  let begun = false
  const write = async (): Promise<string> => {
    // What was written before the client had its first cursor does not count.
    for (let round = 0; round < 150; round += begun ? 1 : 0) {
      const some = ids.filter(() => random() < 0.4)
      if (some.length > 0) await goLive(database.db, some)
    }
    return (await journalledIds(database.db, watched)).at(-1)!
  }
  const onBegun = () => {
    begun = true
  }
  const got = await follow(watched.map(String), random, onBegun, write())
  const expected = await journalledIds(database.db, watched)
  const first = expected.indexOf(got[0]!)
  expect(expected.length - first).toBeGreaterThan(500)
  expect(got).toEqual(expected.slice(first))
})
