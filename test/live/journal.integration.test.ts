import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { expect, test } from 'vitest'
import { silentLog } from '../../src/lib/log.ts'
import { createJournal, type JournalReader, readJournalState } from '../../src/live/journal.ts'
import { openPostgres, type Postgres } from '../../src/stores/postgres/postgres.ts'
import { goLive, insertTestChannels, journalledIds } from '../support/live/live-changes.ts'
import { Inbox } from '../support/live/live-client.ts'
import { createTestDatabase } from '../support/stores/postgres.ts'
import { statement } from '../support/stores/statement.ts'

/** Collects the ids that a journal tells. */
const collector = () => {
  const begun = new Inbox<{ epoch: string; head: number }>()
  const ids = new Inbox<string>()
  const reader: JournalReader = {
    begin: (place) => begun.put(place),
    events: async (events) => {
      for (const { event } of events) ids.put(event.id.toString())
    },
    viewers() {},
    deleted() {},
  }
  return { begun, ids, reader }
}

const terminate = statement(
  'test_terminate_live',
  `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'channelscope status events' AND datname = current_database()`,
)
const silentEvent = statement(
  'test_silent_event',
  `INSERT INTO dm.status_event (channel_id, event_type, previous_status, new_status, source, event_timestamp, received_timestamp)
   VALUES ($1, 'connection_test', 'unknown', 'unknown', 'operator', now(), now()) RETURNING id`,
)

/** Far longer than the test: only a notification can bring news. */
const never = 3_600_000

test('a notification brings the next events at once, in order and in pages', async () => {
  await using database = await createTestDatabase()
  const channels = await insertTestChannels(database.db, 30)
  const ids = channels.map(({ id }) => id)
  await goLive(database.db, ids)
  await using journal = createJournal({ postgres: database.db, log: silentLog, pollMs: never, pageSize: 7 })
  const told = collector()
  journal.follow(told.reader)
  expect((await told.begun.next()).head).toBe(30)
  await goLive(database.db, ids)
  expect(await told.ids.take(60)).toEqual((await journalledIds(database.db, ids)).slice(30))
  expect(journal.health()).toEqual({ connected: true, lastReadMs: expect.any(Number) })
})

test('an event that nobody was notified of is found by the poll', async () => {
  await using database = await createTestDatabase()
  const [channel] = await insertTestChannels(database.db, 1)
  await using journal = createJournal({ postgres: database.db, log: silentLog, pollMs: 20 })
  const told = collector()
  journal.follow(told.reader)
  await told.begun.next()
  const [{ id } = { id: 0n }] = await database.db.query<{ id: bigint }>(silentEvent, [channel!.id])
  expect(await told.ids.next()).toBe(id.toString())
})

test('events committed while the connection is lost, again and again, are told once and in order', async () => {
  await using database = await createTestDatabase()
  const channels = await insertTestChannels(database.db, 5)
  const ids = channels.map(({ id }) => id)
  await using journal = createJournal({ postgres: database.db, log: silentLog, pollMs: never })
  const told = collector()
  journal.follow(told.reader)
  await told.begun.next()
  for (let i = 0; i < 8; i++) {
    const lost = database.db.query(terminate)
    await goLive(database.db, ids)
    await lost
    await goLive(database.db, ids)
  }
  const expected = await journalledIds(database.db, ids)
  expect(expected.length).toBeGreaterThan(100)
  expect(await told.ids.take(expected.length)).toEqual(expected)
  expect(told.begun.all).toHaveLength(1)
})

test('several processes on one database are told the same', async () => {
  await using database = await createTestDatabase()
  const channels = await insertTestChannels(database.db, 20)
  const ids = channels.map(({ id }) => id)
  const all = [collector(), collector(), collector()]
  await using journals = new AsyncDisposableStack()
  for (const { reader } of all)
    journals.use(createJournal({ postgres: database.db, log: silentLog, pollMs: never })).follow(reader)
  const epochs = await Promise.all(all.map(async ({ begun }) => (await begun.next()).epoch))
  expect(new Set(epochs).size).toBe(1)
  await Promise.all([goLive(database.db, ids.slice(0, 10)), goLive(database.db, ids.slice(10))])
  await goLive(database.db, ids)
  const expected = await journalledIds(database.db, ids)
  for (const told of all) expect(await told.ids.take(expected.length)).toEqual(expected)
})

test('a journal that lost its tail is told as another beginning', async () => {
  await using database = await createTestDatabase()
  const channels = await insertTestChannels(database.db, 2)
  await using journal = createJournal({ postgres: database.db, log: silentLog, pollMs: never })
  const told = collector()
  journal.follow(told.reader)
  const { epoch } = await told.begun.next()
  await goLive(
    database.db,
    channels.map(({ id }) => id),
  )
  await told.ids.take(2)
  await database.db.query({ name: 'rewind', text: 'DELETE FROM dm.status_event WHERE id > 1' })
  await database.db.query(terminate)
  expect(await told.begun.next()).toMatchObject({ epoch, head: 1 })
})

const stateOf = (db: Postgres) => readJournalState((one, values) => db.query(one, values))

test('a restored copy of a database has another epoch, and so has a journal that was made anew', async () => {
  await using database = await createTestDatabase()
  const original = openPostgres({ url: database.url, log: silentLog })
  const { epoch } = await stateOf(original)
  expect((await stateOf(original)).epoch).toBe(epoch)
  const copy = new URL(database.url)
  copy.pathname = `/copy_${randomUUID().replaceAll('-', '')}`
  const admin = new URL(database.url)
  admin.pathname = '/postgres'
  // A database is copied while nobody uses it.
  await original[Symbol.asyncDispose]()
  const client = new pg.Client({ connectionString: admin.href })
  await client.connect()
  await client.query(`CREATE DATABASE ${copy.pathname.slice(1)} TEMPLATE ${database.url.split('/').at(-1)}`)
  const restored = openPostgres({ url: copy.href, log: silentLog })
  const other = await stateOf(restored)
  expect(other.epoch).not.toBe(epoch)
  await restored.query({ name: 'renew', text: 'UPDATE dm.status_journal SET epoch = gen_random_uuid()' })
  expect((await stateOf(restored)).epoch).not.toBe(other.epoch)
  await restored[Symbol.asyncDispose]()
  await client.query(`DROP DATABASE ${copy.pathname.slice(1)} WITH (FORCE)`)
  await client.end()
})

test('a role that may not ask for the cluster still gets an epoch', async () => {
  await using database = await createTestDatabase()
  const role = `role_${randomUUID().replaceAll('-', '')}`
  const run = (text: string) => database.db.pool.query(text)
  await run(`CREATE ROLE ${role} LOGIN PASSWORD 'x'`)
  await run(`GRANT USAGE ON SCHEMA dm TO ${role}; GRANT SELECT ON ALL TABLES IN SCHEMA dm TO ${role}`)
  await run(`REVOKE EXECUTE ON FUNCTION pg_control_system(), pg_walfile_name(pg_lsn) FROM PUBLIC`)
  const url = new URL(database.url)
  Object.assign(url, { username: role, password: 'x' })
  const limited = openPostgres({ url: url.href, log: silentLog })
  expect((await stateOf(limited)).epoch).toMatch(/^[\w-]{12}$/)
  await limited[Symbol.asyncDispose]()
  await run(`DROP OWNED BY ${role}; DROP ROLE ${role}`)
})
