import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newUlid } from '../../src/lib/ids.ts'
import { bigint, text } from '../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../src/stores/clickhouse/named-query.ts'
import { inboxFormat } from '../../src/stores/clickhouse/tables/webhook-inbox.ts'
import { inboxQuery } from '../../src/telemetry/webhook-inbox.ts'
import type { Outcome } from '../../src/telemetry/webhook-outcome.ts'
import { bodyText } from '../../src/webhooks/delivery-row.ts'
import { renderInboxRow } from '../../src/webhooks/inbox-row.ts'
import { operatorKey, startTestApi, type TestApi } from '../support/http/api.ts'
import { openTestClickHouse } from '../support/stores/clickhouse.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { kickReader, twitchReader } from '../support/webhooks/delivery-readers.ts'

const start = Date.parse('2026-11-01T00:00:00Z')
const resources = new AsyncDisposableStack()
let database: TestDatabase
let store: Awaited<ReturnType<typeof openTestClickHouse>>['store']
let api: TestApi
const queries: string[] = []

/** The same account number on two platforms, an account of another channel, one that nobody tracks, and none. */
const accounts = [
  { source: 'kick', channelUserId: '4711' },
  { source: 'twitch', channelUserId: '4711' },
  { source: 'kick', channelUserId: '42' },
  { source: 'kick', channelUserId: '99' },
  { source: 'kick', channelUserId: '' },
]
const ids: string[] = []

type Row = {
  messageId: string
  source: string
  channelUserId: string
  eventType: string
  outcome: Outcome
  verified: boolean
  ms: number
}

const rendered = ({ messageId, source, channelUserId, eventType, outcome, verified, ms }: Row): string =>
  renderInboxRow(
    'test',
    {
      ...{ source, messageId, eventType, eventVersion: '1', subscriptionId: null, signature: 'AAAA', body: '{}' },
      ...{ sentAt: new Date(ms), receivedAt: BigInt(ms) * 1_000n },
    },
    outcome,
    verified,
    { channelUserId },
  )

const insert = (rows: readonly string[], columns: readonly string[] = inboxFormat.columns) =>
  store.insertBatch({
    table: inboxFormat.table,
    columns,
    format: 'JSONCompactEachRow',
    body: Buffer.from(rows.map((row) => `${row}\n`).join('')),
    token: newUlid(),
    rows: rows.length,
  })

beforeAll(async () => {
  database = resources.use(await createTestDatabase())
  const engine = resources.use(await openTestClickHouse({ onQuery: (name) => queries.push(name) }))
  store = engine.store
  // The instants of the test may be older than anything is kept.
  await store.command('ALTER TABLE webhook_inbox REMOVE TTL')
  for (const [index, { source, channelUserId }] of accounts.slice(0, 3).entries()) {
    const made = await database.db.pool.query<{ id: bigint }>(
      'INSERT INTO dm.streamer_channel (external_id, platform, platform_user_id) VALUES ($1, $2, $3) RETURNING id',
      [`01KA000000000000000000000${index}`, source, channelUserId],
    )
    ids.push(String(made.rows[0]!.id))
  }
  api = resources.use(
    await startTestApi({
      db: database.db,
      services: { history: { store, env: 'test', completeThrough: () => new Date(), lost: () => [] } },
    }),
  )
})

afterAll(() => resources.disposeAsync())

const document = `query Inbox($channel: ID, $range: TimeRange, $eventType: String, $verified: Boolean, $outcome: WebhookOutcome, $first: Int, $after: String) {
  webhookInbox(channel: $channel, range: $range, eventType: $eventType, verified: $verified, outcome: $outcome, first: $first, after: $after) {
    nodes { messageId channelUserId channel { channelId } }
    pageInfo { hasNextPage endCursor }
  }
}`

type Node = { messageId: string; channelUserId: string | null; channel: { channelId: string } | null }

const walk = async (variables: object): Promise<Node[]> => {
  const nodes: Node[] = []
  for (let after: string | null = null, hasNextPage = true; hasNextPage; ) {
    const { data, errors } = await api.ask(document, { ...variables, after }, operatorKey)
    expect(errors).toBeUndefined()
    nodes.push(...data.webhookInbox.nodes)
    ;({ endCursor: after, hasNextPage } = data.webhookInbox.pageInfo)
  }
  return nodes
}

const aRow = fc.record({
  account: fc.constantFrom(...accounts),
  eventType: fc.constantFrom('a', 'b'),
  outcome: fc.constantFrom<Outcome>('PROJECTED', 'REPEATED', 'UNTRACKED', 'MALFORMED'),
  verified: fc.boolean(),
  // Few instants, so that many rows share one.
  ms: fc.nat(20),
})

const maybe = <T>(...values: T[]) => fc.constantFrom(null, ...values)

