import { afterAll, beforeAll, expect, test } from 'vitest'
import { upsertChannels } from '../../src/channels/upsert.ts'
import { type Log, silentLog } from '../../src/lib/log.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

test('channels that lose their slugs in one batch are one line of the log, which counts them and names ten', async () => {
  const lines: { fields: object; message: string }[] = []
  const log: Log = { ...silentLog, warn: (fields, message) => lines.push({ fields, message }) }
  const seen = (owner: string, minute: number, count: number) =>
    Array.from({ length: count }, (_, index) => ({
      platformUserId: `${owner}${index}`,
      slug: `slug-${index}`,
      observedAt: new Date(Date.UTC(2026, 0, 1, 0, minute)),
    }))
  await upsertChannels(database.db, 'kick', seen('a', 0, 22), { log })
  expect(lines).toEqual([])
  await upsertChannels(database.db, 'kick', seen('b', 1, 22), { log })
  expect(lines).toEqual([
    {
      fields: { platform: 'kick', count: 22, collisions: expect.objectContaining({ length: 10 }) },
      message:
        'channels were seen under the slug of another; the newer observation keeps it, and the others are looked up',
    },
  ])
  const [first] = (lines[0]!.fields as { collisions: object[] }).collisions
  expect(first).toMatchObject({ slug: 'slug-0', winner: 'b0', loser: 'a0' })
})
