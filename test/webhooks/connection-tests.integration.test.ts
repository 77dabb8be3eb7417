import { afterAll, beforeAll, expect, test } from 'vitest'
import { answerBy } from '../../src/commands/answer.ts'
import { parseCommandLine } from '../../src/commands/parse-command-line.ts'
import type { CommandServices } from '../../src/commands/store-command.ts'
import { storeCommands } from '../../src/commands/store-commands.ts'
import { startShipper } from '../../src/ingest/shipper.ts'
import { silentLog } from '../../src/lib/log.ts'
import { createStatusSource } from '../../src/live/status-source.ts'
import type { DeliveryReader } from '../../src/platforms/webhook-source.ts'
import { inboxFormat } from '../../src/stores/clickhouse/tables/webhook-inbox.ts'
import type { Delivery } from '../../src/webhooks/delivery.ts'
import { createReceiptTime } from '../../src/webhooks/receipt-time.ts'
import { createConnectionTest } from '../../src/webhooks/test-connection.ts'
import { brokenRules } from '../support/live/journal-invariants.ts'
import { followBody, statusBody } from '../support/platforms/kick-bodies.ts'
import { openTestClickHouse } from '../support/stores/clickhouse.ts'
import { createTestDatabase } from '../support/stores/postgres.ts'
import { statement } from '../support/stores/statement.ts'
import { kickReader, twitchReader } from '../support/webhooks/delivery-readers.ts'
import { delivery, startProjectorFixture, subscribedChannel, takeRows } from '../support/webhooks/projector-fixture.ts'

const resources = new AsyncDisposableStack()
let database: Awaited<ReturnType<typeof createTestDatabase>>
let engine: Awaited<ReturnType<typeof openTestClickHouse>>
let users = 7_000

beforeAll(async () => {
  database = resources.use(await createTestDatabase())
  engine = resources.use(await openTestClickHouse())
})
afterAll(() => resources.disposeAsync())

const receiptTime = createReceiptTime(Date.now)
const sources = new Map<string, DeliveryReader>([
  ['kick', { ...kickReader, read: () => ({ kind: 'unsupported' }) }],
  ['twitch', twitchReader],
])

const readEvents = statement(
  'test_connection_tests',
  `SELECT event_type AS type, previous_status AS "previousStatus", new_status AS "newStatus", source, platform_event_id AS "platformEventId",
     event_data AS data FROM dm.status_event WHERE channel_id = $1 ORDER BY id`,
)
const readChannel = statement(
  'test_tested_channel',
  `SELECT row_to_json(c) AS channel, (SELECT json_agg(s ORDER BY s.id) FROM dm.stream_session s WHERE s.channel_id = c.id) AS sessions,
     (SELECT json_agg(s ORDER BY s.id) FROM dm.event_subscription s WHERE s.channel_id = c.id) AS subscriptions
   FROM dm.streamer_channel c WHERE c.id = $1`,
)

const command = async (words: string[], services: Partial<CommandServices>) => {
  const said: string[] = []
  const { command, given } = parseCommandLine(storeCommands, words)
  const ok = await command.run(given, {
    services: { db: database.db, ...services } as CommandServices,
    ...answerBy((line) => void said.push(line), given.json === true),
    signal: AbortSignal.timeout(60_000),
    author: { identity: { role: 'ADMIN', name: 'a test', subject: 'test' }, requestId: 'r' },
    record: async () => {},
  })
  return { ok, said }
}

const kickReceiver = { platform: 'kick', isSetUp: async () => true, isBlind: () => false }

test('a platform without credentials fails the test at once, and nothing is sent', async () => {
  await using fixture = await startProjectorFixture({ ...database })
  const testConnection = createConnectionTest({
    ...{ receivers: [{ ...kickReceiver, isSetUp: async () => false }], db: database.db, store: engine.store },
    ...{ env: 'test', spool: fixture.spool, projector: fixture.projector, receiptTime },
  })
  const steps: object[] = []
  for await (const step of testConnection({ platform: 'kick', sentBy: 'a test' }, AbortSignal.timeout(60_000)))
    steps.push(step)
  expect(steps).toEqual([
    { step: 'received', ok: false, detail: 'kick has no credentials here, so its deliveries are refused.' },
  ])
  expect(await takeRows(fixture.spool, inboxFormat)).toEqual([])
})

