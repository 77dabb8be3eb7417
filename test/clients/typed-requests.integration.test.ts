import { afterAll, beforeAll, expect, test } from 'vitest'
import { AddStreamer, ChannelBySlug, WhoAmI } from '../generated/graphql.ts'
import { adminKey, operatorKey, startTestApi, type TestApi } from '../support/http/api.ts'
import { request } from '../support/http/typed-request.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'

let database: TestDatabase
let api: TestApi

beforeAll(async () => {
  database = await createTestDatabase()
  await seed(database.db).fullChannels(1)
  api = await startTestApi({ db: database.db })
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

test('an answer is what its type says: enums by their names, instants as text, null where nothing is', async () => {
  expect((await request(api.url, WhoAmI, {})).me).toEqual({ role: 'PUBLIC', name: null })
  expect((await request(api.url, WhoAmI, {}, adminKey)).me.role satisfies 'PUBLIC' | 'OPERATOR' | 'ADMIN').toBe('ADMIN')
  expect((await request(api.url, ChannelBySlug, { slug: 'nobody' })).channel).toBeNull()
  const { rows } = await database.db.pool.query('SELECT current_slug AS slug FROM dm.streamer_channel')
  const { channel } = await request(api.url, ChannelBySlug, { slug: rows[0].slug, sessions: 2 })
  expect(channel?.status).toBe('ONLINE')
  expect(channel?.sessions.nodes).toMatchObject([
    { startedAt: '2026-02-05T00:00:00.000Z', endedAt: null },
    { startedAt: '2026-02-04T00:00:00.000Z', endedAt: '2026-02-04T01:00:00.000Z' },
  ])
})

test('an expected failure is a value that its type tells apart', async () => {
  const { createStreamer } = await request(api.url, AddStreamer, { name: '' }, operatorKey)
  if (createStreamer.__typename !== 'InvalidInput') throw new Error('an empty name was accepted')
  expect(createStreamer.argument).toBe('name')
})
