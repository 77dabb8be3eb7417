import { afterAll, beforeAll, expect, test } from 'vitest'
import { encodeJournalCursor } from '../../src/live/journal-cursor.ts'
import { adminKey } from '../support/http/api.ts'
import { goLive, insertTestChannels, journalledIds } from '../support/live/live-changes.ts'
import { connectLive, type LiveClient } from '../support/live/live-client.ts'
import { type LiveNode, startLiveNode } from '../support/live/live-node.ts'
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

const status = `subscription ($ids: [ID!], $slugs: [String!], $platform: Platform, $after: String) {
  channelStatus(ids: $ids, slugs: $slugs, platform: $platform, after: $after) {
    __typename
    ... on StatusSnapshot { channel { channelId slug } status session { title } cursor asOf }
    ... on StatusChange { event { id type newStatus cursor } channel { channelId isLive } session { title isLive } cursor }
    ... on StatusGap { after cursor reason }
  }
}`

const messages = async (client: LiveClient, count: number) =>
  (await client.inbox.take(count)).map(({ type, payload }) => {
    expect(type).toBe('next')
    expect(payload.errors).toBeUndefined()
    return payload.data.channelStatus
  })

test('a subscription begins with a snapshot of each channel and goes on with each change in order', async () => {
  const [a, b, other] = await insertTestChannels(database.db, 3)
  await goLive(database.db, [a!.id])
  await using client = await connectLive(node.wsUrl)
  client.subscribe('one', status, { ids: [a!.id.toString()], slugs: [b!.slug.toUpperCase()] })
  const snapshots = await messages(client, 2)
  expect(snapshots.map(({ channel, status }) => [channel.channelId, status])).toEqual([
    [`${a!.id}`, 'ONLINE'],
    [`${b!.id}`, 'UNKNOWN'],
  ])
  expect(snapshots[0].session.title).toMatch(/^show/)
  await goLive(database.db, [other!.id])
  await goLive(database.db, [a!.id, b!.id])
  const changes = await messages(client, 3)
  expect(changes.map(({ event, channel }) => [channel.channelId, event.type])).toEqual([
    [`${a!.id}`, 'STREAM_END'],
    [`${a!.id}`, 'STREAM_START'],
    [`${b!.id}`, 'STREAM_START'],
  ])
  expect(changes.map(({ session }) => session.isLive)).toEqual([false, true, true])
  for (const { cursor, event } of changes) expect(event.cursor).toBe(cursor)
})

test('with after come the events since that cursor, and then the live ones', async () => {
  const [a, b] = await insertTestChannels(database.db, 2)
  const ids = [a!.id, b!.id]
  await goLive(database.db, ids)
  await using client = await connectLive(node.wsUrl)
  client.subscribe('fresh', status, { ids: ids.map(String) })
  const [{ cursor }] = await messages(client, 2)
  client.send({ id: 'fresh', type: 'complete' })
  for (let i = 0; i < 3; i++) await goLive(database.db, ids)
  client.subscribe('again', status, { ids: ids.map(String), after: cursor })
  const missed = await messages(client, 12)
  await goLive(database.db, ids)
  const live = await messages(client, 4)
  const numbers = [...missed, ...live].map(({ event }) =>
    Number(Buffer.from(event.id, 'base64').toString().split(':')[1]),
  )
  expect(numbers).toEqual((await journalledIds(database.db, ids)).slice(2).map(Number))
})

test('without names all channels of the platform come, more than fit into a page, and changes of no other platform', async () => {
  await using own = await createTestDatabase()
  const [kick, twitch] = [await insertTestChannels(own.db, 1_203), await insertTestChannels(own.db, 3, 'twitch')]
  await using apart = await startLiveNode({ url: own.url })
  await using client = await connectLive(apart.wsUrl)
  client.subscribe('kick', status, { platform: 'KICK' })
  const snapshots = await messages(client, 1_203)
  expect(snapshots.map(({ channel }) => channel.channelId)).toEqual(kick.map(({ id }) => `${id}`))
  await goLive(own.db, [kick[0]!.id, ...twitch.map(({ id }) => id), kick.at(-1)!.id])
  const changes = await messages(client, 2)
  expect(changes.map(({ channel }) => channel.channelId)).toEqual([`${kick[0]!.id}`, `${kick.at(-1)!.id}`])
  client.send({ id: 'kick', type: 'complete' })
  client.subscribe(
    'all',
    `subscription { channelStatus { __typename ... on StatusSnapshot { channel { channelId } } } }`,
  )
  expect(await messages(client, 1_206)).toHaveLength(1_206)
})

