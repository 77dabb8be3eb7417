import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { upsertChannels } from '../../src/channels/upsert.ts'
import { silentLog } from '../../src/lib/log.ts'
import { happeningRows } from '../support/alerts/happening-rows.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { truncate } from '../support/stores/truncate.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())
beforeEach(() => truncate(database.db, 'dm.streamer_channel CASCADE'))

const instant = (step: number): Date => new Date(Date.UTC(2026, 0, 1) + step * 1000)

const observe = async (at: number, ...seen: { user: string; slug?: string; isBanned?: boolean }[]) => {
  const observations = seen.map(({ user, ...rest }) => ({ platformUserId: user, observedAt: instant(at), ...rest }))
  const found = await upsertChannels(database.db, 'kick', observations, { log: silentLog })
  return new Map(Array.from(found, ([user, { id }]) => [user, id]))
}

const happenings = async () =>
  (await happeningRows(database.db, 'dm')).map(({ kind, channelId, facts }) => ({ kind, channelId, ...facts }))

test('a rename, a collision and a new name after it happen, and a first name does not', async () => {
  const ids = await observe(1, { user: 'a', slug: 'anna' }, { user: 'b', slug: 'ben' })
  expect(await happenings()).toEqual([])
  await observe(2, { user: 'a', slug: 'anne' })
  await observe(3, { user: 'b', slug: 'anne' })
  await observe(4, { user: 'a', slug: 'anja' })
  // An older observation changes nothing, and so nothing happens.
  await observe(2, { user: 'a', slug: 'ancient' })
  expect(await happenings()).toEqual([
    { kind: 'renamed', channelId: ids.get('a'), slug: 'anne', previousSlug: 'anna' },
    { kind: 'collided', channelId: ids.get('a'), previousSlug: 'anne' },
    { kind: 'renamed', channelId: ids.get('b'), slug: 'anne', previousSlug: 'ben' },
    { kind: 'renamed', channelId: ids.get('a'), slug: 'anja' },
  ])
})

test('two channels that swap their names are renamed', async () => {
  await observe(1, { user: 'a', slug: 'anna' }, { user: 'b', slug: 'ben' })
  await observe(2, { user: 'a', slug: 'ben' }, { user: 'b', slug: 'anna' })
  expect((await happenings()).map(({ kind }) => kind)).toEqual(['renamed', 'renamed'])
})

test('a ban and a return happen once each', async () => {
  const ids = await observe(1, { user: 'a', slug: 'anna', isBanned: false })
  for (const at of [2, 3]) await observe(at, { user: 'a', isBanned: true })
  for (const at of [4, 5]) await observe(at, { user: 'a', isBanned: false })
  expect(await happenings()).toEqual([
    { kind: 'banned', channelId: ids.get('a') },
    { kind: 'returned', channelId: ids.get('a') },
  ])
})
