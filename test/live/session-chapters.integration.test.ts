import { afterAll, beforeAll, expect, test } from 'vitest'
import { encodeJournalCursor } from '../../src/live/journal-cursor.ts'
import { applyStatus } from '../../src/sessions/apply-status.ts'
import type { StatusObservation, StreamDetails } from '../../src/sessions/status-observation.ts'
import { goLive, insertTestChannels } from '../support/live/live-changes.ts'
import { connectLive, type LiveClient } from '../support/live/live-client.ts'
import { type LiveNode, startLiveNode } from '../support/live/live-node.ts'
import { received } from '../support/sessions/received.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'

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

const subscription = `subscription ($ids: [ID!], $after: String) { sessionChapters(ids: $ids, after: $after) {
  __typename
  ... on SessionChapterChange { channel { channelId } session { title startedAt } chapter { from until title category source } at cursor }
  ... on StatusGap { after cursor reason } } }`

const next = async (client: LiveClient) => {
  const { data, errors } = await client.data()
  expect(errors).toBeUndefined()
  return data.sessionChapters
}

const started = Date.UTC(2026, 0, 2)
const second = (n: number): Date => new Date(started + n * 1_000)

const liveChannel = async (): Promise<bigint> => {
  const [channel] = await insertTestChannels(database.db, 1)
  const start: StatusObservation = {
    kind: 'live',
    channelId: channel!.id,
    source: 'webhook',
    at: second(0),
    startedAt: second(0),
    ...received(second(0)),
    details: { title: 'first' },
  }
  await database.db.transaction((tx) => applyStatus(tx, [start]))
  return channel!.id
}

const tell = (channelId: bigint, n: number, details: StreamDetails) => {
  const about: StatusObservation = {
    kind: 'details',
    channelId,
    source: 'webhook',
    at: second(n),
    ...received(second(n)),
    details,
  }
  return database.db.transaction((tx) => applyStatus(tx, [about]))
}

/** Subscribes and says new titles until one of them arrives; resolves with that message. */
const subscribed = async (client: LiveClient, channelId: bigint) => {
  client.subscribe('s', subscription, { ids: [`${channelId}`] })
  for (let n = 1; client.inbox.all.length < 2; n++) await tell(channelId, n, { title: `title ${n}` })
  return next(client)
}

test('a subscriber gets each change of a chapter, what changes nothing is not sent, and a cursor goes on without a hole', async () => {
  const channelId = await liveChannel()
  let cursor: string
  {
    await using client = await connectLive(node.wsUrl)
    const first = await subscribed(client, channelId)
    expect(first).toMatchObject({ __typename: 'SessionChapterChange', channel: { channelId: `${channelId}` } })
    expect(first.chapter).toMatchObject({ from: first.at, until: null, source: 'WEBHOOK', category: null })
    // The session shows the latest title, which may be a later one by now.
    expect(first.session.title).toMatch(/^(first|title \d+)$/)
    await tell(channelId, 10_000, { title: 'before the cut' })
    let last = first
    while (last.chapter.title !== 'before the cut') last = await next(client)
    cursor = last.cursor
  }
  await tell(channelId, 20_000, { title: 'while away' })
  // It says the same again, which changes nothing.
  await tell(channelId, 20_001, { title: 'while away' })
  await goLive(database.db, [(await insertTestChannels(database.db, 1))[0]!.id])
  // Late: about the time between.
  await tell(channelId, 15_000, { title: 'told late' })
  await using again = await connectLive(node.wsUrl)
  again.subscribe('s', subscription, { ids: [`${channelId}`], after: cursor })
  const iso = (n: number) => second(n).toISOString()
  expect([await next(again), await next(again)]).toMatchObject([
    { chapter: { from: iso(20_000), until: null, title: 'while away' }, at: iso(20_000) },
    {
      chapter: { from: iso(15_000), until: iso(20_000), title: 'told late' },
      at: iso(15_000),
      session: { title: 'while away' },
    },
  ])
  await tell(channelId, 30_000, { category: 'Chess' })
  await tell(channelId, 30_001, { category: 'Poker' })
  const chess = await next(again)
  // Nobody said another category before, so it counts from the start: the chapter at that instant has it.
  expect(chess.chapter).toMatchObject({ from: iso(20_000), title: 'while away', category: 'Chess' })
  expect((await next(again)).chapter).toMatchObject({ from: iso(30_001), category: 'Poker' })
})

test('a cursor of the journal or of another database gives a gap, and what follows is complete', async () => {
  const channelId = await liveChannel()
  const [, epoch] = /^(.*):/.exec(Buffer.from(node.hub.cursorOf(1n), 'base64url').toString()) ?? []
  const cursors = [encodeJournalCursor(epoch!, 1), encodeJournalCursor(`${epoch}-details`, 10 ** 12)]
  for (const [index, after] of cursors.entries()) {
    await using client = await connectLive(node.wsUrl)
    client.subscribe('s', subscription, { ids: [`${channelId}`], after })
    const gap = await next(client)
    expect(gap).toMatchObject({ __typename: 'StatusGap', after })
    // At instants of their own, because of two titles of one instant the greater one counts.
    await tell(channelId, 40_000 + index, { title: `after ${after}` })
    client.subscribe('t', subscription, { ids: [`${channelId}`], after: gap.cursor })
    // What the journal had not reached at the gap comes as well.
    for (let title: string | undefined; title !== `after ${after}`; ) title = (await next(client)).chapter.title
  }
})
