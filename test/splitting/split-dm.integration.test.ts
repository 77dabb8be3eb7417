import { afterAll, beforeAll, expect, test } from 'vitest'
import { requireSystem } from '../../src/cli/require-system.ts'
import { backupCommand } from '../../src/commands/backup-command.ts'
import { readConfig } from '../../src/config/config.ts'
import { newUlid } from '../../src/lib/ids.ts'
import { silentLog } from '../../src/lib/log.ts'
import { readJournalState } from '../../src/live/journal.ts'
import { readSplitState, whyNotDm, whyNotWritten } from '../../src/splitting/split-state.ts'
import { openPostgres } from '../../src/stores/postgres/postgres.ts'
import { eventually } from '../support/lib/eventually.ts'
import { channelsWritten, startBusyWriters } from '../support/stores/busy-writers.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'
import { objectsOfDm, runSplit } from '../support/stores/split-move.ts'
import { statement } from '../support/stores/statement.ts'
import { tableRows } from '../support/stores/table-rows.ts'

let old: TestDatabase
let place: TestDatabase
let env: Record<string, string>
beforeAll(async () => {
  old = await createTestDatabase()
  place = await createTestDatabase({ of: 'template0' })
  env = { DATABASE_URL: old.url }
  await seed(old.db).fullChannels(40)
  await old.db.query(statement('t_seed_1', `INSERT INTO public.streamers (name) VALUES ('one')`))
  await old.db.query(
    statement(
      't_seed_2',
      `INSERT INTO public.streamer_channel_link (streamer_id, channel_id) SELECT 1, min(id) FROM dm.streamer_channel`,
    ),
  )
})
afterAll(async () => {
  await old[Symbol.asyncDispose]()
  await place[Symbol.asyncDispose]()
})

test('dm moves out while three writers write: every row is there once, and nothing is lost', async () => {
  await using writers = startBusyWriters(old.db, 3)
  await eventually('they write', () => writers.written() > 30)
  const epoch = (await readJournalState(old.db.query)).epoch
  expect((await runSplit('plan', { to: place.url }, env)).lines.at(-1)).toMatch(
    /^\d+ tables with about .* Nothing was changed\.$/,
  )

  const copied = await runSplit('copy', { to: place.url }, env)
  expect(copied.done).toBe(true)
  expect(whyNotDm(await readSplitState(place.db), 'DM_DATABASE_URL')).toMatch(
    /^DM_DATABASE_URL names a database into which dm is being moved/,
  )
  const before = writers.written()
  await eventually('they go on writing', () => writers.written() > before + 30)
  // Both places are equal at each moment that is compared, however much is written.
  for (let times = 0; times < 3; times++) expect((await runSplit('verify', { to: place.url }, env)).done).toBe(true)
  expect(writers.failures).toEqual(new Map())

  const moved = await runSplit('cut-over', { to: place.url }, env)
  expect(moved.done).toBe(true)
  expect(moved.results.at(-1)).toMatchObject({
    movedTo: expect.stringMatching(/^127\.0\.0\.1:\d+\/test_/),
    fencedMs: expect.any(Number),
  })
  await eventually('writers are told to wait', () => (writers.failures.get('UNAVAILABLE') ?? 0) > 3)
  await writers[Symbol.asyncDispose]()
  expect([...writers.failures.keys()]).toEqual(['UNAVAILABLE'])

  // What was acknowledged is there, and nothing else.
  expect(await channelsWritten(place.db)).toEqual(writers.acknowledged)
  const [here, there] = [await tableRows(old.db, 'dm'), await tableRows(place.db, 'dm')]
  delete here.status_journal
  delete there.status_journal
  expect(there).toEqual(here)
  // The tables are those that they were, with their keys, indexes and triggers.
  expect(await objectsOfDm(place.db)).toEqual(await objectsOfDm(old.db))
  // Cursors of before go on.
  expect((await readJournalState(place.db.query)).epoch).toBe(epoch)
  // Ids go on behind those that were given.
  const [{ id }] = (await place.db.query<{ id: bigint }>(
    statement(
      't_id',
      `INSERT INTO dm.streamer_channel (external_id, platform, platform_user_id) VALUES ($1, 'kick', 'new') RETURNING id`,
    ),
    [newUlid()],
  )) as [{ id: bigint }]
  const [{ top }] = (await old.db.query<{ top: bigint }>(
    statement('t_top', 'SELECT max(id) AS top FROM dm.streamer_channel'),
  )) as [{ top: bigint }]
  expect(id > top).toBe(true)
})

