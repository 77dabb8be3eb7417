import fs from 'node:fs/promises'
import path from 'node:path'
import pg from 'pg'
import { PgBoss } from 'pg-boss'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../../src/lib/clock.ts'
import { silentLog } from '../../../src/lib/log.ts'
import { migratePostgres, postgresMigrations } from '../../../src/stores/postgres/migrate.ts'
import { openPostgres, type Postgres } from '../../../src/stores/postgres/postgres.ts'
import { type Job, startJobRunner } from '../../../src/workers/jobs/job-runner.ts'
import { eventually } from '../../support/lib/eventually.ts'
import { createEmptyDatabase } from '../../support/stores/postgres.ts'
import { sharedDirectory } from '../../support/stores/shared-directory.ts'

const folder = 'prisma/migrations'
const resources = new AsyncDisposableStack()
let before: string
beforeAll(async () => {
  before = path.join(resources.use(await sharedDirectory('queue-of-before')).path, 'migrations')
  for (const name of await postgresMigrations(folder))
    if (name < '20261130110000') await fs.cp(path.join(folder, name), path.join(before, name), { recursive: true })
})
afterAll(() => resources.disposeAsync())

/** A database of the version before, with what is in its schema `pgboss`. */
const openBefore = async () => {
  await using opened = new AsyncDisposableStack()
  const { url } = opened.use(await createEmptyDatabase())
  const migrate = (directory: string) =>
    migratePostgres({ url, directory, sides: ['dm', 'public'], log: silentLog }).then(() => undefined)
  await migrate(before)
  const db = opened.use(openPostgres({ url, log: silentLog, max: 4 }))
  const moved = opened.move()
  return {
    db,
    migrate: () => migrate(folder),
    /** Queues as pg-boss makes them, whoever uses it. */
    async makeQueues(...names: string[]) {
      const boss = new PgBoss({
        db: { executeSql: (text, values) => db.pool.query({ text, values: values as unknown[], types: pg.types }) },
        schedule: false,
        supervise: false,
      })
      await boss.start()
      for (const name of names) await boss.createQueue(name)
      for (const name of names) await boss.send(name)
      await boss.stop({ graceful: false, close: false })
    },
    hasSchema: async (name: string) =>
      (await db.pool.query('SELECT to_regnamespace($1) IS NOT NULL AS found', [name])).rows[0].found as boolean,
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  }
}

/** Jobs that note that they ran. */
const noted = () => {
  const runs: string[] = []
  const job = (name: string): Job => ({
    scope: 'tier',
    name,
    cron: '0 0 1 1 *',
    description: '',
    run: async () => {
      runs.push(name)
      return 'done'
    },
  })
  return { runs, job }
}

/** The same database, with something that comes before each statement of the queue. */
const preceded = (db: Postgres, before: (text: string) => Promise<void> | void): Postgres => {
  const query = async (config: { text: string }) => {
    await before(config.text)
    return db.pool.query(config)
  }
  return Object.create(db, { pool: { value: { query } } })
}

test('the queue of the version before is dropped, and what waited in it is run once, however slow a node is', async () => {
  await using database = await openBefore()
  await database.makeQueues('chat-export', 'trust-scores')
  await database.migrate()
  expect(await database.hasSchema('pgboss')).toBe(false)
  const { runs, job } = noted()
  const jobs = [job('chat-export'), job('trust-scores')]
  const options = { db: database.db, scope: 'tier', jobs, clock: systemClock, log: silentLog } as const
  {
    const [reached, free] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const first = Promise.withResolvers<void>()
    const slow = preceded(database.db, async (text) => {
      if (text.includes(`.create_queue('trust-scores'`)) first.resolve()
      if (!text.includes(`.create_queue('chat-export'`)) return
      reached.resolve()
      await free.promise
    })
    await using other = startJobRunner({ ...options, db: slow })
    await reached.promise
    await using _ = startJobRunner(options)
    await eventually('both are made up for', () => runs.length === 2)
    // It found no queue, and makes one only now that the other one has done the work.
    free.resolve()
    await first.promise
    const { rows } = await database.db.pool.query(`SELECT id FROM dm_jobs.job WHERE name = 'chat-export'`)
    expect(rows).toHaveLength(1)
    // A run by hand begins after whatever still waits.
    for (const { name } of jobs) await other.run(name, new AbortController().signal)
  }
  expect(runs.toSorted()).toEqual(['chat-export', 'chat-export', 'trust-scores', 'trust-scores'])
  await using again = startJobRunner(options)
  for (const { name } of jobs) await again.run(name, new AbortController().signal)
  expect(runs).toHaveLength(6)
}, 120_000)

test('a node that failed when it had made its queue makes up for what waited all the same', async () => {
  await using database = await openBefore()
  await database.makeQueues('chat-export', 'trust-scores')
  await database.migrate()
  const { runs, job } = noted()
  let failures = 0
  const failing = preceded(database.db, (text) => {
    if (text.includes('INSERT INTO dm_jobs.job') && failures++ === 0) throw new Error('A connection was lost.')
  })
  await using _ = startJobRunner({
    db: failing,
    scope: 'tier',
    jobs: [job('chat-export')],
    clock: systemClock,
    log: silentLog,
  })
  await eventually('it is made up for', () => runs.length === 1)
  expect(failures).toBeGreaterThan(1)
}, 120_000)

test('an empty schema of this name is dropped as well', async () => {
  await using database = await openBefore()
  expect(await database.hasSchema('pgboss')).toBe(true)
  await database.migrate()
  expect(await database.hasSchema('pgboss')).toBe(false)
})

test.each([
  [
    'queues of another program',
    (database: Awaited<ReturnType<typeof openBefore>>) => database.makeQueues('their-work'),
  ],
  ['our queues beside those of another program', (database) => database.makeQueues('chat-export', 'their-work')],
  ['no queue yet', (database) => database.makeQueues()],
  [
    'something else',
    async (database) => void (await database.db.pool.query('CREATE TABLE pgboss.anything (id integer)')),
  ],
] as const satisfies readonly [string, (database: Awaited<ReturnType<typeof openBefore>>) => Promise<void>][])(
  'a schema of this name that has %s is not touched',
  async (_, fill) => {
    await using database = await openBefore()
    await fill(database)
    const content = async () =>
      (
        await database.db.pool.query(
          `SELECT relname, relkind FROM pg_class WHERE relnamespace = 'pgboss'::regnamespace ORDER BY 1`,
        )
      ).rows
    const found = await content()
    expect(found).not.toEqual([])
    await database.migrate()
    expect(await content()).toEqual(found)
  },
)
