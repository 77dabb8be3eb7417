import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { leaseTierWork, readTierWorker, tellEnvironment } from '../../../src/stores/postgres/environments.ts'
import { createTestDatabase, type TestDatabase } from '../../support/stores/postgres.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
beforeEach(async () => {
  await database.db.pool.query('DELETE FROM dm.environment')
})
afterAll(() => database[Symbol.asyncDispose]())

const [north, south] = [{ name: 'north' }, { name: 'south' }]
const passed = (time: string) =>
  database.db.pool.query(`UPDATE dm.environment SET work_until = work_until - interval '${time}'`)

test('of environments that want the work of the tier at once, one gets it and the others hear of it', async () => {
  const names = ['a', 'b', 'c', 'd', 'e']
  const answers = await Promise.all(names.map((name) => leaseTierWork(database.db, { name })))
  const got = names.filter((_, n) => answers[n] === null)
  expect(got).toHaveLength(1)
  expect(new Set(answers.filter((other) => other !== null))).toEqual(new Set(got))
  expect(await readTierWorker(database.db)).toBe(got[0])
})

test('the environment that has it keeps it, and another gets it two minutes after the last word', async () => {
  const { db } = database
  expect(await readTierWorker(db)).toBe(null)
  for (let n = 0; n < 2; n++) expect(await leaseTierWork(db, north)).toBe(null)
  await passed('119 seconds')
  expect(await leaseTierWork(db, south)).toBe('north')
  await passed('2 seconds')
  expect(await readTierWorker(db)).toBe('north')
  expect(await leaseTierWork(db, south)).toBe(null)
  expect(await leaseTierWork(db, north)).toBe('south')
  expect(await readTierWorker(db)).toBe('south')
})

test('an environment that only reads takes nothing, and whoever has the database alone takes it', async () => {
  const { db } = database
  await tellEnvironment(db, north)
  await tellEnvironment(db, north)
  expect(await readTierWorker(db)).toBe(null)
  expect(await leaseTierWork(db, south)).toBe(null)
  expect(await leaseTierWork(db, north, true)).toBe(null)
  expect(await leaseTierWork(db, south)).toBe('north')
  expect((await db.pool.query('SELECT name FROM dm.environment')).rows).toEqual([{ name: 'north' }])
})