test('the old place says where dm has gone, and claims do not ask it any more', async () => {
  const state = await readSplitState(old.db)
  expect(whyNotDm(state, 'DATABASE_URL')).toMatch(
    /^dm has moved from DATABASE_URL to 127\.0\.0\.1:\d+\/test_\w+: set DM_DATABASE_URL to it\.$/,
  )
  expect(whyNotWritten(state)).toMatch(/: set DM_DATABASE_URL to it and restart\.$/)
  const backup = () => backupCommand.run({ place: '/nowhere' }, { services: { backup: {}, db: old.db } } as never)
  await expect(backup()).rejects.toThrow(/^dm has moved to .*: set DM_DATABASE_URL to it and restart\.$/)
  await expect(requireSystem(readConfig(env))).rejects.toThrow('dm has moved from DATABASE_URL to')
  await expect(
    old.db.query(statement('t_write', `UPDATE dm.streamer_channel SET display_name = 'x'`)),
  ).rejects.toMatchObject({
    code: 'UNAVAILABLE',
  })
  await old.db.query(
    statement('t_claim', 'INSERT INTO public.streamer_channel_link (streamer_id, channel_id) VALUES (1, 999999999)'),
  )
  expect(whyNotDm(await readSplitState(place.db), 'DM_DATABASE_URL')).toBeNull()
})

test('a move that is done is done, and the old tables go when they are told to', async () => {
  expect((await runSplit('cut-over', { to: place.url }, env)).results).toEqual([
    { movedTo: expect.any(String), fencedMs: null, movedAt: expect.any(String) },
  ])
  await expect(runSplit('copy', { to: place.url }, env)).rejects.toThrow('already')
  await expect(runSplit('give-up', {}, env)).rejects.toThrow('it can not stay here any more')
  expect((await runSplit('drop-old', { yes: true }, env)).done).toBe(true)
  const { rows } = await old.db.pool.query(`SELECT to_regnamespace('dm') AS dm`)
  expect(rows).toEqual([{ dm: null }])
  expect(whyNotDm(await readSplitState(old.db), 'DATABASE_URL')).toMatch(/^dm has moved/)
  await expect(requireSystem(readConfig(env))).rejects.toThrow('dm has moved from DATABASE_URL to')
  await expect(runSplit('drop-old', { yes: true }, env)).rejects.toThrow('its old tables are gone')
})

test('what is no place for dm is refused in one sentence', async () => {
  await using full = await createTestDatabase()
  await using other = await createTestDatabase()
  await using empty = await createTestDatabase({ of: 'template0' })
  await seed(full.db).channel()
  await seed(other.db).channel()
  const from = { DATABASE_URL: full.url }
  await expect(runSplit('plan', { to: full.url }, from)).rejects.toThrow('--to names the database in which dm is now')
  await expect(runSplit('plan', { to: other.url }, from)).rejects.toThrow(
    'dm.streamer_channel: name an empty database.',
  )
  const refused = (name: string) => `is not empty, it has dm.${name}: name an empty database.`
  const made = [
    ['CREATE SCHEMA dm; CREATE TABLE dm.of_others (id int)', 'of_others'],
    // One that is called as ours, without our migrations.
    ['DROP TABLE dm.of_others; CREATE TABLE dm.audit_log (id int)', 'audit_log'],
    ['DROP TABLE dm.audit_log; CREATE VIEW dm.seen AS SELECT 1 AS one', 'seen'],
  ] as const
  for (const [sql, name] of made) {
    await empty.db.pool.query(sql)
    await expect(runSplit('copy', { to: empty.url }, from)).rejects.toThrow(refused(name))
  }
  await empty.db.pool.query('DROP SCHEMA dm CASCADE')
  // Of another system that has no channel yet.
  await other.db.pool.query('DELETE FROM dm.streamer_channel')
  await other.db.pool.query(`INSERT INTO dm.environment (name) VALUES ('other')`)
  await expect(runSplit('copy', { to: other.url }, from)).rejects.toThrow(refused('environment'))
  expect((await other.db.pool.query('SELECT FROM dm.environment')).rowCount).toBe(1)
  await expect(runSplit('plan', {}, from)).rejects.toThrow('Name the empty database into which dm moves')
  await expect(runSplit('cut-over', { to: empty.url }, from)).rejects.toThrow('Nothing was copied yet')
  await expect(runSplit('copy', { to: other.url }, { DATABASE_URL: empty.url })).rejects.toThrow('has no schema dm.')
})

