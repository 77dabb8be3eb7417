import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import { type Log, silentLog } from '../../../src/lib/log.ts'
import { openPostgres, type Postgres } from '../../../src/stores/postgres/postgres.ts'
import { joinSides } from './split-postgres.ts'

/** A migrated, empty database of its own; where the tests run split, one for each side. */
export type TestDatabase = {
  /** Where dm is. */
  readonly url: string
  /** Where public is. */
  readonly urlOfPublic: string
  /** What tells a program where both are. */
  readonly variables: { DATABASE_URL: string; DM_DATABASE_URL?: string }
  /** A pool on it, closed with it; the program gets `sidesOf` it. */
  readonly db: Postgres
  /** Drops the database, whoever is still connected. */
  [Symbol.asyncDispose](): Promise<void>
}

const asAdmin = async (sql: string): Promise<void> => {
  const url = new URL(inject('templateDatabaseUrl'))
  url.pathname = '/postgres'
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

/** A database of its own with nothing in it. */
export const createEmptyDatabase = async (): Promise<AsyncDisposable & { readonly url: string }> => {
  const name = `empty_${randomUUID().replaceAll('-', '')}`
  await asAdmin(`CREATE DATABASE ${name}`)
  return {
    url: Object.assign(new URL(inject('templateDatabaseUrl')), { pathname: `/${name}` }).href,
    [Symbol.asyncDispose]: () => asAdmin(`DROP DATABASE ${name} WITH (FORCE)`),
  }
}

/** Clones a migrated template: takes tens of milliseconds, so every test file (or test) can have its own. */
const clone = async (template: string) => {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await asAdmin(`CREATE DATABASE ${name} TEMPLATE ${template}`)
  const { href: url } = Object.assign(new URL(inject('templateDatabaseUrl')), { pathname: `/${name}` })
  // A slow machine is no reason to refuse who waits for a connection.
  const db = openPostgres({ url, log: silentLog, max: 4, connectTimeoutMs: 60_000 })
  return {
    url,
    db,
    async [Symbol.asyncDispose]() {
      await db[Symbol.asyncDispose]()
      await asAdmin(`DROP DATABASE ${name} WITH (FORCE)`)
    },
  }
}

const nameOf = (url: string): string => new URL(url).pathname.slice(1)

/**
 * Makes a database for a test, or one for each side (`npm run test:split`). `of` names another database to clone, which nobody may be
 * connected to and which is not split; `template0` is an empty one.
 */
export const createTestDatabase = async ({ of }: { of?: string } = {}): Promise<TestDatabase> => {
  const publicTemplate = of === undefined ? inject('publicTemplateUrl') : null
  const dm = await clone(of ?? nameOf(inject('templateDatabaseUrl')))
  if (publicTemplate === null) {
    const { url } = dm
    return Object.assign(dm, { urlOfPublic: url, variables: { DATABASE_URL: url } })
  }
  const environment = await clone(nameOf(publicTemplate))
  return {
    url: dm.url,
    urlOfPublic: environment.url,
    variables: { DATABASE_URL: environment.url, DM_DATABASE_URL: dm.url },
    db: joinSides({ dm: dm.db, public: environment.db }),
    async [Symbol.asyncDispose]() {
      await dm[Symbol.asyncDispose]()
      await environment[Symbol.asyncDispose]()
    },
  }
}

/** Another pool on the same database, or on both; whoever opens it closes it. */
export const reopened = ({ url, urlOfPublic }: TestDatabase, log: Log = silentLog): Postgres => {
  const open = (at: string) => openPostgres({ url: at, log, max: 4 })
  return url === urlOfPublic ? open(url) : joinSides({ dm: open(url), public: open(urlOfPublic) })
}
