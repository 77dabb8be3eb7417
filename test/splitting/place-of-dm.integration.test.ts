import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkMigrations } from '../../src/app/check-migrations.ts'
import { openStores } from '../../src/app/open-stores.ts'
import { requirePlaceOfDm } from '../../src/app/place-of-dm.ts'
import { diagnose } from '../../src/cli/doctor.ts'
import { readConfig } from '../../src/config/config.ts'
import { silentLog } from '../../src/lib/log.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'
import { runSplit } from '../support/stores/split-move.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

const resources = new AsyncDisposableStack()
let dataDir: string
beforeAll(async () => {
  dataDir = resources.use(await temporaryDirectory('place-of-dm')).path
})
afterAll(() => resources.disposeAsync())

const nobody = () => new AbortController().signal
const envOf = (own: TestDatabase, dm: TestDatabase) => ({
  DATA_DIR: dataDir,
  PORT: '0',
  DATABASE_URL: own.url,
  DM_DATABASE_URL: dm.url,
})
const configOf = (own: TestDatabase, dm: TestDatabase) => readConfig(envOf(own, dm))

/** How many channels a start with these databases finds. */
const channelsOf = async (own: TestDatabase, dm: TestDatabase): Promise<number> => {
  await using stores = await openStores(configOf(own, dm), silentLog, nobody())
  const { rows } = await stores.databases.dm.pool.query('SELECT count(*)::integer AS count FROM dm.streamer_channel')
  return rows[0].count
}

/** Whether nothing stands against these databases. */
const isTaken = (own: TestDatabase, dm: TestDatabase): Promise<true> =>
  requirePlaceOfDm({ publicUrl: own.url, dmUrl: dm.url, variable: 'DATABASE_URL' }).then(() => true)

const isRefused = async (own: TestDatabase, dm: TestDatabase, message: RegExp): Promise<void> => {
  await expect(openStores(configOf(own, dm), silentLog, nobody())).rejects.toMatchObject({
    name: 'ConfigError',
    message: expect.stringMatching(message),
  })
}

test('a place without anything of dm is refused where dm is elsewhere: before a move, during it, and after it', async () => {
  await using old = await createTestDatabase()
  await using place = await createTestDatabase({ of: 'template0' })
  await using wrong = await createTestDatabase({ of: 'template0' })
  await using unused = await createTestDatabase()
  await seed(old.db).fullChannels(5)
  const early =
    /^DATABASE_URL has a dm with channels, and DM_DATABASE_URL names a database without any: run channelscope split-dm copy first, or leave DM_DATABASE_URL out\.$/
  await isRefused(old, place, early)
  const env = envOf(old, place)
  await expect(checkMigrations(readConfig(env), silentLog, nobody())).rejects.toThrow(early)
  expect((await diagnose(env)).filter(({ ok }) => !ok)).toContainEqual({
    ok: false,
    text: expect.stringMatching(early),
  })
  expect((await place.db.pool.query(`SELECT to_regnamespace('dm') AS dm`)).rows).toEqual([{ dm: null }])
  // One that an earlier start made by mistake.
  await isRefused(old, unused, early)

  await runSplit('copy', { to: place.url }, env)
  const moving =
    /^dm is being moved from DATABASE_URL to \S+\/test_\w+, and nothing of it is in the database of DM_DATABASE_URL: set it to \S+\/test_\w+, or leave it out\.$/
  await isRefused(old, wrong, moving)
  await isRefused(old, unused, moving)
  expect(await isTaken(old, place)).toBe(true)

  await runSplit('cut-over', { to: place.url }, env)
  const moved =
    /^dm has moved from DATABASE_URL to \S+\/test_\w+, and nothing of it is in the database of DM_DATABASE_URL: set it to \S+\/test_\w+\.$/
  await isRefused(old, wrong, moved)
  expect(await isTaken(old, place)).toBe(true)

  await runSplit('drop-old', { yes: true }, env)
  await isRefused(old, wrong, moved)
  await isRefused(old, unused, moved)
  expect(await isTaken(old, place)).toBe(true)
})

test('a dm without channels is found where it has moved to', async () => {
  await using old = await createTestDatabase()
  await using place = await createTestDatabase({ of: 'template0' })
  await runSplit('copy', { to: place.url }, { DATABASE_URL: old.url })
  await runSplit('cut-over', { to: place.url }, { DATABASE_URL: old.url })
  expect(await isTaken(old, place)).toBe(true)
})

test('an environment joins a tier with an empty database, and with one that has a dm of its own', async () => {
  await using tier = await createTestDatabase()
  await using empty = await createTestDatabase({ of: 'template0' })
  await using former = await createTestDatabase()
  await using fresh = await createTestDatabase({ of: 'template0' })
  await seed(tier.db).fullChannels(3)
  await seed(former.db).fullChannels(2)
  expect(await isTaken(empty, tier)).toBe(true)
  expect(await isTaken(former, tier)).toBe(true)
  await isRefused(former, fresh, /^DATABASE_URL has a dm with channels/)
  // A tier that is new: the channels of before are given up first.
  await former.db.pool.query('DROP SCHEMA IF EXISTS dm, dm_jobs CASCADE')
  expect(await channelsOf(former, fresh)).toBe(0)
})
