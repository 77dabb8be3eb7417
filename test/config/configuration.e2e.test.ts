import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { type AddressInfo, createServer, type Server } from 'node:net'
import path from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { diagnose } from '../../src/cli/doctor.ts'
import { projectFolder, runProgram, secretsSaid } from '../support/app/program.ts'
import { startClickHouseHttp } from '../support/stores/clickhouse-http.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { sharedDirectory } from '../support/stores/shared-directory.ts'

type Environment = Record<string, string>

const resources = new AsyncDisposableStack()
let directory: string
let taken: Server
let migrated: TestDatabase
let clickHouse: Awaited<ReturnType<typeof startClickHouseHttp>>
beforeAll(async () => {
  directory = resources.use(await sharedDirectory('configuration')).path
  migrated = resources.use(await createTestDatabase())
  clickHouse = resources.use(await startClickHouseHttp(path.join(directory, 'clickhouse')))
  taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  resources.defer(() => void taken.close())
})
afterAll(() => resources.disposeAsync())

const changed = (text: string, change: Partial<URL>): string => Object.assign(new URL(text), change).href
const databaseUrl = () => migrated.url
const database = 'a URL like postgresql://user:password@host:5432/database'

/** Why it does not start: the environment, or how to make it, and the line. */
const refused: [string, Environment | (() => Environment), string | (() => string)][] = [
  ['a port that is no number', { PORT: 'abc' }, 'PORT must be a whole number from 0 to 65535.'],
  ['a port that does not exist', { PORT: '70000' }, 'PORT must be a whole number from 0 to 65535.'],
  [
    'a port that is in use',
    () => ({ PORT: String((taken.address() as AddressInfo).port) }),
    () =>
      `PORT ${(taken.address() as AddressInfo).port} is in use on 127.0.0.1: choose another one, or 0 for any that is free.`,
  ],
  ['a host that is not here', { HOST: '192.0.2.1' }, 'HOST must be an address or a name of this machine.'],
  [
    'another database than Postgres',
    { DATABASE_URL: 'mysql://root:canary-mysql@localhost/db' },
    `DATABASE_URL must be ${database}.`,
  ],
  [
    'a login that can not be read',
    { DATABASE_URL: 'postgresql://user:canary%zz@localhost/db' },
    `DATABASE_URL must be ${database}.`,
  ],
  [
    'a wrong password',
    () => ({ DATABASE_URL: changed(databaseUrl(), { password: 'canary-of-a-wrong-password' }) }),
    'DATABASE_URL can not be used: the password is wrong.',
  ],
  [
    'a database that is not there',
    () => ({ DATABASE_URL: changed(databaseUrl(), { pathname: '/nowhere' }) }),
    'DATABASE_URL can not be used: the database does not exist.',
  ],
  [
    'a ClickHouse that is none',
    { CLICKHOUSE_URL: 'ftp://user:canary-ftp@localhost/vf' },
    'CLICKHOUSE_URL must be a URL like https://user:password@host:8123/vf.',
  ],
  [
    'a ClickHouse login that is not known',
    () => ({
      DATABASE_URL: databaseUrl(),
      CLICKHOUSE_URL: changed(clickHouse.url, { password: 'canary-of-clickhouse' }),
    }),
    'CLICKHOUSE_URL can not be used: the login is refused.',
  ],
  [
    'a Redis that is none',
    { REDIS_URL: 'http://user:canary-of-redis@localhost:6379' },
    'REDIS_URL must be a URL like rediss://user:password@host:6379.',
  ],
  [
    'a Redis database that is no number',
    { REDIS_URL: 'redis://:canary-of-redis@localhost:6379/chat' },
    'REDIS_URL must be a URL like rediss://user:password@host:6379.',
  ],
  [
    'no interval at all',
    { POLL_INTERVAL_SECONDS: '0' },
    'POLL_INTERVAL_SECONDS must be a whole number from 1 to 3600.',
  ],
  [
    'a worker that is not known',
    { WORKERS: 'poller,foo' },
    'WORKERS must be a comma-separated list of poller, jobs, environment-jobs and alerts, or empty.',
  ],
  [
    'a key that can be guessed',
    { ADMIN_KEY: 'canary-short' },
    'ADMIN_KEY must be 16 to 200 printable characters without spaces.',
  ],
  [
    'one key for two roles',
    { ADMIN_KEY: 'canary-of-both-keys', OPERATOR_KEY: 'canary-of-both-keys' },
    'OPERATOR_KEY must be another key than ADMIN_KEY.',
  ],
  [
    'half of the credentials',
    { KICK_CLIENT_ID: 'somebody' },
    'KICK_CLIENT_SECRET must be set together with KICK_CLIENT_ID: all or none.',
  ],
  [
    'a data directory that can not be',
    { DATA_DIR: '/dev/null/data' },
    'DATA_DIR /dev/null/data can not be used: a part of /dev/null/data is not a directory: choose another DATA_DIR.',
  ],
]

