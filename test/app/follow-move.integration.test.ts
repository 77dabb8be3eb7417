import { expect, test } from 'vitest'
import { followMove } from '../../src/app/follow-move.ts'
import { silentLog } from '../../src/lib/log.ts'
import { readSplitState } from '../../src/splitting/split-state.ts'
import { takeAdvisoryLock } from '../../src/stores/postgres/advisory-lock.ts'
import { listenAndPoll } from '../../src/stores/postgres/listen-and-poll.ts'
import { openPostgres } from '../../src/stores/postgres/postgres.ts'
import { eventually } from '../support/lib/eventually.ts'
import { channelsWritten, startBusyWriters } from '../support/stores/busy-writers.ts'
import { createTestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'
import { runSplit } from '../support/stores/split-move.ts'

const lockKey = 4_711

test('a pool goes on at the new place, with its writers, its locks and who listens', async () => {
  await using old = await createTestDatabase()
  await using place = await createTestDatabase({ of: 'template0' })
  const env = { DATABASE_URL: old.url }
  await seed(old.db).fullChannels(5)
  await using dm = openPostgres({ url: old.url, log: silentLog, connectTimeoutMs: 60_000 })
  await using writers = startBusyWriters(dm, 3)
  const heard: string[] = []
  await using listener = listenAndPoll({
    db: dm,
    what: 'a test',
    channels: ['followed'],
    pollMs: 60_000,
    log: silentLog,
    async poll() {},
    onNotification: (_, payload) => heard.push(payload) > 0,
  })
  await using lock = await takeAdvisoryLock(dm, lockKey)
  expect(lock).not.toBeNull()
  await runSplit('copy', { to: place.url }, env)
  const state = await readSplitState(old.db)
  const id = state.role === 'source' ? state.id : ''
  await using _ = followMove({ dm, id, to: place.url, log: silentLog, everyMs: 20 })
  await eventually('they write', () => writers.written() > 30 && listener.isConnected())

  expect((await runSplit('cut-over', { to: place.url }, env)).done).toBe(true)
  await eventually('the pool leads there', () => dm.url === place.url)
  const before = writers.written()
  await eventually('they go on', () => writers.written() > before + 30)
  await writers[Symbol.asyncDispose]()
  expect([...writers.failures.keys()].filter((code) => code !== 'UNAVAILABLE')).toEqual([])
  expect(await channelsWritten(place.db)).toEqual(writers.acknowledged)

  // Nobody asks the old place any more.
  const { rows } = await old.db.pool.query(
    `SELECT count(*)::integer AS sessions FROM pg_stat_activity
     WHERE datname = current_database() AND application_name IN ('channelscope', 'channelscope a test') AND pid <> pg_backend_pid()`,
  )
  const ownIdle = old.db.pool.totalCount - 1
  expect(rows[0].sessions).toBeLessThanOrEqual(ownIdle)
  await eventually('it is told at the new place', async () => {
    await place.db.pool.query(`SELECT pg_notify('followed', 'from there')`)
    return heard.includes('from there')
  })
  expect(await takeAdvisoryLock(place.db, lockKey)).toBeNull()
})

test('a move that is given up takes nobody along', async () => {
  await using old = await createTestDatabase()
  await using place = await createTestDatabase({ of: 'template0' })
  await using other = await createTestDatabase({ of: 'template0' })
  const env = { DATABASE_URL: old.url }
  await using dm = openPostgres({ url: old.url, log: silentLog })
  await runSplit('copy', { to: place.url }, env)
  const state = await readSplitState(old.db)
  const id = state.role === 'source' ? state.id : ''
  await using _ = followMove({ dm, id, to: place.url, log: silentLog, everyMs: 20 })
  await runSplit('give-up', {}, env)
  await runSplit('copy', { to: other.url }, env)
  await runSplit('cut-over', { to: other.url }, env)
  const { statements } = dm.stats()
  await eventually('it has looked again', () => dm.stats().statements > statements + 2)
  expect(dm.url).toBe(old.url)
})