const refused: [string, { after?: string; ids?: string[]; slugs?: string[] }, RegExp][] = [
  ['-1 as after', { after: '-1' }, /^after must be the cursor/],
  ['"abc" as after', { after: 'abc' }, /^after must be the cursor/],
  ['a cursor with id -1', { after: Buffer.from('epoch:-1').toString('base64url') }, /^after must/],
  ['a cursor with id 2^63', { after: Buffer.from(`epoch:${2n ** 63n}`).toString('base64url') }, /^after must/],
  ['an empty list of ids', { ids: [] }, /^ids and slugs together must name 1 to 500 channels/],
  ['501 slugs', { slugs: Array(501).fill('x') }, /^ids and slugs together must name 1 to 500 channels/],
  ['an id that is none', { ids: ['0'] }, /^ids must be the id of a channel/],
  ['an unknown id', { ids: ['987654321'] }, /^ids: there is no channel "987654321"\.$/],
  ['a slug that is none', { slugs: ['a b'] }, /^slugs must be/],
  ['an unknown slug', { slugs: ['nobody-was-this'] }, /^slugs: nobody on kick was seen as "nobody-was-this"\.$/],
]
test.each(refused)(
  '%s is refused with a sentence that names the argument, and the socket stays',
  async (_, variables, sentence) => {
    await using client = await connectLive(node.wsUrl)
    client.subscribe('bad', status, variables)
    const { type, id, payload } = await client.inbox.next()
    expect([type, id]).toEqual(['error', 'bad'])
    expect(payload).toEqual([expect.objectContaining({ message: expect.stringMatching(sentence) })])
    const channels = variables.ids?.length ?? variables.slugs?.length ?? node.channels.of(null)
    const requested = 24 * Math.max(1, channels)
    expect(payload[0].extensions).toEqual({ code: 'BAD_USER_INPUT', cost: { requested, maximum: 500_000 } })
    client.subscribe('good', '{ me { role } }')
    expect(await client.data()).toMatchObject({ data: { me: { role: 'PUBLIC' } } })
  },
)

test('a cursor older than retention, or of another journal, is answered by a gap and then by snapshots', async () => {
  await using own = await createTestDatabase()
  const [channel] = await insertTestChannels(own.db, 1)
  await using apart = await startLiveNode({ url: own.url })
  await goLive(own.db, [channel!.id])
  await goLive(own.db, [channel!.id])
  await own.db.query({ name: 'prune', text: 'UPDATE dm.status_journal SET pruned_through = 2' })
  await using client = await connectLive(apart.wsUrl)
  for (const after of [apart.live.cursorOf(1n), encodeJournalCursor('another', 3)]) {
    client.subscribe(after, status, { ids: [`${channel!.id}`], after })
    const [gap, snapshot] = await messages(client, 2)
    expect(gap).toMatchObject({ __typename: 'StatusGap', after })
    expect(snapshot).toMatchObject({ __typename: 'StatusSnapshot', status: 'ONLINE' })
    client.send({ id: after, type: 'complete' })
  }
})

test('whatever is selected, and by however many groups, a batch of events costs a constant number of statements', async () => {
  await using own = await createTestDatabase()
  const channels = await insertTestChannels(own.db, 40)
  await using apart = await startLiveNode({ url: own.url })
  await using client = await connectLive(apart.wsUrl)
  const ids = channels.map(({ id }) => `${id}`)
  for (let group = 0; group < 10; group++) {
    client.subscribe(
      `${group}`,
      `subscription ($ids: [ID!]) { g${group}: channelStatus(ids: $ids) { ... on StatusChange {
        event { channel { slug } } channel { slugHistory { slug } currentSession { title } } session { channel { slug } } } } }`,
      { ids },
    )
  }
  await client.inbox.take(10 * 40)
  const statementsFor = async (count: number): Promise<number> => {
    let statements = 0
    const stop = apart.db.onStatement(() => statements++)
    await goLive(
      own.db,
      channels.slice(0, count).map(({ id }) => id),
    )
    const got = await client.inbox.take(10 * count)
    stop()
    for (const { payload } of got) expect(payload.errors).toBeUndefined()
    return statements
  }
  const one = await statementsFor(1)
  expect(await statementsFor(39)).toBeLessThanOrEqual(one)
  expect(one).toBeLessThanOrEqual(4)
})

