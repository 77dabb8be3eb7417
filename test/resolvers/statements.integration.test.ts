import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operatorKey, startTestApi, type TestApi } from '../support/http/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'

let database: TestDatabase
let api: TestApi

beforeAll(async () => {
  database = await createTestDatabase()
  await seed(database.db).fullChannels(60)
  api = await startTestApi({ db: database.db, compiled: false })
  // The epoch of the journal is read once by every process.
  await api.services.cursors.known()
})

afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

/** A statement by its name, one of Prisma's by the tables it reads in order. */
const label = (name: string | undefined, text: string): string =>
  name && !name.startsWith('p_') ? name : `prisma: ${[...text.matchAll(/"dm"\."(\w+)"/g)].map((m) => m[1]).join(' + ')}`

const statementsOf = async (query: string, variables: object): Promise<string[]> => {
  const seen: string[] = []
  const stop = database.db.onStatement((name, text) => seen.push(label(name, text)))
  const { errors } = await api.ask(query, variables, operatorKey)
  stop()
  expect(errors).toBeUndefined()
  return seen.sort()
}

const channels = `query ($first: Int!) { channels(first: $first) { nodes {
  id slug slugHistory { slug } currentSession { title } monitoring { active }
  sessions(first: 3) { nodes { title durationSeconds } pageInfo { hasNextPage endCursor } }
  statusEvents(first: 2) { nodes { type cursor channel { slug } } }
} pageInfo { endCursor } } }`

describe('an operation costs the same statements for 1 and for 50', () => {
  test('channels with everything below them', async () => {
    const one = await statementsOf(channels, { first: 1 })
    expect(await statementsOf(channels, { first: 50 })).toEqual(one)
    expect(one).toMatchInlineSnapshot(`
      [
        "channels_last_seen_desc",
        "prisma: streamer_channel",
        "prisma: streamer_channel + streamer_channel_slug_history + stream_session + probe_schedule",
        "sessions_of_channels",
        "status_events_of_channels",
      ]
    `)
  })

  test('sessions and events with their channels', async () => {
    const query = `query ($first: Int!) { channels(first: $first) { nodes {
      sessions(first: 2) { nodes { channel { slug slugHistory { slug } } } } } } statusEvents(first: $first) { nodes { channel { slug currentSession { id } } } } }`
    const one = await statementsOf(query, { first: 1 })
    expect(await statementsOf(query, { first: 50 })).toEqual(one)
    expect(one).toMatchInlineSnapshot(`
      [
        "channels_last_seen_desc",
        "prisma: streamer_channel",
        "prisma: streamer_channel + stream_session",
        "prisma: streamer_channel + streamer_channel_slug_history",
        "sessions_of_channels",
        "status_events",
      ]
    `)
  })

  test('nodes of every type', async () => {
    const { data } = await api.ask(
      `{ channels(first: 20) { nodes { id sessions(first: 1) { nodes { id } } } } statusEvents(first: 20) { nodes { id } } }`,
    )
    const ids: string[][] = [
      data.channels.nodes.map((node: { id: string }) => node.id),
      data.channels.nodes.map((node: { sessions: { nodes: { id: string }[] } }) => node.sessions.nodes[0]!.id),
      data.statusEvents.nodes.map((node: { id: string }) => node.id),
    ]
    const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Channel { slugHistory { slug } } ... on StreamSession { channel { slug } } ... on StatusEvent { channel { slug } } } }`
    const one = await statementsOf(query, { ids: ids.map((list) => list[0]) })
    expect(await statementsOf(query, { ids: ids.flat() })).toEqual(one)
    expect(one).toMatchInlineSnapshot(`
      [
        "prisma: status_event",
        "prisma: stream_session",
        "prisma: streamer_channel",
        "prisma: streamer_channel + streamer_channel_slug_history",
      ]
    `)
  })

  test('channels by slug under many aliases', async () => {
    const { data } = await api.ask('{ channels(first: 30) { nodes { slug } } }')
    const query = (count: number) =>
      `{ ${data.channels.nodes
        .slice(0, count)
        .map(({ slug }: { slug: string }, i: number) => `a${i}: channel(slug: "${slug}") { slug slugHistory { slug } }`)
        .join(' ')} }`
    const one = await statementsOf(query(1), {})
    expect(await statementsOf(query(30), {})).toEqual(one)
    expect(one).toMatchInlineSnapshot(`
      [
        "channel_ids_by_slugs",
        "prisma: streamer_channel + streamer_channel_slug_history",
      ]
    `)
  })
})

test('a page that continues at a cursor costs one statement more, whatever hangs below it', async () => {
  const first = await api.ask(
    `{ channels(first: 2) { nodes { sessions(first: 2) { pageInfo { endCursor } } } pageInfo { endCursor } } }`,
  )
  const { endCursor } = first.data.channels.nodes[0].sessions.pageInfo
  const query = `query ($after: String, $sessionsAfter: String) { channels(first: 50, after: $after) { nodes { sessions(first: 2, after: $sessionsAfter) { nodes { id } } } } }`
  const variables = { after: first.data.channels.pageInfo.endCursor, sessionsAfter: endCursor }
  expect(await statementsOf(query, variables)).toMatchInlineSnapshot(`
    [
      "channels_last_seen_desc:behind",
      "prisma: streamer_channel",
      "sessions_of_channels:behind",
      "status_journal_epoch",
    ]
  `)
})

test('every nested list has its limit in SQL', async () => {
  const texts: string[] = []
  const stop = database.db.onStatement((_, text) => texts.push(text))
  await api.ask(channels, { first: 5 }, operatorKey)
  stop()
  const reading = texts.filter((text) => /stream_session|status_event|slug_history/.test(text))
  expect(reading.length).toBeGreaterThan(2)
  for (const text of reading) expect(text).toMatch(/LIMIT/)
})
