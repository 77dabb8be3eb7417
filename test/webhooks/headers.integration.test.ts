import { afterAll, beforeAll, expect, test } from 'vitest'
import { newUlid } from '../../src/lib/ids.ts'
import { inboxFormat } from '../../src/stores/clickhouse/tables/webhook-inbox.ts'
import type { Delivery } from '../../src/webhooks/delivery.ts'
import { decodeDelivery, encodeDelivery } from '../../src/webhooks/delivery-row.ts'
import { renderInboxRow } from '../../src/webhooks/inbox-row.ts'
import { storedHeaders } from '../../src/webhooks/kept-headers.ts'
import { operatorKey, startTestApi, type TestApi } from '../support/http/api.ts'
import { openTestClickHouse } from '../support/stores/clickhouse.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { insertDeliveries } from '../support/webhooks/inbox-rows.ts'

const start = Date.now() - 60_000
let database: TestDatabase
let clickHouse: Awaited<ReturnType<typeof openTestClickHouse>>
let api: TestApi
const asked: string[] = []

const delivery = (index: number, change: Partial<Delivery> = {}): Delivery => ({
  source: 'kick',
  messageId: newUlid(),
  eventType: 'chat.message.sent',
  eventVersion: '1',
  subscriptionId: newUlid(),
  sentAt: new Date(start),
  signature: `${'S'.repeat(343)}=`,
  body: '{}',
  receivedAt: BigInt(start + index) * 1_000n,
  receipt: '00000000-0000-4000-8000-000000000000',
  replay: false,
  ...change,
})

const headersOf = ({ messageId, signature, subscriptionId }: Delivery) => ({
  host: 'example.com',
  cookie: 'secret=1',
  authorization: 'Bearer secret',
  forwarded: 'for=203.0.113.7',
  'x-forwarded-for': '203.0.113.7',
  'content-type': 'application/json',
  'user-agent': 'Kick/1 "é"',
  'kick-event-message-id': messageId,
  'kick-event-subscription-id': subscriptionId!,
  'kick-event-signature': signature,
  'kick-event-type': 'chat.message.sent',
  'kick-event-new': 'x'.repeat(2_000),
})

const withHeaders = (one: Delivery): Delivery => ({
  ...one,
  headers: storedHeaders(headersOf(one), 'kick-event-', one),
})

const shown = (one: Delivery) =>
  Object.entries(headersOf(one))
    .filter(([name]) => /^(kick-event-|content-type$|user-agent$)/.test(name))
    .map(([name, value]) => ({ name, value: value.slice(0, 512) }))

// The second was received before headers were kept, the third through the spool.
const deliveries = [withHeaders(delivery(0)), delivery(1), decodeDelivery(encodeDelivery(withHeaders(delivery(2))))]
const [first, old, spooled] = deliveries as [Delivery, Delivery, Delivery]

beforeAll(async () => {
  database = await createTestDatabase()
  clickHouse = await openTestClickHouse({ onQuery: (name) => asked.push(name) })
  const { store } = clickHouse
  await store.insertBatch({
    table: inboxFormat.table,
    columns: inboxFormat.columns,
    format: 'JSONCompactEachRow',
    body: Buffer.from(deliveries.map((one) => `${renderInboxRow('test', one, 'PROJECTED', true)}\n`).join('')),
    token: 'headers',
    rows: deliveries.length,
  })
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

test('what the platform says is kept, and nothing of callers or of who forwarded it', () => {
  expect(first.headers).not.toMatch(/secret|203\.0|example\.com/)
  // Other columns have these values, which do not compress.
  for (const value of [first.messageId, first.signature, first.subscriptionId!])
    expect(first.headers).not.toContain(value)
  expect(storedHeaders({ host: 'example.com' }, 'kick-event-', first)).toBe('')
  expect(storedHeaders({ 'kick-event-type': 'x', 'user-agent': 'y' }, undefined, first)).toBe('[["user-agent","y"]]')
})

test('a line of the spool from before headers were kept is read', () => {
  expect(decodeDelivery(encodeDelivery(old))).toEqual(old)
  expect(encodeDelivery(old)).not.toContain('headers')
})

test('a list shows the headers of its deliveries by one query more, and by none where they are not selected', async () => {
  const list =
    'query { webhookInbox(range: { from: "now-1h", to: "now" }) { nodes { messageId headers { name value } } } }'
  asked.length = 0
  const { data, errors } = await api.ask(list, {}, operatorKey)
  expect(errors).toBeUndefined()
  expect(data.webhookInbox.nodes).toEqual([
    { messageId: spooled.messageId, headers: shown(spooled) },
    { messageId: old.messageId, headers: null },
    { messageId: first.messageId, headers: shown(first) },
  ])
  expect(asked).toEqual(['webhook_inbox', 'webhook_headers'])
  asked.length = 0
  await api.ask(list.replace('headers { name value }', ''), {}, operatorKey)
  expect(asked).toEqual(['webhook_inbox'])
})

test('one delivery is found by its id and the instant of its receipt, and by its id alone', async () => {
  const query = `query ($messageId: String!, $receivedAt: DateTime) {
    webhookDelivery(messageId: $messageId, receivedAt: $receivedAt) { messageId receivedAt outcome payload headers { name value } } }`
  const find = async ({ messageId, receivedAt }: { messageId: string; receivedAt?: number }) => {
    const variables = { messageId, receivedAt: receivedAt === undefined ? null : new Date(receivedAt).toISOString() }
    const { data, errors } = await api.ask(query, variables, operatorKey)
    expect(errors).toBeUndefined()
    return data.webhookDelivery
  }
  expect(await find({ messageId: first.messageId, receivedAt: start })).toEqual({
    ...{ messageId: first.messageId, receivedAt: new Date(start).toISOString(), outcome: 'PROJECTED', payload: {} },
    headers: shown(first),
  })
  expect(await find({ messageId: old.messageId, receivedAt: start + 1 })).toMatchObject({ headers: null })
  expect(await find({ messageId: first.messageId, receivedAt: start + 1 })).toBeNull()
  expect(await find({ messageId: newUlid(), receivedAt: start })).toBeNull()
  expect(await find({ messageId: old.messageId })).toMatchObject({ receivedAt: new Date(start + 1).toISOString() })
  expect(await find({ messageId: newUlid() })).toBeNull()

  // Of those that share an id the one that the platform signed first, not what claims it or repeats it.
  const messageId = newUlid()
  const model = {
    source: 'kick',
    channelUserId: '',
    eventType: 'a',
    leftOut: 0,
    replay: false,
    messageId,
    sentAt: start,
  }
  await insertDeliveries(clickHouse.store, 'test', [
    { ...model, outcome: 'FORGED', verified: false, receivedAt: start + 10 },
    { ...model, outcome: 'PROJECTED', verified: true, receivedAt: start + 20 },
    { ...model, outcome: 'REPEATED', verified: true, repeatOf: messageId, receivedAt: start + 30 },
    { ...model, outcome: 'PROJECTED', verified: true, replay: true, receivedAt: start + 40 },
  ])
  expect(await find({ messageId })).toMatchObject({ receivedAt: new Date(start + 20).toISOString() })
})