test('an operator’s test passes every step, is in the journal and the inbox, and changes nothing', async () => {
  const user = ++users
  const channelId = await subscribedChannel(database.db, user)
  await using fixture = await startProjectorFixture({ ...database })
  await fixture.deliver(delivery('livestream.status.updated', statusBody(user, '2026-01-01T11:00:00Z', null)))
  await using shipper = startShipper({ spool: fixture.spool, sink: engine.store, log: silentLog, clock: Date.now })
  const testConnection = createConnectionTest({
    ...{ receivers: [kickReceiver], db: database.db, store: engine.store, env: 'test' },
    ...{ spool: fixture.spool, projector: fixture.projector, receiptTime },
  })
  const before = await database.db.query(readChannel, [channelId])

  const { ok, said } = await command(['webhooks', 'test', `user-${user}`, '--json'], { testConnection })
  const passed = (step: string) => ({ step, ok: true, detail: expect.any(String) })
  expect(said.map((line) => JSON.parse(line))).toEqual(
    ['received', 'stored', 'projected', 'journal', 'inbox'].map(passed),
  )
  expect(ok).toBe(true)
  expect(await shipper.flush(20_000)).toBe(true)

  expect(await database.db.query(readChannel, [channelId])).toEqual(before)
  const events = await database.db.query<Record<string, unknown>>(readEvents, [channelId])
  expect(events).toMatchObject([
    { type: 'stream_start' },
    {
      type: 'connection_test',
      previousStatus: 'online',
      newStatus: 'online',
      source: 'operator',
      data: { source: 'operator', eventType: 'channelscope.test', body: { test: true, sent_by: 'a test' } },
    },
  ])
  expect(await brokenRules(database.db)).toEqual([])

  // Subscribers of the channel get it with the session that is on.
  const { events: told } = await createStatusSource(database.db.query).readEvents(
    { channels: new Set([Number(channelId)]), platform: null } as never,
    0,
    Number.MAX_SAFE_INTEGER,
  )
  expect(told.at(-1)).toMatchObject({
    event: { eventType: 'connection_test' },
    channel: { status: 'online' },
    session: { startedAt: new Date('2026-01-01T11:00:00Z'), endedAt: null },
  })
})

test('a test about no channel is in the inbox only, and is not marked as signed', async () => {
  await using fixture = await startProjectorFixture({ ...database, sources })
  const sent = delivery('channelscope.test', { broadcaster: undefined }, { test: true, body: '{"test":true}' })
  await fixture.deliver(sent)
  expect(await takeRows(fixture.spool, inboxFormat)).toMatchObject([{ outcome: 'TEST', verified: 0 }])
})

test('a test that is projected again after a crash is one event', async () => {
  const user = ++users
  const channelId = await subscribedChannel(database.db, user)
  await using fixture = await startProjectorFixture({ ...database, sources })
  const sent = delivery('channelscope.test', { broadcaster: { user_id: String(user) } }, { test: true })
  await fixture.deliver(sent)
  await fixture.deliver(sent)
  expect(await database.db.query(readEvents, [channelId])).toHaveLength(1)
})

test('whoever sends the type of a test from outside is not an operator', async () => {
  const user = ++users
  const channelId = await subscribedChannel(database.db, user)
  await using fixture = await startProjectorFixture(database)
  await fixture.deliver(delivery('channelscope.test', followBody(user, 1)))
  expect(await takeRows(fixture.spool, inboxFormat)).toMatchObject([{ outcome: 'UNSUPPORTED' }])
  expect(await database.db.query(readEvents, [channelId])).toEqual([])
})

test('the handshake of a platform is a connection test of the channel of its subscription', async () => {
  const user = ++users
  const channelId = await subscribedChannel(database.db, user)
  const makeTwitch = statement('test_make_twitch', `UPDATE dm.streamer_channel SET platform = 'twitch' WHERE id = $1`)
  await database.db.query(makeTwitch, [channelId])
  await using fixture = await startProjectorFixture({ ...database, sources })
  const body = {
    challenge: 'pogchamp',
    subscription: { id: 's', type: 'stream.online', version: '1', condition: { broadcaster_user_id: String(user) } },
  }
  const handshake: Partial<Delivery> = { source: 'twitch', body: JSON.stringify(body) }
  await fixture.deliver(delivery('stream.online', {}, handshake))
  expect(await database.db.query(readEvents, [channelId])).toMatchObject([
    { type: 'connection_test', previousStatus: 'unknown', newStatus: 'unknown', source: 'webhook', data: { body } },
  ])
  expect(await takeRows(fixture.spool, inboxFormat)).toMatchObject([{ outcome: 'TEST', verified: 1 }])
})

test('without a server, or for a handle that nobody had, the command says so and fails', async () => {
  const fails = (words: string[], services: Partial<CommandServices>) =>
    expect(command(['webhooks', 'test', ...words], services)).rejects
  await fails([], {}).toThrow('No server runs here that receives webhooks: start it, then test it.')
  const testConnection = createConnectionTest({ receivers: [] } as never)
  await fails(['nobody'], { testConnection }).toThrow('No channel "nobody" of kick is known')
  await fails([], { testConnection }).toThrow('The test delivery failed: received.')
})
