import { randomUUID } from 'node:crypto'
import fs from 'node:fs/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { createStreamer } from '../../../src/claims/streamers.ts'
import { silentLog } from '../../../src/lib/log.ts'
import { migratePostgres, postgresMigrations } from '../../../src/stores/postgres/migrate.ts'
import { openPostgres, type Postgres } from '../../../src/stores/postgres/postgres.ts'
import { createPgBoss } from '../../../src/workers/jobs/job-runner.ts'
import { statement } from '../../support/stores/statement.ts'

const suffix = randomUUID().slice(0, 8)
const database = `roles_${suffix}`
const forbidden = '42501'

const urlOf = (login?: string): string => {
  const url = new URL(inject('templateDatabaseUrl'))
  url.pathname = `/${login === undefined ? 'postgres' : database}`
  if (login) {
    url.username = `${login}_${suffix}`
    url.password = 'a-password'
  }
  return url.href
}

const asSuperuser = async (name: string, ...texts: string[]): Promise<void> => {
  const url = new URL(urlOf())
  url.pathname = `/${name}`
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  try {
    for (const text of texts) await client.query(text)
  } finally {
    await client.end()
  }
}

const migrate = (login: string): Promise<string[]> =>
  migratePostgres({ url: urlOf(login), directory: 'prisma/migrations', sides: ['dm', 'public'], log: silentLog })

const logins = { migrator: 'channelscope_migrator', rw: 'channelscope_rw', ro: 'channelscope_ro' } as const
const connections = new Map<string, Postgres>()
let made: string[]

beforeAll(async () => {
  const roles = await fs.readFile('prisma/roles.sql', 'utf8')
  await asSuperuser('postgres', `CREATE DATABASE ${database}`)
  await asSuperuser(
    database,
    roles,
    ...Object.entries(logins).map(
      ([login, role]) => `CREATE ROLE ${login}_${suffix} LOGIN PASSWORD 'a-password' IN ROLE ${role}`,
    ),
    `ALTER ROLE migrator_${suffix} SET role = channelscope_migrator`,
    `ALTER ROLE ro_${suffix} SET default_transaction_read_only = on`,
  )
  made = await migrate('migrator')
  await asSuperuser(database, roles, roles)
  for (const login of Object.keys(logins))
    connections.set(login, openPostgres({ url: urlOf(login), log: silentLog, max: 2 }))
})
afterAll(async () => {
  for (const db of connections.values()) await db[Symbol.asyncDispose]()
  await asSuperuser(
    'postgres',
    `DROP DATABASE ${database} WITH (FORCE)`,
    ...Object.keys(logins).map((login) => `DROP ROLE ${login}_${suffix}`),
  )
})

let asked = 0
const as = (login: keyof typeof logins, text: string) =>
  connections.get(login)!.query<Record<string, unknown>>(statement(`test_roles_${asked++}`, text))

const expectForbidden = (login: keyof typeof logins, text: string): Promise<void> =>
  expect(as(login, text)).rejects.toMatchObject({ code: forbidden })

describe('the migrator', () => {
  test('makes everything that is missing', async () => {
    expect(made).toEqual(await postgresMigrations('prisma/migrations'))
  })

  test.each([
    `CREATE ROLE evil_${suffix} SUPERUSER`,
    `ALTER ROLE rw_${suffix} SUPERUSER`,
    "COPY public.streamers TO PROGRAM 'cat'",
    "SELECT pg_read_file('/etc/passwd')",
    `CREATE DATABASE evil_${suffix}`,
  ])('may not: %s', (text) => expectForbidden('migrator', text))
})

describe('the service', () => {
  test('starts where nothing is left to migrate', async () => {
    expect(await migrate('rw')).toEqual([])
  })

  test('writes rows with their audit, makes the months of the journal and drops them', async () => {
    const author = { identity: { role: 'ADMIN', name: null, subject: null }, requestId: 'r' }
    const { name } = await createStreamer(connections.get('rw')!, author, 'Ada')
    expect(name).toBe('Ada')
    expect(await as('rw', 'SELECT action FROM public.audit_log')).toEqual([{ action: 'streamer.create' }])
    await as('rw', 'DELETE FROM public.streamers')
    await as('rw', 'SELECT dm.ensure_status_event_partitions(4)')
    expect(await as('rw', 'SELECT dm.drop_oldest_status_events(90) AS name')).toEqual([{ name: null }])
  })

  test.each(['tier', 'environment'] as const)('has the queue of jobs of its %s', async (scope) => {
    const boss = createPgBoss({ db: connections.get('rw')!, scope, log: silentLog, scheduling: false })
    await boss.start()
    await boss.createQueue('test', { policy: 'exclusive' })
    expect(await boss.send('test', null)).toEqual(expect.any(String))
    await boss.stop({ graceful: false })
  })

  test.each([
    'CREATE TABLE public.evil (id integer)',
    'CREATE TABLE dm.evil (id integer)',
    'CREATE SCHEMA evil',
    'DROP TABLE public.streamers',
    'ALTER TABLE dm.streamer_channel ADD COLUMN evil text',
    'TRUNCATE dm.streamer_channel CASCADE',
    'DROP TABLE dm.status_event_default',
    "UPDATE public.audit_log SET action = 'x'",
    'DELETE FROM public.audit_log',
    'DELETE FROM dm.audit_log',
    'TRUNCATE dm.audit_log',
    "UPDATE public._prisma_migrations SET checksum = ''",
    'DELETE FROM dm._prisma_migrations',
    "INSERT INTO dm._prisma_migrations (id, checksum, migration_name) VALUES ('1', '', '')",
    "COPY public.streamers TO PROGRAM 'cat'",
    "SELECT pg_read_file('/etc/passwd')",
    'SET ROLE channelscope_migrator',
    'CREATE FUNCTION dm.evil() RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$',
  ])('may not: %s', (text) => expectForbidden('rw', text))
})

describe('who only looks', () => {
  test('sees channels, streamers and claims', async () => {
    for (const table of ['dm.streamer_channel', 'dm.status_event', 'public.streamers', 'public.streamer_channel_link'])
      expect(await as('ro', `SELECT count(*)::integer AS count FROM ${table}`)).toEqual([{ count: 0 }])
  })

  test.each([
    'SELECT * FROM public.configuration',
    'SELECT * FROM public.api_keys',
    'SELECT * FROM public.audit_log',
    'SELECT * FROM dm.audit_log',
    'SELECT * FROM dm_jobs.job',
    'SELECT * FROM public_jobs.job',
    'SELECT dm.drop_oldest_status_events(0)',
    'SET ROLE channelscope_rw',
  ])('may not: %s', (text) => expectForbidden('ro', text))

  test.each([
    "INSERT INTO public.streamers (name) VALUES ('x')",
    'UPDATE dm.streamer_channel SET bio = NULL',
    'DELETE FROM dm.status_event',
    'CREATE TEMP TABLE evil (id integer)',
  ])('may not, also where it asks for a transaction that writes: %s', async (text) => {
    const writing = connections.get('ro')!.transaction(async (tx) => {
      await tx.query(statement(`test_roles_${asked++}`, 'SET TRANSACTION READ WRITE'))
      await tx.query(statement(`test_roles_${asked++}`, text))
    })
    await expect(writing).rejects.toMatchObject({ code: forbidden })
  })
})
