import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ReadinessOptions, readinessChecks } from '../../src/app/readiness.ts'
import { reasonsNotReady } from '../../src/http/routes/status-routes.ts'
import { openSpool, type Spool } from '../../src/ingest/spool.ts'
import { silentLog } from '../../src/lib/log.ts'
import { createJournal, type Journal } from '../../src/live/journal.ts'
import { builtInPlatforms } from '../../src/platforms/registry.ts'
import { createSettings } from '../../src/settings/settings.ts'
import { clickHouseMigrations } from '../../src/stores/clickhouse/migrate.ts'
import { postgresMigrations } from '../../src/stores/postgres/migrate.ts'
import { openPostgres } from '../../src/stores/postgres/postgres.ts'
import { statement } from '../../src/stores/postgres/statement.ts'
import { startTestApi } from '../support/http/api.ts'
import { eventually } from '../support/lib/eventually.ts'
import { knownSettings } from '../support/settings/known-settings.ts'
import { openTestClickHouse } from '../support/stores/clickhouse.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'
import { sidesOf } from '../support/stores/split-postgres.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

const resources = new AsyncDisposableStack()
let database: TestDatabase
let options: ReadinessOptions
let spool: Spool
let journal: Journal

const sql = (text: string) => database.db.query(statement(`test_${text.length}_${text.slice(0, 20)}`, text))
const reasons = (changes: Partial<ReadinessOptions> = {}) =>
  reasonsNotReady(readinessChecks({ ...options, ...changes }), silentLog)

beforeAll(async () => {
  database = resources.use(await createTestDatabase())
  const { db } = database
  const clickHouse = resources.use(await openTestClickHouse()).store
  const directory = resources.use(await temporaryDirectory('ready'))
  spool = resources.use(
    await openSpool({ directory: directory.path, maxBytes: 1_000, log: silentLog, clock: Date.now }),
  )
  journal = resources.use(createJournal({ postgres: db, log: silentLog }))
  journal.follow({ begin() {}, events: async () => {}, viewers() {}, deleted() {} })
  const names = await postgresMigrations('prisma/migrations')
  options = {
    settings: createSettings(knownSettings, silentLog),
    registry: builtInPlatforms,
    databases: sidesOf(db),
    clickHouse,
    isPrepared: () => true,
    migrations: { dm: names, public: names, clickHouse: await clickHouseMigrations('clickhouse/migrations') },
    spool,
    journal,
    platforms: new Map(),
  }
  await eventually('the journal is followed', () => journal.health().lastReadMs !== null)
})
afterAll(() => resources.disposeAsync())

test('there is no reason when all is well', async () => {
  expect(await reasons()).toEqual([])
})

describe('there is one reason, without anything secret, when', () => {
  test('Postgres does not answer', async () => {
    const gone = new URL(database.url)
    gone.port = '9'
    await using nowhere = openPostgres({ url: gone.href, log: silentLog })
    expect(await reasons({ databases: { dm: database.db, public: nowhere } })).toEqual(['Postgres does not answer.'])
  })

  test('the other side of Postgres does not answer', async () => {
    const gone = new URL(database.url)
    gone.pathname = '/nowhere'
    await using nowhere = openPostgres({ url: gone.href, log: silentLog })
    expect(await reasons({ databases: { dm: nowhere, public: database.db } })).toEqual([
      'Postgres (dm) does not answer.',
      'The poller does not answer.',
    ])
  })

  test('a migration that the code needs is not in Postgres', async () => {
    const newest = (side: string) =>
      `(SELECT max(migration_name) FROM public._prisma_migrations WHERE migration_name LIKE '%@_${side}@_%' ESCAPE '@')`
    await sql(`UPDATE dm._prisma_migrations SET rolled_back_at = now() WHERE migration_name = ${newest('dm')}`)
    expect(await reasons()).toEqual(['Postgres lacks 1 of the migrations that this version needs.'])
    await sql(`UPDATE public._prisma_migrations SET rolled_back_at = now() WHERE migration_name = ${newest('public')}`)
    expect(await reasons()).toEqual(['Postgres lacks 2 of the migrations that this version needs.'])
    await sql('UPDATE dm._prisma_migrations SET rolled_back_at = NULL')
    await sql('UPDATE public._prisma_migrations SET rolled_back_at = NULL')
  })

  test('a migration that the code needs is not in ClickHouse', async () => {
    const clickHouse = [...options.migrations.clickHouse, '9998_not_yet', '9999_neither']
    expect(await reasons({ migrations: { ...options.migrations, clickHouse } })).toEqual([
      'ClickHouse lacks 2 of the migrations that this version needs.',
    ])
  })

  test('ClickHouse has no tables yet', async () => {
    expect(await reasons({ isPrepared: () => false })).toEqual(['ClickHouse does not have its tables yet.'])
  })

  test('the journal is not followed, or was not read for long', async () => {
    const reason = 'The journal of status events is not being read.'
    await using unread = createJournal({ postgres: database.db, log: silentLog })
    expect(await reasons({ journal: unread })).toEqual([reason])
    const silent = { ...journal, health: () => ({ connected: true, lastReadMs: 60_000 }) }
    expect(await reasons({ journal: silent })).toEqual([reason])
  })

  test('the spool is nearly full', async () => {
    await spool.append({ table: 'kick_chat_message', columns: ['a'] }, ['x'.repeat(950)])
    expect(await reasons()).toEqual(['The spool is 95 % full: soon it can take no more rows.'])
    const batch = await spool.take('kick_chat_message')
    await spool.settle(batch!)
    expect(await reasons()).toEqual([])
  })

  test('the poller is late, and not when nobody is to be polled', async () => {
    const id = await seed(database.db).channel()
    await sql(`INSERT INTO dm.probe_schedule (channel_id, next_probe_at) VALUES (${id}, now() - interval '1 hour')`)
    expect(await reasons()).toEqual([expect.stringMatching(/^The poller is late by 36\d\d seconds, more than 210\.$/)])
    await sql('UPDATE dm.probe_schedule SET active = false')
    expect(await reasons()).toEqual([])
  })
})

test('a process that stops says so to whoever is still connected, while /health is a matter of living', async () => {
  const api = await startTestApi({ db: database.db, drainMs: 10_000 })
  const { hostname, port } = new URL(api.url)
  const ask = async (path: string) => {
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')
    let text = ''
    socket.on('data', (chunk) => (text += chunk))
    socket.write(`GET ${path} HTTP/1.1\r\nHost: here\r\n`)
    return {
      async end() {
        socket.write('Connection: close\r\n\r\n')
        await once(socket, 'close')
        return text
      },
    }
  }
  const questions = [await ask('/ready'), await ask('/health')]
  // Answered on a connection made later: the server has read what those before have sent.
  expect((await fetch(`${api.url}/ready`)).status).toBe(200)
  const stopped = api[Symbol.asyncDispose]()
  await eventually('nobody is let in', () =>
    fetch(`${api.url}/health`).then(
      () => false,
      () => true,
    ),
  )
  const [ready, health] = [await questions[0]!.end(), await questions[1]!.end()]
  expect(ready).toMatch(/^HTTP\/1\.1 503 /)
  expect(ready).toContain('{"ready":false,"reasons":["This process is stopping."],"degraded":[]}')
  expect(health).toMatch(/^HTTP\/1\.1 200 /)
  await stopped
})
