import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openStores } from '../../../src/app/open-stores.ts'
import { diagnose } from '../../../src/cli/doctor.ts'
import { readConfig } from '../../../src/config/config.ts'
import { silentLog } from '../../../src/lib/log.ts'
import { takeAdvisoryLock } from '../../../src/stores/postgres/advisory-lock.ts'
import { keepsSession } from '../../../src/stores/postgres/keeps-session.ts'
import { openPostgres } from '../../../src/stores/postgres/postgres.ts'
import { statement } from '../../../src/stores/postgres/statement.ts'
import { pgbouncerMissing, startPgbouncer } from '../../support/stores/pgbouncer.ts'
import { createTestDatabase, type TestDatabase } from '../../support/stores/postgres.ts'
import { temporaryDirectory } from '../../support/stores/temporary-directory.ts'
import { type PoolerOrder, startTransactionPooler } from '../../support/stores/transaction-pooler.ts'

let database: TestDatabase
let directory: AsyncDisposable & { path: string }
beforeAll(async () => {
  database = await createTestDatabase()
  directory = await temporaryDirectory('poolers')
})
afterAll(async () => {
  await database[Symbol.asyncDispose]()
  await directory[Symbol.asyncDispose]()
})

const refusal = (variable: string) =>
  `${variable} names a pooler that gives each transaction another session (transaction mode): prepared statements, LISTEN and advisory locks need one that stays. Name Postgres itself, or a pool in session mode.`

const start = async (env: Record<string, string>): Promise<void> => {
  const config = readConfig({ DATA_DIR: directory.path, ...env })
  await using _ = await openStores(config, silentLog, new AbortController().signal)
}

const isRefused = async (url: string): Promise<void> => {
  await expect(start({ DATABASE_URL: url })).rejects.toMatchObject({
    name: 'ConfigError',
    message: refusal('DATABASE_URL'),
  })
  await expect(start({ DATABASE_URL: database.url, DM_DATABASE_URL: url })).rejects.toMatchObject({
    message: refusal('DM_DATABASE_URL'),
  })
  expect(await diagnose({ DATA_DIR: directory.path, PORT: '0', DATABASE_URL: url })).toContainEqual({
    ok: false,
    text: refusal('DATABASE_URL'),
  })
}

const zone = statement('test_zone', `SELECT current_setting('TimeZone') AS zone, current_setting('jit') AS jit`)

test('Postgres itself keeps the session of a connection, and the session goes by our settings', async () => {
  expect(await keepsSession(database.url)).toBe(true)
  expect(await database.db.query(zone)).toEqual([{ zone: 'UTC', jit: 'off' }])
})

describe('a pooler that changes sessions between transactions is refused in one line, by the start and by doctor', () => {
  test.each<[PoolerOrder, number]>([
    ['last-in', 1],
    ['last-in', 5],
    ['first-in', 1],
    ['first-in', 2],
    ['first-in', 5],
  ])('giving sessions %s, of which it has %i', async (order, size) => {
    await using pooler = await startTransactionPooler(database.url, { order, size })
    await isRefused(pooler.url)
  })
})

describe.skipIf(pgbouncerMissing !== null)(`PgBouncer ${pgbouncerMissing ?? ''}`, () => {
  test.each(['transaction', 'statement'] as const)('in %s mode is refused', async (mode) => {
    await using pgbouncer = await startPgbouncer(database.url, mode)
    await isRefused(pgbouncer.url)
  })

  test('in session mode serves: settings, named statements, locks', async () => {
    await using pgbouncer = await startPgbouncer(database.url, 'session')
    await start({ DATABASE_URL: pgbouncer.url })
    await using db = openPostgres({ url: pgbouncer.url, log: silentLog, max: 3 })
    const rows = await Promise.all(Array.from({ length: 30 }, () => db.query(zone)))
    expect(new Set(rows.flat().map((row) => JSON.stringify(row)))).toEqual(new Set(['{"zone":"UTC","jit":"off"}']))
    await using lock = await takeAdvisoryLock(db, 4711)
    expect(lock).not.toBeNull()
    expect(await takeAdvisoryLock(db, 4711)).toBeNull()
  })
})
