import { randomUUID } from 'node:crypto'
import fs from 'node:fs/promises'
import path from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { silentLog } from '../../../src/lib/log.ts'
import { countMissing, type Side } from '../../../src/stores/postgres/ledger.ts'
import { migratePostgres, postgresMigrations, selectMigrations } from '../../../src/stores/postgres/migrate.ts'
import type { Transaction } from '../../../src/stores/postgres/postgres.ts'
import { sharedDirectory } from '../../support/stores/shared-directory.ts'

const folder = 'prisma/migrations'
const both = ['dm', 'public'] as const
let names: string[]
const of = (...sides: Side[]) => names.filter(selectMigrations(sides))
const dmNames = () => names.filter((name) => name.includes('_dm_'))

beforeAll(async () => {
  names = await postgresMigrations(folder)
})

const urlOf = (name: string) => Object.assign(new URL(inject('templateDatabaseUrl')), { pathname: `/${name}` }).href

const connect = async (url: string): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return client
}

const asAdmin = async (sql: string): Promise<void> => {
  const client = await connect(urlOf('postgres'))
  await client.query(sql)
  await client.end()
}

/** A database with nothing in it, or a copy of the one that has everything. */
const openDatabase = async (template = '') => {
  const name = `ledger_${randomUUID().replaceAll('-', '')}`
  await asAdmin(`CREATE DATABASE ${name} ${template}`)
  const url = urlOf(name)
  const client = await connect(url)
  const db: Transaction = { query: async ({ text }, values) => (await client.query(text, values?.slice())).rows }
  return {
    url,
    db,
    sql: async (text: string) => (await client.query(text)).rows as Record<string, unknown>[],
    migrate: (sides: readonly Side[], directory = folder) =>
      migratePostgres({ url, directory, sides, log: silentLog, name: 'DATABASE_URL' }),
    rows: async (side: Side) =>
      (
        await client.query(
          `SELECT id, migration_name AS name, checksum, finished_at, rolled_back_at FROM ${side}._prisma_migrations ORDER BY 2`,
        )
      ).rows as { id: string; name: string }[],
    async [Symbol.asyncDispose]() {
      await client.end()
      await asAdmin(`DROP DATABASE ${name} WITH (FORCE)`)
    },
  }
}
const openEmpty = () => openDatabase()
const openMigrated = () => openDatabase(`TEMPLATE ${new URL(inject('templateDatabaseUrl')).pathname.slice(1)}`)
type Database = Awaited<ReturnType<typeof openDatabase>>

const namesIn = async (database: Database, side: Side) => (await database.rows(side)).map(({ name }) => name)
const dmRowsOf = (rows: { name: string }[]) => rows.filter(({ name }) => name.includes('_dm_'))

const expectAgreement = async (database: Database) => {
  expect(await namesIn(database, 'dm')).toEqual(dmNames())
  expect(dmRowsOf(await database.rows('public'))).toEqual(await database.rows('dm'))
  expect(await countMissing(database.db, names)).toBe(0)
}

describe('a database that has both sides', () => {
  test("knows what belongs to `dm` in the ledger of `dm`, and everything in Prisma's", async () => {
    await using database = await openEmpty()
    expect(await database.migrate(both)).toEqual(names)
    expect(await namesIn(database, 'public')).toEqual(names)
    await expectAgreement(database)
    expect(await database.migrate(both)).toEqual([])
  })

  test('that a version with one ledger made gets the other from it, however many start at once', async () => {
    await using database = await openMigrated()
    await database.sql('DROP TABLE dm._prisma_migrations')
    const before = await database.rows('public')
    expect(await Promise.all([database.migrate(both), database.migrate(both), database.migrate(both)])).toEqual([
      [],
      [],
      [],
    ])
    expect(await database.rows('public')).toEqual(before)
    await expectAgreement(database)
  })

  test("goes by what Prisma's own commands did to it", async () => {
    await using database = await openMigrated()
    const newest = dmNames().at(-1)!
    await database.sql(`DELETE FROM dm._prisma_migrations WHERE migration_name = '${newest}'`)
    expect(await database.migrate(both)).toEqual([])
    await expectAgreement(database)

    await database.sql(`UPDATE public._prisma_migrations SET finished_at = NULL WHERE migration_name = '${newest}'`)
    await expect(database.migrate(both)).rejects.toThrow(`Migration ${newest} was begun and not finished`)
    expect(await countMissing(database.db, of('dm'))).toBe(1)
    expect(await countMissing(database.db, of('public'))).toBe(0)
  })

  test('is made of a copy of `dm`', async () => {
    await using database = await openEmpty()
    expect(await database.migrate(['dm'])).toEqual(of('dm'))
    expect(await database.migrate(both)).toEqual(names.filter((name) => !of('dm').includes(name)))
    await expectAgreement(database)
  })
})

describe('a database of one side', () => {
  test('has the ledger of its side alone', async () => {
    await using dm = await openEmpty()
    await dm.migrate(['dm'])
    expect(await dm.sql(`SELECT to_regclass('public._prisma_migrations') AS ledger`)).toEqual([{ ledger: null }])
    expect(await countMissing(dm.db, of('dm'))).toBe(0)
    await using environment = await openEmpty()
    await environment.migrate(['public'])
    expect(await environment.sql(`SELECT to_regnamespace('dm') AS schema`)).toEqual([{ schema: null }])
    expect(await countMissing(environment.db, of('public'))).toBe(0)
  })

  test('that a version with one ledger made gets that of `dm` from it', async () => {
    await using database = await openEmpty()
    await database.migrate(['dm'])
    await database.sql('ALTER TABLE dm._prisma_migrations SET SCHEMA public')
    expect(await database.migrate(['dm'])).toEqual([])
    await expectAgreementOf(database)
  })

  test("goes on where `dm` was moved elsewhere, although Prisma's ledger still speaks of it", async () => {
    await using database = await openMigrated()
    await database.sql('DROP SCHEMA dm CASCADE')
    expect(await database.migrate(['public'])).toEqual([])
    expect(await countMissing(database.db, of('public'))).toBe(0)
    expect(await database.sql(`SELECT to_regnamespace('dm') AS schema`)).toEqual([{ schema: null }])
  })
})

const expectAgreementOf = async (database: Database) => {
  expect(await namesIn(database, 'dm')).toEqual(dmNames())
  expect(await database.rows('public')).toEqual(await database.rows('dm'))
}

describe('an edited migration is refused', () => {
  const resources = new AsyncDisposableStack()
  let copy: string
  beforeAll(async () => {
    copy = path.join(resources.use(await sharedDirectory('ledger')).path, 'migrations')
    await fs.cp(folder, copy, { recursive: true })
    for (const name of [names[0]!, names[1]!])
      await fs.appendFile(path.join(copy, name, 'migration.sql'), '\n-- edited')
  })
  afterAll(() => resources.disposeAsync())

  test.each([
    ['where one database has both sides', both, 0],
    ['in the database of `dm`', ['dm'], 0],
    ['in the database of an environment', ['public'], 1],
  ] as const)('%s', async (_, sides, edited) => {
    await using database = await openEmpty()
    await database.migrate(sides)
    await expect(database.migrate(sides, copy)).rejects.toThrow(
      `Migration ${names[edited]} was changed after it had been applied: restore the file and add a new migration.`,
    )
  })
})