describe.concurrent('a start that can not be ends with one line that names the variable, and doctor says the same', () => {
  for (const [name, environment, sentence] of refused) {
    test(name, { timeout: 120_000 }, async ({ expect }) => {
      const own = typeof environment === 'function' ? environment() : environment
      const line = typeof sentence === 'function' ? sentence() : sentence
      const env = { PORT: '0', DATA_DIR: path.join(directory, name.replaceAll(' ', '-')), LOG_LEVEL: 'error', ...own }
      await using program = runProgram({ env })
      expect(await program.ended).toEqual({ code: 1, signal: null })
      expect(program.stdout() + program.stderr()).toBe(`${line}\n`)
      expect(await diagnose(env)).toContainEqual({ ok: false, text: line })
    })
  }
})

test('doctor lists everything that is wrong, one line each, and says so by its exit code', async () => {
  await using wrong = runProgram({ args: ['doctor'], env: { PORT: 'abc', WORKERS: 'foo' } })
  expect(await wrong.ended).toMatchObject({ code: 1 })
  const lines = wrong.stdout().trim().split('\n')
  expect(lines.filter((line) => !line.startsWith('ok '))).toEqual([
    expect.stringMatching(/^WRONG +PORT must be /),
    expect.stringMatching(/^WRONG +WORKERS must be /),
  ])
  const env = { DATABASE_URL: databaseUrl(), CLICKHOUSE_URL: clickHouse.url, DATA_DIR: path.join(directory, 'doctor') }
  await using right = runProgram({ args: ['doctor'], env })
  expect(await right.ended).toMatchObject({ code: 0 })
  for (const line of right.stdout().trim().split('\n')) expect(line).toMatch(/^(ok|note) +\S/)
})

const withClient = async <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

test('servers are migrated by several processes at once, each step once, and again without any change', {
  timeout: 120_000,
}, async () => {
  const admin = changed(databaseUrl(), { pathname: '/postgres' })
  await withClient(admin, (client) => client.query('CREATE DATABASE migrated_by_two'))
  const url = changed(databaseUrl(), { pathname: '/migrated_by_two' })
  try {
    const migrate = () =>
      runProgram({
        args: ['migrate'],
        env: { DATABASE_URL: url, CLICKHOUSE_URL: clickHouse.url, DATA_DIR: '/dev/null' },
      })
    await using first = migrate()
    await using second = migrate()
    for (const one of [first, second]) expect(await one.ended, one.stderr()).toMatchObject({ code: 0 })
    const migrations = (await readdir(path.join(projectFolder, 'prisma/migrations'))).filter((name) => /^\d/.test(name))
    const ledger = () =>
      withClient(url, (client) =>
        client.query('SELECT migration_name, checksum, finished_at FROM public._prisma_migrations ORDER BY 1'),
      )
    const { rows } = await ledger()
    expect(rows.map((row) => row.migration_name)).toEqual(migrations.sort())
    const steps = await readdir(path.join(projectFolder, 'clickhouse/migrations'))
    const applied = `${first.stderr()}${second.stderr()}`.match(/applied a migration/g)
    expect(applied).toHaveLength(migrations.length + steps.length)

    await using third = migrate()
    expect(await third.ended).toMatchObject({ code: 0 })
    expect(third.stdout()).toBe('Both stores are up to date.\n')
    expect(third.stderr()).toBe('')
    expect((await ledger()).rows).toEqual(rows)
  } finally {
    await withClient(admin, (client) => client.query('DROP DATABASE migrated_by_two WITH (FORCE)'))
  }
})

test('of two processes that migrate one data directory the one that comes too late says so, and may come again', {
  timeout: 120_000,
}, async () => {
  const migrate = () => runProgram({ args: ['migrate'], env: { DATA_DIR: path.join(directory, 'embedded') } })
  await using first = migrate()
  await using second = migrate()
  const ends = await Promise.all([first, second].map(async (one) => ({ ...(await one.ended), said: one.stderr() })))
  expect(ends).toContainEqual(expect.objectContaining({ code: 0 }))
  for (const { said } of ends.filter(({ code }) => code !== 0))
    expect(said).toMatch(/^DATA_DIR \S+ is in use by process \d+: .*\n$/)
  await using again = migrate()
  expect(await again.ended).toMatchObject({ code: 0 })
})

test('no secret was said aloud', () => {
  expect(secretsSaid()).toEqual([])
})