test('queries are answered over the socket; mutations only to callers whose role allows them', async () => {
  const [channel] = await insertTestChannels(database.db, 1)
  const mutation = `mutation { setMonitoring(channel: "${channel!.id}", active: true) { __typename } }`
  await using anyone = await connectLive(node.wsUrl)
  anyone.subscribe('q', `{ channel(id: "${channel!.id}") { slug } }`)
  const { data, extensions } = await anyone.data()
  expect(data).toEqual({ channel: { slug: channel!.slug } })
  expect(extensions.cost).toEqual({ requested: expect.any(Number), maximum: expect.any(Number) })
  expect((await anyone.inbox.next()).type).toBe('complete')
  anyone.subscribe('m', mutation)
  expect((await anyone.data()).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
  await using admin = await connectLive(node.wsUrl, { authorization: `Bearer ${adminKey}` })
  admin.subscribe('m', mutation)
  expect((await admin.data()).data).toEqual({ setMonitoring: { __typename: 'SetMonitoringSuccess' } })
})

test('an operation that a client completes gets nothing any more, and its id can be used again', async () => {
  const [channel] = await insertTestChannels(database.db, 1)
  await using client = await connectLive(node.wsUrl)
  const ids = [`${channel!.id}`]
  client.subscribe('a', status, { ids })
  await client.data()
  client.send({ id: 'a', type: 'complete' })
  client.subscribe('b', status, { ids })
  await client.data()
  await goLive(database.db, [channel!.id])
  expect((await client.inbox.next()).id).toBe('b')
  client.subscribe('a', status, { ids })
  expect(await client.inbox.next()).toMatchObject({
    id: 'a',
    payload: { data: { channelStatus: { status: 'ONLINE' } } },
  })
  expect(node.live.stats().subscribers.status).toBe(2)
})

test('a start that fails on the server is told without its cause, and the socket stays', async () => {
  await using own = await createTestDatabase()
  const [channel] = await insertTestChannels(own.db, 1)
  await using apart = await startLiveNode({ url: own.url })
  await own.db.query({ name: 'break', text: 'ALTER TABLE dm.stream_session RENAME TO gone' })
  await using client = await connectLive(apart.wsUrl)
  client.subscribe('s', status, { ids: [`${channel!.id}`] })
  const cost = { requested: 24, maximum: 500_000 }
  const masked = {
    message: 'Something went wrong on the server.',
    extensions: {
      code: 'INTERNAL_SERVER_ERROR',
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    },
  }
  expect(await client.inbox.next()).toEqual({
    id: 's',
    type: 'error',
    payload: [{ ...masked, extensions: { ...masked.extensions, cost } }],
  })
  client.subscribe('q', '{ me { role } }')
  expect((await client.data()).data.me.role).toBe('PUBLIC')
  const stream = await fetch(apart.url, {
    method: 'POST',
    headers: { Accept: 'text/event-stream', 'Content-Type': 'application/json' },
    body: JSON.stringify({ query: status, variables: { ids: [`${channel!.id}`] } }),
  })
  const [, result] = /event: next\ndata: (.*)\n\nevent: complete/.exec(await stream.text())!
  expect(JSON.parse(result!)).toEqual({ errors: [masked], extensions: { cost } })
  expect(apart.live.stats()).toMatchObject({ subscribers: { status: 0 }, groups: 0 })
})

test('what one selection fails at is told in its messages, masked, while others go on', async () => {
  await using own = await createTestDatabase()
  const [channel] = await insertTestChannels(own.db, 1)
  await using apart = await startLiveNode({ url: own.url })
  await own.db.query({ name: 'break', text: 'ALTER TABLE dm.streamer_channel_slug_history RENAME TO gone' })
  await using client = await connectLive(apart.wsUrl)
  const variables = { ids: [`${channel!.id}`] }
  client.subscribe('good', status, variables)
  client.subscribe(
    'bad',
    'subscription ($ids: [ID!]) { channelStatus(ids: $ids) { ... on StatusSnapshot { channel { slugHistory { slug } } } } }',
    variables,
  )
  const messages = await client.inbox.take(2)
  const [good, bad] = ['good', 'bad'].map((id) => messages.find((message) => message.id === id)!.payload)
  expect(good.errors).toBeUndefined()
  expect(bad).toMatchObject({ data: null, errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }] })
  expect(JSON.stringify(bad)).not.toContain('slug_history')
})
