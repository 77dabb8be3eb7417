import { afterAll, beforeAll, expect, test } from 'vitest'
import { newActionId } from '../../src/audit/record-action.ts'
import { type Shipper, startShipper } from '../../src/ingest/shipper.ts'
import { silentLog } from '../../src/lib/log.ts'
import { readDelivery } from '../../src/platforms/kick/read-delivery.ts'
import { number, text } from '../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../src/stores/clickhouse/named-query.ts'
import { inboxFormat } from '../../src/stores/clickhouse/tables/webhook-inbox.ts'
import { statement } from '../../src/stores/postgres/statement.ts'
import type { Delivery } from '../../src/webhooks/delivery.ts'
import { decodeDelivery, encodeDelivery } from '../../src/webhooks/delivery-row.ts'
import { renderInboxRow } from '../../src/webhooks/inbox-row.ts'
import { projectBatch } from '../../src/webhooks/project-batch.ts'
import { createReceiptTime } from '../../src/webhooks/receipt-time.ts'
import { createReplay } from '../../src/webhooks/replay-delivery.ts'
import { adminKey, operatorKey, startTestApi, type TestApi } from '../support/http/api.ts'
import { chatBody, followBody, statusBody } from '../support/platforms/kick-bodies.ts'
import { openTestClickHouse } from '../support/stores/clickhouse.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { kickReader } from '../support/webhooks/delivery-readers.ts'
import { delivery, startProjectorFixture, subscribedChannel } from '../support/webhooks/projector-fixture.ts'

const user = 501
const days = 86_400_000
const now = Math.floor(Date.now() / 1_000) * 1_000
const receiptTime = createReceiptTime(Date.now)
const received = (type: string, body: object, ageMs: number, more: Partial<Delivery> = {}): Delivery =>
  delivery(type, body, { sentAt: new Date(now - ageMs), receivedAt: receiptTime(), ...more })

let database: TestDatabase
let engine: Awaited<ReturnType<typeof openTestClickHouse>>
let fixture: Awaited<ReturnType<typeof startProjectorFixture>>
let shipper: Shipper
let api: TestApi
// As if an upgrade had taught the program another type.
let knowsRaids = false

