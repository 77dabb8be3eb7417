import { execFile } from 'node:child_process'
import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import chromium from '@sparticuz/chromium'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { silentLog } from '../../../src/lib/log.ts'
import { startEmbeddedPostgres } from '../../../src/stores/postgres/embedded.ts'
import { migratePostgres } from '../../../src/stores/postgres/migrate.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Connection string of the migrated database that test databases are cloned from; nobody may stay connected to it. */
    templateDatabaseUrl: string
    /** The same of public, where the tests run split and the first one has dm alone; else null. */
    publicTemplateUrl: string | null
    /** Directory of an embedded ClickHouse that has been migrated and closed, to be copied. */
    clickHouseTemplate: string
  }
}

const ask = async (url: string, ...statements: string[]): Promise<void> => {
  const client = new pg.Client({ connectionString: url })
  try {
    await client.connect()
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}

/**
 * Starts one Postgres for the whole run, and migrates the database and the ClickHouse that every test file copies. Builds the panel that their
 * servers have, where it is not built yet. Autovacuum is
 * off, so that only tests analyse tables: their plans would depend on how long a test takes.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await promisify(execFile)(process.execPath, ['admin/build.ts', '--if-stale'])
  // Unpacks the browser where it was not yet: two files that did so at the same time would be in each other's way.
  await chromium.executablePath()
  const directory = await fs.mkdtemp(path.join(os.tmpdir(), 'channelscope-test-'))
  // Postgres runs under another account when the tests run as root.
  await fs.chmod(directory, 0o755)
  const postgres = await startEmbeddedPostgres({ directory, log: silentLog, durable: false, database: 'template' })
  await ask(postgres.url, 'ALTER SYSTEM SET autovacuum = off', 'SELECT pg_reload_conf()')
  const migrate = (url: string, sides: readonly ('dm' | 'public')[]) =>
    migratePostgres({ url, directory: 'prisma/migrations', sides, log: silentLog })
  const isSplit = process.env.SPLIT_DM === '1'
  await migrate(postgres.url, isSplit ? ['dm'] : ['dm', 'public'])
  project.provide('templateDatabaseUrl', postgres.url)
  const publicUrl = isSplit ? Object.assign(new URL(postgres.url), { pathname: '/template_public' }).href : null
  if (publicUrl !== null) {
    await ask(postgres.url, 'CREATE DATABASE template_public')
    await migrate(publicUrl, ['public'])
  }
  project.provide('publicTemplateUrl', publicUrl)
  const clickHouse = path.join(directory, 'clickhouse')
  // In a process of its own: the engine stays loaded in one that has used it.
  await promisify(execFile)(process.execPath, ['test/support/stores/make-clickhouse-template.ts', clickHouse])
  project.provide('clickHouseTemplate', clickHouse)
  return async () => {
    await postgres[Symbol.asyncDispose]()
    await fs.rm(directory, { recursive: true, force: true })
  }
}
