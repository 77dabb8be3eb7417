import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { silentLog } from '../../../src/lib/log.ts'
import { openPostgres, type Postgres } from '../../../src/stores/postgres/postgres.ts'
import { createTestDatabase, type TestDatabase } from '../../support/stores/postgres.ts'
import { statement } from '../../support/stores/statement.ts'

let database: TestDatabase
let db: Postgres
/** How often a connection told what columns an answer has. */
let descriptions = 0

/** Over one connection. */
const open = () => openPostgres({ url: database.url, log: silentLog, max: 1 })

beforeAll(async () => {
  database = await createTestDatabase()
  db = open()
  await db.query(statement('make', 'CREATE TABLE told (id bigint, at timestamptz, note text)'))
  await db.query(statement('fill', `INSERT INTO told VALUES (1, '2026-01-02 03:04:05.6+00', 'one'), (2, NULL, NULL)`))
})
beforeEach(async () => {
  await db[Symbol.asyncDispose]()
  db = open()
  db.pool.on('connect', (client) => {
    const { connection } = client as unknown as { connection: NodeJS.EventEmitter }
    connection.on('rowDescription', () => descriptions++)
  })
  descriptions = 0
})
afterAll(async () => {
  await db[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const told = statement('told', 'SELECT id, at, note FROM told WHERE id = $1')
const rows = {
  first: [{ id: 1n, at: new Date('2026-01-02T03:04:05.6Z'), note: 'one' }],
  second: [{ id: 2n, at: null, note: null }],
}

test('a statement with a name is described once on a connection, and its rows are read the same each time', async () => {
  for (let i = 0; i < 3; i++) {
    expect(await db.query(told, [1])).toEqual(rows.first)
    expect(await db.query(told, [2])).toEqual(rows.second)
    expect(await db.query(told, [3])).toEqual([])
  }
  expect(descriptions).toBe(1)
})

test('one without a name is described each time', async () => {
  const unnamed = statement('', 'SELECT id, at, note FROM told WHERE id = $1')
  for (let i = 0; i < 3; i++) expect(await db.query(unnamed, [1])).toEqual(rows.first)
  expect(descriptions).toBe(3)
})

test('a statement that failed is read as before when it works again', async () => {
  const divide = statement('divide', 'SELECT 10 / $1::int AS n, now() IS NOT NULL AS isnow')
  for (let i = 0; i < 2; i++) {
    expect(await db.query(divide, [2])).toEqual([{ n: 5, isnow: true }])
    await expect(db.query(divide, [0])).rejects.toMatchObject({ code: '22012' })
    expect(await db.query(divide, [5])).toEqual([{ n: 2, isnow: true }])
  }
  await expect(db.query(told, ['no number'])).rejects.toMatchObject({ code: '22P02' })
  expect(await db.query(told, [1])).toEqual(rows.first)
})

test('a column that became another type is refused where it was prepared, and never read as what it was', async () => {
  const kinds = statement('kinds', 'SELECT kind FROM kinds')
  await db.query(statement('make kinds', 'CREATE TABLE kinds AS SELECT 7::bigint AS kind'))
  expect(await db.query(kinds)).toEqual([{ kind: 7n }])
  expect(await db.query(kinds)).toEqual([{ kind: 7n }])
  await db.query(statement('change kinds', 'ALTER TABLE kinds ALTER kind TYPE text'))
  await expect(db.query(kinds)).rejects.toThrow('cached plan must not change result type')
  await db[Symbol.asyncDispose]()
  db = open()
  expect(await db.query(kinds)).toEqual([{ kind: '7' }])
})