beforeAll(async () => {
  database = await createTestDatabase()
  engine = await openTestClickHouse()
  const { store } = engine
  const read: typeof readDelivery = (message) =>
    readDelivery(
      knowsRaids && message.eventType === 'channel.raided' ? { ...message, eventType: 'channel.followed' } : message,
    )
  fixture = await startProjectorFixture({ ...database, sources: new Map([['kick', { ...kickReader, read }]]) })
  const { spool, projector } = fixture
  shipper = startShipper({ spool, sink: store, log: silentLog, clock: Date.now })
  api = await startTestApi({
    ...database,
    services: { replayDelivery: createReplay({ store, env: 'test', spool, projector, receiptTime }) },
  })
  await subscribedChannel(database.db, user)
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await shipper[Symbol.asyncDispose]()
  await fixture[Symbol.asyncDispose]()
  await engine[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

/** A message of now: older ones than chat is kept for are gone at once. */
const chatNow = (id: string, more: object = {}) =>
  chatBody(user, id, { created_at: new Date(now).toISOString(), ...more })

/** Projected and in ClickHouse. */
const deliver = async (...deliveries: Delivery[]): Promise<void> => {
  await fixture.deliver(...deliveries)
  expect(await shipper.flush(20_000)).toBe(true)
}

const mutation = `mutation ($id: String!) { replayWebhook(messageId: $id) { __typename
  ... on ReplayWebhookSuccess { delivery { messageId source eventType verified outcome payload } } ... on NotFound { code message } } }`

const replay = async ({ messageId }: Pick<Delivery, 'messageId'>) => {
  const { data, errors } = await api.ask(mutation, { id: messageId }, adminKey)
  expect(errors).toBeUndefined()
  expect(await shipper.flush(20_000)).toBe(true)
  return data.replayWebhook
}

const outcomesQuery = namedQuery({
  name: 'test_outcomes',
  sql: 'SELECT outcome FROM webhook_inbox WHERE message_id = {id:String} ORDER BY received_at',
  row: { outcome: text },
})
const outcomesOf = async ({ messageId }: Delivery) =>
  (await engine.store.query(outcomesQuery, { id: messageId })).map(({ outcome }) => outcome)
const chatQuery = namedQuery({
  name: 'test_chat_rows',
  sql: 'SELECT message_id AS id, content, toUInt32(toUnixTimestamp(created_at)) AS at FROM kick_chat_message ORDER BY id',
  row: { id: text, content: text, at: number },
})
const chats = () => engine.store.query(chatQuery, {})

test('a quarantined delivery is released by its replay, which leaves a row of its own', async () => {
  const created_at = new Date(now - 8 * days).toISOString()
  const old = received('chat.message.sent', chatNow('released', { created_at }), 8 * days)
  await deliver(old)
  expect(await chats()).toEqual([])
  expect(await replay(old)).toEqual({
    __typename: 'ReplayWebhookSuccess',
    delivery: {
      messageId: old.messageId,
      source: 'kick',
      eventType: 'chat.message.sent',
      verified: true,
      outcome: 'LATE',
      payload: JSON.parse(old.body),
    },
  })
  expect(await outcomesOf(old)).toEqual(['QUARANTINED', 'LATE'])
  expect(await chats()).toMatchObject([{ id: 'released', at: now / 1_000 - 8 * 86_400 }])
})

test('a replay of what was projected has no second effect', async () => {
  const chat = received('chat.message.sent', chatNow('once'), 0)
  const follow = received('channel.followed', followBody(user, 7), 0)
  await deliver(chat, follow)
  expect(await replay(chat)).toMatchObject({ delivery: { outcome: 'REPEATED' } })
  expect(await replay(follow)).toMatchObject({ delivery: { outcome: 'PROJECTED' } })
  expect((await chats()).filter(({ id }) => id === 'once')).toHaveLength(1)
  const count = statement('test_count_follows', 'SELECT count(*) FROM dm.kick_follow_event')
  expect(await database.db.query(count)).toEqual([{ count: 1n }])
  expect(await outcomesOf(chat)).toEqual(['PROJECTED', 'REPEATED'])
})

test('a type that was unknown is read again once it is known', async () => {
  const raid = received('channel.raided', followBody(user, 8), 0, { subscriptionId: 'sub-raids' })
  await deliver(raid)
  const subscribe = statement(
    'test_subscribe_raids',
    `INSERT INTO dm.event_subscription (channel_id, event, platform_subscription_id, status)
     SELECT id, 'channel.raided', 'sub-raids', 'active' FROM dm.streamer_channel WHERE platform_user_id = '${user}'`,
  )
  await database.db.query(subscribe)
  knowsRaids = true
  expect(await replay(raid)).toMatchObject({ delivery: { outcome: 'PROJECTED' } })
})

test('a replay that is projected again after a crash is in the audit log once', async () => {
  const follow = received('channel.followed', followBody(user, 11), 0)
  const author = { identity: { role: 'ADMIN', name: 'admin', subject: 'test' }, requestId: 'the-request' }
  const replayed = { ...follow, replay: true, replayedBy: { ...author, id: newActionId() } }
  const known = decodeDelivery(encodeDelivery(replayed))
  expect(known).toEqual(replayed)
  for (let times = 0; times < 2; times++) {
    const readings = [{ delivery: known, fact: readDelivery(known) }]
    expect(await projectBatch({ db: database.db, log: silentLog }, readings)).toMatchObject([{ outcome: 'PROJECTED' }])
  }
  const logged = statement(
    'test_logged',
    `SELECT id, subject, action, after, request_id AS "requestId" FROM dm.audit_log WHERE target = $1`,
  )
  expect(await database.db.query(logged, [`webhook:${follow.messageId}`])).toEqual([
    {
      id: replayed.replayedBy.id,
      subject: 'test',
      action: 'webhook.replay',
      after: { source: 'kick', outcome: 'PROJECTED' },
      requestId: 'the-request',
    },
  ])
})

test('a replay does not make the delivery of another app ours', async () => {
  const foreign = received('channel.followed', followBody(user, 9), 0, { subscriptionId: 'foreign' })
  await deliver(foreign)
  expect(await replay(foreign)).toMatchObject({ delivery: { outcome: 'UNTRACKED' } })
})

test('what is not stored or was forged is NotFound', async () => {
  const forged = received('channel.followed', followBody(user, 10), 0)
  await fixture.spool.append(inboxFormat, [renderInboxRow('test', forged, 'FORGED', false)])
  expect(await shipper.flush(20_000)).toBe(true)
  for (const { messageId } of [forged, { messageId: 'nothing' }, { messageId: "'; DROP TABLE x --\0" }])
    expect(await replay({ messageId })).toEqual({
      __typename: 'NotFound',
      code: 'NOT_FOUND',
      message: 'No genuine delivery with this messageId is stored with its payload.',
    })
})

test('it is done for admins only', async () => {
  for (const key of [operatorKey, undefined]) {
    const { errors } = await api.ask(mutation, { id: 'any' }, key)
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN'])
  }
})

test('chat is stored as it was written, whatever is in it', async () => {
  const contents = ['a\0b', 'half \\ud83d', 'x'.repeat(10_000), `"'\\\t\n`, '😀', '']
  const bodies = contents.map((content, n) =>
    JSON.stringify(chatNow(`text-${n}`, { content })).replace('\\\\ud83d', '\\ud83d'),
  )
  await deliver(...bodies.map((body) => received('chat.message.sent', JSON.parse(body) as object, 0, { body })))
  const rows = (await chats()).filter(({ id }) => id.startsWith('text-'))
  expect(rows.map(({ content }) => content)).toEqual(contents.map((content) => content.replace('\\ud83d', '\ufffd')))
})

const readReceived = statement(
  'test_received_of_replay',
  'SELECT received_timestamp AS received, event_timestamp AS occurred FROM dm.status_event WHERE platform_event_id = $1',
)

test('what a replay releases was received when it first came', async () => {
  const startedAt = new Date(now - 10 * days)
  const firstReceivedAt = now - 2 * days
  const old = received('livestream.status.updated', statusBody(user, startedAt.toISOString(), null), 10 * days, {
    receivedAt: BigInt(firstReceivedAt) * 1_000n,
  })
  await deliver(old)
  expect(await database.db.query(readReceived, [old.messageId])).toEqual([])
  expect((await replay(old)).delivery).toMatchObject({ outcome: 'LATE' })
  expect(await database.db.query(readReceived, [old.messageId])).toEqual([
    { received: new Date(firstReceivedAt), occurred: startedAt },
  ])
})
