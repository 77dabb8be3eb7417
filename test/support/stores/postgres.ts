import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import { silentLog } from '../../../src/lib/log.ts'
import { openPostgres, type Postgres } from '../../../src/stores/postgres/postgres.ts'

/** A migrated, empty database of its own. */
export type TestDatabase = {
  readonly url: string
  /** A pool on it, closed with it. */
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

/**
 * Clones the migrated template: takes tens of milliseconds, so every test file (or test) can have its own. `of` names another
 * database to clone, which nobody may be connected to; `template0` is an empty one.
 */
export const createTestDatabase = async ({ of }: { of?: string } = {}): Promise<TestDatabase> => {
  const template = new URL(inject('templateDatabaseUrl'))
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await asAdmin(`CREATE DATABASE ${name} TEMPLATE ${of ?? template.pathname.slice(1)}`)
  const url = new URL(template)
  url.pathname = `/${name}`
  // A slow machine is no reason to refuse who waits for a connection.
  const db = openPostgres({ url: url.href, log: silentLog, max: 4, connectTimeoutMs: 60_000 })
  return {
    url: url.href,
    db,
    async [Symbol.asyncDispose]() {
      await db[Symbol.asyncDispose]()
      await asAdmin(`DROP DATABASE ${name} WITH (FORCE)`)
    },
  }
}
