import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newUlid } from '../../src/lib/ids.ts'
import { text } from '../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../src/stores/clickhouse/named-query.ts'
import { openClickHouse } from '../../src/stores/clickhouse/open-clickhouse.ts'
import { inboxFormat } from '../../src/stores/clickhouse/tables/webhook-inbox.ts'
import { inboxQuery } from '../../src/telemetry/webhook-inbox.ts'
import type { Outcome } from '../../src/telemetry/webhook-outcome.ts'
import type { Delivery } from '../../src/webhooks/delivery.ts'
import { bodyText } from '../../src/webhooks/delivery-row.ts'
import { renderInboxRow } from '../../src/webhooks/inbox-row.ts'
import { operatorKey, startTestApi, type TestApi } from '../support/http/api.ts'
import { openTestClickHouse } from '../support/stores/clickhouse.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'

const start = Date.parse('2026-11-01T00:00:00Z')
const rows = 250

type Stored = Omit<Delivery, 'receipt'> & { outcome: Outcome; verified: boolean }

const stored = (index: number, change: Partial<Stored> = {}): Stored => ({
  source: 'kick',
  // Several at the same millisecond.
  receivedAt: BigInt(start + Math.floor(index / 3)) * 1_000n,
  messageId: newUlid(),
  eventType: index % 5 === 0 ? 'channel.followed' : 'chat.message.sent',
  eventVersion: '1',
  subscriptionId: null,
  sentAt: new Date(start - 700),
  signature: 'AAAA',
  body: JSON.stringify({ index }),
  replay: false,
  outcome: index % 7 === 0 ? 'FORGED' : 'PROJECTED',
  verified: index % 7 !== 0,
  ...change,
})

const deliveries = Array.from({ length: rows }, (_, index) => stored(index))

const newestFirst = deliveries.toSorted((a, b) => {
  if (a.receivedAt !== b.receivedAt) return a.receivedAt < b.receivedAt ? 1 : -1
  return a.messageId < b.messageId ? 1 : -1
})

let database: TestDatabase
let clickHouse: Awaited<ReturnType<typeof openTestClickHouse>>
let api: TestApi
let batches = 0

const insert = (env: string, list: readonly Stored[]) =>
  clickHouse.store.insertBatch({
    table: inboxFormat.table,
    columns: inboxFormat.columns,
    format: 'JSONCompactEachRow',
    body: Buffer.from(list.map((one) => `${renderInboxRow(env, one, one.outcome, one.verified)}\n`).join('')),
    token: `inbox-${batches++}`,
    rows: list.length,
  })

beforeAll(async () => {
  database = await createTestDatabase()
  clickHouse = await openTestClickHouse()
  const { store } = clickHouse
  // The instants of the test may be older than anything is kept.
  await store.command('ALTER TABLE webhook_inbox REMOVE TTL')
  await insert('test', deliveries)
  await insert('other', [stored(0)])
  api = await startTestApi({
    db: database.db,
    services: { history: { store, env: 'test', completeThrough: () => new Date(), lost: () => [] } },
  })
})

afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await clickHouse[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const document = `query Inbox($range: TimeRange, $eventType: String, $verified: Boolean, $outcome: WebhookOutcome, $outcomes: [WebhookOutcome!], $first: Int, $after: String) {
  webhookInbox(range: $range, eventType: $eventType, verified: $verified, outcome: $outcome, outcomes: $outcomes, first: $first, after: $after) {
    nodes { messageId source eventType verified outcome receivedAt lagMs payload }
    pageInfo { hasNextPage endCursor }
  }
}`

type Node = { messageId: string; payload: unknown; lagMs: number | null; outcome: string; verified: boolean }

type Page = { nodes: Node[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } }

const page = async (variables: object = {}): Promise<Page> => {
  const answer = await api.ask(document, variables, operatorKey)
  expect(answer.errors).toBeUndefined()
  return answer.data.webhookInbox
}

const idsOf = (list: readonly { messageId: string }[]) => list.map(({ messageId }) => messageId)

test('a delivery is read as it was stored', async () => {
  const { nodes } = await page({ first: 1 })
  const newest = newestFirst[0]!
  const receivedAt = new Date(Number(newest.receivedAt / 1_000n))
  expect(nodes).toEqual([
    {
      messageId: newest.messageId,
      source: 'kick',
      eventType: newest.eventType,
      verified: newest.verified,
      outcome: newest.outcome,
      receivedAt: receivedAt.toISOString(),
      lagMs: receivedAt.getTime() - newest.sentAt.getTime(),
      payload: JSON.parse(newest.body),
    },
  ])
})

test('a page without a size has the twenty newest', async () => {
  expect(idsOf((await page()).nodes)).toEqual(idsOf(newestFirst.slice(0, 20)))
})

test.each([7, 50, 100])(
  'pages of %i give every delivery once, newest first, whatever shares a millisecond',
  async (first) => {
    const nodes: Node[] = []
    for (let after: string | null = null, hasNextPage = true; hasNextPage; ) {
      const { nodes: more, pageInfo } = await page({ first, after })
      nodes.push(...more)
      ;({ endCursor: after, hasNextPage } = pageInfo)
    }
    expect(idsOf(nodes)).toEqual(idsOf(newestFirst))
  },
)

describe('what is asked for', () => {
  test('may be a half-open range of receipts', async () => {
    const range = { from: new Date(start + 10).toISOString(), to: new Date(start + 20).toISOString() }
    const inside = newestFirst.filter(
      ({ receivedAt }) => receivedAt >= BigInt(start + 10) * 1_000n && receivedAt < BigInt(start + 20) * 1_000n,
    )
    expect(inside).toHaveLength(30)
    expect(idsOf((await page({ first: 100, range })).nodes)).toEqual(idsOf(inside))
  })

  test('may be one type, one outcome, and what is signed or not', async () => {
    const follows = newestFirst.filter(({ eventType }) => eventType === 'channel.followed')
    expect(idsOf((await page({ first: 100, eventType: 'channel.followed' })).nodes)).toEqual(idsOf(follows))
    for (const verified of [true, false]) {
      const wanted = follows.filter((one) => one.verified === verified)
      const variables = { first: 100, eventType: 'channel.followed', verified }
      expect(idsOf((await page(variables)).nodes)).toEqual(idsOf(wanted))
    }
    for (const outcome of ['FORGED', 'PROJECTED', 'TEST']) {
      const wanted = newestFirst.filter((one) => one.outcome === outcome).slice(0, 100)
      expect(idsOf((await page({ first: 100, outcome })).nodes)).toEqual(idsOf(wanted))
    }
    const either = newestFirst.slice(0, 100)
    expect(idsOf((await page({ first: 100, outcomes: ['FORGED', 'PROJECTED'] })).nodes)).toEqual(idsOf(either))
    const forged = newestFirst.filter((one) => one.outcome === 'FORGED')
    expect(idsOf((await page({ first: 100, outcomes: ['FORGED', 'TEST'] })).nodes)).toEqual(idsOf(forged))
    expect((await page({ outcome: 'PROJECTED', outcomes: ['FORGED'] })).nodes).toEqual([])
    expect((await page({ outcomes: [] })).nodes).toEqual([])
    expect((await page({ eventType: '' })).nodes).toEqual([])
    expect((await page({ eventType: "' OR 1=1 --" })).nodes).toEqual([])
  })

  test('may begin before anything could be stored and end after it', async () => {
    const range = { from: '1900-01-01T00:00:00Z', to: '2299-12-31T23:59:59Z' }
    expect((await page({ first: 1, range })).nodes).toHaveLength(1)
  })

  test('must make sense', async () => {
    const backward = { from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' }
    for (const variables of [{ range: backward }, { first: 101 }, { first: -1 }, { after: 'x' }]) {
      const { errors } = await api.ask(document, variables, operatorKey)
      expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
    }
  })
})

test('the inbox is not for everybody', async () => {
  const { data, errors } = await api.ask(document)
  expect(data).toBeNull()
  expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN')
})

describe('the payload and the lag', () => {
  const at = Date.parse('2026-11-02T00:00:00Z')
  const range = { from: new Date(at).toISOString(), to: new Date(at + 1_000).toISOString() }
  let next = 0

  const readBack = async (change: Partial<Stored>): Promise<Node> => {
    const one = stored(0, { receivedAt: BigInt(at + next++) * 1_000n, ...change })
    await insert('test', [one])
    const { nodes } = await page({ first: 1, range })
    expect(nodes[0]!.messageId).toBe(one.messageId)
    return nodes[0]!
  }

  test.each<[string, string | Buffer, unknown]>([
    ['a list', '[1,"ü\\u0000"]', [1, 'ü\0']],
    ['a number too large for a double', '{"id":12345678901234567890}', { id: '12345678901234567890' }],
    ['a lone surrogate', '"\\ud800"', expect.any(String)],
    ['null', 'null', null],
    ['nothing', '', null],
    ['cut JSON', '{"a":', null],
    ['bytes that are no text', Buffer.from([0xff, 0x00]), null],
    ['NUL', '\0', null],
    ['a nesting that no answer could carry', '['.repeat(100_000) + ']'.repeat(100_000), null],
    ['a nesting of objects', `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`, null],
  ])('of %s never fail', async (_, body, payload) => {
    expect((await readBack({ body: bodyText(Buffer.from(body as Buffer)) })).payload).toEqual(payload)
  })

  test('are null where the timestamp is unreadable, and cut at 32 bits', async () => {
    expect((await readBack({ sentAt: new Date(Number.NaN) })).lagMs).toBeNull()
    expect((await readBack({ sentAt: new Date('2020-01-01T00:00:00Z') })).lagMs).toBe(2 ** 31 - 1)
    expect((await readBack({ sentAt: new Date('2100-01-01T00:00:00Z') })).lagMs).toBe(-(2 ** 31 - 1))
  })
})

test('a page is read from the end of the order key', async () => {
  const explained = namedQuery({
    name: 'explained',
    sql: `EXPLAIN actions = 1 ${inboxQuery.template.sql}`,
    row: { explain: text },
  })
  const plan = await clickHouse.store.query(explained, {
    env: 'test',
    from: new Date(0),
    to: new Date(start + 86_400_000),
    beyond_at: new Date(start + 86_400_000),
    beyond_id: '',
    any_channel: true,
    channelUserId: '',
    source: '',
    any_type: true,
    eventType: '',
    verified: [0, 1],
    any_outcome: true,
    outcomes: [],
    limit: 21,
  })
  expect(plan.map(({ explain }) => explain.trim()).join('\n')).toMatch(/Read type: InReverseOrder/)
})

test('a store that is down is UNAVAILABLE to callers, without hosts or SQL', async () => {
  await using down = await openClickHouse({ url: 'http://user:secret@127.0.0.1:1/vf' })
  await using other = await startTestApi({
    db: database.db,
    services: { history: { store: down, env: 'test', completeThrough: () => new Date(), lost: () => [] } },
  })
  const { errors } = await other.ask(document, {}, operatorKey)
  expect(errors?.[0]).toMatchObject({
    message: 'The webhook inbox is unavailable now; everything else works, try again later.',
    extensions: { code: 'UNAVAILABLE' },
  })
})