test('pages of one channel are those of all, filtered, whatever else is asked for', async () => {
  let range = { from: start, to: start }
  await fc.assert(
    fc.asyncProperty(
      fc.array(aRow, { minLength: 1, maxLength: 60 }),
      fc.record({
        channel: maybe(0, 1, 2),
        eventType: maybe('a'),
        verified: maybe(true, false),
        outcome: maybe<Outcome>('REPEATED', 'UNTRACKED'),
        first: fc.integer({ min: 1, max: 30 }),
      }),
      async (described, { channel, eventType, verified, outcome, first }) => {
        // Each run has an hour of its own.
        range = { from: range.to, to: range.to + 3_600_000 }
        const rows = described.map(
          ({ account, ms, ...row }): Row => ({ ...row, ...account, ms: range.from + ms, messageId: newUlid() }),
        )
        await insert(rows.map(rendered))
        const wanted = rows
          .filter(
            (row) =>
              (channel === null ||
                (row.source === accounts[channel]!.source && row.channelUserId === accounts[channel]!.channelUserId)) &&
              (eventType === null || row.eventType === eventType) &&
              (verified === null || row.verified === verified) &&
              (outcome === null || row.outcome === outcome),
          )
          .toSorted((a, b) => b.ms - a.ms || (a.messageId < b.messageId ? 1 : -1))
        const within = { from: new Date(range.from).toISOString(), to: new Date(range.to).toISOString() }
        const asked = { channel: channel === null ? null : ids[channel], eventType, verified, outcome, first }
        expect(await walk({ ...asked, range: within })).toEqual(
          wanted.map(({ messageId, source, channelUserId }) => {
            const known = accounts
              .slice(0, 3)
              .findIndex((one) => one.source === source && one.channelUserId === channelUserId)
            const channel = known === -1 ? null : { channelId: ids[known] }
            return { messageId, channelUserId: channelUserId || null, channel }
          }),
        )
      },
    ),
    { numRuns: 25 },
  )
})

test('a page costs the same statements whatever is on it, and one query', async () => {
  const statements: string[] = []
  const stop = database.db.onStatement((name) => statements.push(name ?? ''))
  queries.length = 0
  const { errors } = await api.ask(document, { channel: ids[0], first: 100 }, operatorKey)
  stop()
  expect(errors).toBeUndefined()
  expect(queries).toEqual(['webhook_inbox'])
  expect(statements.filter((name) => !name.startsWith('p_'))).toEqual([
    'channel_by_id',
    'channel_ids_by_platform_user_ids',
  ])
  expect(statements).toHaveLength(3)
})

test('a channel that nobody tracks has no page, and what is no id is refused', async () => {
  const { data } = await api.ask(document, { channel: '999999' }, operatorKey)
  expect(data.webhookInbox.nodes).toEqual([])
  const { errors } = await api.ask(document, { channel: 'someone' }, operatorKey)
  expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
})

const kick = (body: object | string) => ({ reader: kickReader, source: 'kick', body })
const twitch = (body: object | string) => ({ reader: twitchReader, source: 'twitch', body })

test.each([
  ['an event of Kick', kick({ broadcaster: { user_id: 4711, username: 'x' }, sender: { user_id: 8 } }), '4711'],
  ['an id that no double holds', kick('{"broadcaster":{"user_id":9007199254740993}}'), '9007199254740993'],
  ['an id as digits', kick({ broadcaster: { user_id: '4711' } }), '4711'],
  ['a person who is no channel', kick({ sender: { user_id: 8 } }), ''],
  ['an id that is none', kick({ broadcaster: { user_id: -4 } }), ''],
  ['an id that is an object', kick({ broadcaster: { user_id: { a: 1 } } }), ''],
  ['no object', kick('[4711]'), ''],
  ['no JSON', kick('{"broadcaster":{"user_id":4711}'), ''],
  ['nothing', kick(''), ''],
  ['words that look like a channel', kick({ content: '"broadcaster":{"user_id":4711}' }), ''],
  ['an event of Twitch', twitch({ subscription: {}, event: { broadcaster_user_id: '4711' } }), '4711'],
  ['a handshake', twitch({ subscription: { condition: { broadcaster_user_id: '4711' } }, challenge: 'x' }), '4711'],
  ['a subscription to users', twitch({ subscription: { condition: { client_id: 'abc' } }, event: {} }), ''],
])(
  'the channel of %s is read alike by the program and from rows of before',
  async (_, { reader, source, body }, id) => {
    const payload = bodyText(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)))
    expect(reader.channelOf(payload) ?? '').toBe(id)
    const messageId = newUlid()
    const columns = ['env', 'source', 'message_id', 'payload', 'received_at']
    await insert([JSON.stringify(['before', source, messageId, payload, String(start / 1_000)])], columns)
    const stored = namedQuery({
      name: 'stored_channel',
      sql: `SELECT channel_user_id AS id FROM webhook_inbox WHERE env = 'before' AND message_id = {messageId:String}`,
      row: { id: text },
    })
    expect(await store.query(stored, { messageId })).toEqual([{ id }])
  },
)

test('the deliveries of a channel are read by the index, not by all days', async () => {
  await store.command(`INSERT INTO webhook_inbox (env, source, message_id, channel_user_id, received_at)
    SELECT 'many', 'kick', toString(number), if(number = 30000, 'rare', 'often'),
      toDateTime64('2026-11-01 00:00:00', 3) + number * 60 FROM numbers(43000)`)
  const parameters = {
    ...{ env: 'many', from: new Date(start), to: new Date(start + 31 * 86_400_000) },
    ...{ beyond_at: new Date(start + 31 * 86_400_000), beyond_id: '', any_channel: false },
    ...{ channelUserId: 'rare', source: 'kick', any_type: true, eventType: '', verified: [0, 1] },
    ...{ any_outcome: true, outcomes: [], limit: 21 },
  }
  const explained = namedQuery({
    name: 'explained',
    sql: `EXPLAIN ESTIMATE ${inboxQuery.template.sql}`,
    row: { database: text, table: text, parts: bigint, rows: bigint, marks: bigint },
  })
  expect(await store.query(explained, parameters)).toMatchObject([{ marks: 1n }])
})
