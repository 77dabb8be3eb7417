import { afterAll, beforeAll, expect, test } from 'vitest'
import { statement } from '../../../src/stores/postgres/statement.ts'
import { createTestDatabase, type TestDatabase } from '../../support/stores/postgres.ts'
import { driftSql } from '../../support/stores/schema-engine.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

const ledgers = ['dm._prisma_migrations', 'public._prisma_migrations']

// Its target may live in another database, so the Prisma schema has no relation for it.
const crossingKey = 'ALTER TABLE "streamer_channel_link" DROP CONSTRAINT "streamer_channel_link_channel_fkey";'

const statements = (sql: string): string[] => sql.split('\n').filter((line) => line !== '' && !line.startsWith('--'))

test('the migrations and the Prisma schema describe the same database but for the one key that crosses schemas', async () => {
  expect(statements(await driftSql(database.url, 'prisma/schema', ledgers))).toEqual([crossingKey])
})

test('a column that only the database has is noticed', async () => {
  await database.db.query(statement('test_drift', 'ALTER TABLE dm.probe_schedule ADD COLUMN forgotten integer'))
  const drift = statements(await driftSql(database.url, 'prisma/schema', ledgers))
  expect(drift.join('\n')).toContain('DROP COLUMN "forgotten"')
})