test('a fence that is too short is lifted, and writers go on at the old place', async () => {
  await using from = await createTestDatabase()
  await using to = await createTestDatabase({ of: 'template0' })
  const source = { DATABASE_URL: from.url }
  await seed(from.db).fullChannels(3)
  await runSplit('copy', { to: to.url }, source)
  // Somebody has changed the new place: both differ.
  await to.db.pool.query(
    `UPDATE dm.streamer_channel SET display_name = 'changed' WHERE id = (SELECT min(id) FROM dm.streamer_channel)`,
  )
  await expect(runSplit('cut-over', { to: to.url }, source)).rejects.toThrow(
    'Both places differ in dm.streamer_channel: nothing was handed over. Somebody else has written into the new place: run split-dm give-up',
  )
  expect(whyNotWritten(await readSplitState(from.db))).toBeNull()
  await seed(from.db).channel()
  const verified = await runSplit('verify', { to: to.url }, source)
  expect(verified.done).toBe(false)
  expect(verified.lines.at(-1)).toMatch(/^Both places differ\. .* begin again with a new empty database\.$/)
  expect((await runSplit('give-up', {}, source)).done).toBe(true)
  expect(await readSplitState(from.db)).toEqual({ role: 'none' })
  await seed(from.db).channel()

  // What was filled is told from what somebody else fills, and can be emptied.
  await expect(runSplit('copy', { to: to.url }, source)).rejects.toThrow(
    'was being filled by a move of dm that was given up: name an empty database, or empty it by DROP SCHEMA dm, dm_jobs, dm_split CASCADE.',
  )
  await using other = await createTestDatabase()
  await expect(runSplit('copy', { to: to.url }, { DATABASE_URL: other.url })).rejects.toThrow(
    'is being filled by another move of dm',
  )
  await to.db.pool.query('DROP SCHEMA dm, dm_jobs, dm_split CASCADE')
  expect((await runSplit('copy', { to: to.url }, source)).done).toBe(true)
  expect((await runSplit('verify', { to: to.url }, source)).done).toBe(true)
})

test('a fence whose process has died ends by itself, and one command works at a time', async () => {
  await using from = await createTestDatabase()
  await using to = await createTestDatabase({ of: 'template0' })
  await seed(from.db).channel()
  await runSplit('copy', { to: to.url }, { DATABASE_URL: from.url })
  await from.db.pool.query(
    `UPDATE dm_split.state SET phase = 'fenced', fenced_until = clock_timestamp() + interval '300 ms'`,
  )
  await eventually('writers go on', () =>
    seed(from.db)
      .channel()
      .then(
        () => true,
        () => false,
      ),
  )
  await using other = openPostgres({ url: from.url, log: silentLog, max: 1 })
  const client = await other.pool.connect()
  await client.query('SELECT pg_advisory_lock(72707371)')
  await expect(runSplit('copy', { to: to.url }, { DATABASE_URL: from.url })).rejects.toThrow(
    'Another split-dm command works',
  )
  client.release(true)
})
