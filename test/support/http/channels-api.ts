import { afterAll, beforeAll } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../stores/postgres.ts'
import { seed } from '../stores/seed.ts'
import { startTestApi, type TestApi } from './api.ts'

/** The instant at which the API answers. */
export const now = Date.UTC(2026, 5, 1)
/** A day of April 2026. */
export const day = (n: number) => new Date(Date.UTC(2026, 3, n))

/** For the tests of a file: an API over two channels that swapped their names, with sessions and status events. */
export const channelsApi = () => {
  let database: TestDatabase
  let api: TestApi
  let first: bigint
  let second: bigint
  beforeAll(async () => {
    database = await createTestDatabase()
    const seeding = seed(database.db)
    first = await seeding.channel({ slug: 'alpha', displayName: 'Alpha', status: 'online' })
    second = await seeding.channel({ slug: 'beta' })
    // The two swapped their names on the tenth; before the fifth the first was called "once".
    await seeding.slugPeriod(first, 'once', day(1), day(5))
    await seeding.slugPeriod(first, 'beta', day(5), day(10))
    await seeding.slugPeriod(first, 'alpha', day(10), null)
    await seeding.slugPeriod(second, 'alpha', day(2), day(10))
    await seeding.slugPeriod(second, 'beta', day(10), null)
    await seeding.session(first, day(1), day(2), 'one')
    await seeding.session(first, day(3), day(4), 'two')
    await seeding.session(first, day(4), day(4), 'empty')
    await seeding.session(first, day(6), null, 'now')
    await seeding.event(first, day(1))
    await seeding.event(first, day(2), 'stream_end')
    await seeding.event(second, day(3))
    api = await startTestApi({ db: database.db, clock: () => now })
  })

  afterAll(async () => {
    await api[Symbol.asyncDispose]()
    await database[Symbol.asyncDispose]()
  })
  return {
    get api() {
      return api
    },
    get database() {
      return database
    },
    get first() {
      return first
    },
    get second() {
      return second
    },
  }
}
