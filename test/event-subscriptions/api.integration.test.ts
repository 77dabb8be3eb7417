import { afterAll, beforeAll, expect, test } from 'vitest'
import { statement } from '../../src/stores/postgres/statement.ts'
import { operatorKey, startTestApi, type TestApi } from '../support/http/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'

let database: TestDatabase
let api: TestApi

const add = statement(
  'test_add_subscriptions',
  `INSERT INTO dm.event_subscription (channel_id, event, status, platform_subscription_id, error)
   SELECT c.id, v.event, v.status, CASE WHEN v.status = 'active' THEN v.event || c.id END, v.error FROM dm.streamer_channel c,
     (VALUES ('follow', 'active', NULL), ('chat', 'limited', 'limit reached')) AS v(event, status, error)`,
)

beforeAll(async () => {
  database = await createTestDatabase()
  for (const slug of ['one', 'two', 'three']) await seed(database.db).channel({ slug })
  await database.db.query(add)
  api = await startTestApi({ db: database.db })
  await api.services.cursors.known()
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

test('a channel shows what the platform delivers of it', async () => {
  const { data, errors } = await api.ask(
    '{ channel(slug: "two") { eventSubscriptions { id event status platformSubscriptionId error lastEventAt createdAt channel { slug } } } }',
    {},
    operatorKey,
  )
  expect(errors).toBeUndefined()
  const common = { id: expect.stringMatching(/^\d+$/), lastEventAt: null, createdAt: expect.stringMatching(/Z$/) }
  expect(data.channel.eventSubscriptions).toEqual([
    {
      ...common,
      event: 'chat',
      status: 'limited',
      platformSubscriptionId: null,
      error: 'limit reached',
      channel: { slug: 'two' },
    },
    {
      ...common,
      event: 'follow',
      status: 'active',
      platformSubscriptionId: expect.any(String),
      error: null,
      channel: { slug: 'two' },
    },
  ])
})

test('to operators only', async () => {
  const { errors } = await api.ask('{ channel(slug: "two") { eventSubscriptions { event } } }')
  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN'])
})

test('with one statement for all channels', async () => {
  const statementsFor = async (first: number) => {
    const statements: string[] = []
    const stop = database.db.onStatement((_, text) => void statements.push(text))
    await api.ask(`{ channels(first: ${first}) { nodes { eventSubscriptions { event } } } }`, {}, operatorKey)
    stop()
    return statements.filter((text) => text.includes('event_subscription')).length
  }
  expect([await statementsFor(1), await statementsFor(3)]).toEqual([1, 1])
})
