import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Config } from './config.ts'
import { backoffMs, sleep } from './lib/backoff.ts'
import { ConfigError } from './lib/errors.ts'
import type { Log } from './lib/log.ts'
import { migrateClickHouse } from './stores/clickhouse/migrate.ts'
import { type ClickHouse, openClickHouse } from './stores/clickhouse/open-clickhouse.ts'
import { startEmbeddedPostgres } from './stores/postgres/embedded.ts'
import { failureCode, isUnavailable } from './stores/postgres/failure.ts'
import { migratePostgres } from './stores/postgres/migrate.ts'
import { openPostgres, type Postgres } from './stores/postgres/postgres.ts'

/** Both sides of the data model, migrated, and the telemetry store. */
export type Stores = AsyncDisposable & {
  databases: { dm: Postgres; public: Postgres }
  clickHouse: ClickHouse
  /** Settles when ClickHouse has its tables; until then nothing may be shipped to it. */
  clickHouseReady: Promise<void>
}

const folder = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url))

/** What a Postgres server says to somebody it will never let in. */
const refusals: Record<string, string> = {
  '28P01': 'the password is wrong',
  '28000': 'the login is refused',
  '3D000': 'the database does not exist',
  '42501': 'the login may not create schemas or extensions',
  ENOTFOUND: 'the host name is not known',
}

/** Migrates one Postgres database, waiting for a server that does not answer yet. */
const migrateDatabase = async (
  variable: string,
  options: Parameters<typeof migratePostgres>[0],
  signal: AbortSignal,
): Promise<void> => {
  for (let failures = 0; ; failures++) {
    try {
      await migratePostgres(options)
      return
    } catch (error) {
      const refusal = refusals[failureCode(error)]
      if (refusal) throw new ConfigError(`${variable} can not be used: ${refusal}.`)
      if (!isUnavailable(error) || signal.aborted) throw error
      options.log.warn({ attempt: failures + 1 }, `${variable} does not answer; trying again`)
      await sleep(backoffMs(failures, { baseMs: 500, maxMs: 10_000 }) + 250, signal)
    }
  }
}

/** The two Postgres databases of the configuration, which may be one; `migrations` tells which folder belongs where. */
const placesOf = (publicUrl: string, dmUrl: string) => {
  if (publicUrl === dmUrl) return [{ variable: 'DATABASE_URL', url: publicUrl, migrations: () => true }]
  return [
    { variable: 'DM_DATABASE_URL', url: dmUrl, migrations: (name: string) => name.includes('_dm_') },
    { variable: 'DATABASE_URL', url: publicUrl, migrations: (name: string) => name.includes('_public_') },
  ]
}

/** Opens and migrates everything; a ConfigError says what the operator has to change. */
export const openStores = async (config: Config, log: Log, signal: AbortSignal): Promise<Stores> => {
  await using opened = new AsyncDisposableStack()
  let publicUrl = config.databaseUrl
  if (publicUrl === undefined) {
    const embedded = await startEmbeddedPostgres({ directory: path.join(config.dataDir, 'postgres'), log })
    opened.use(embedded)
    publicUrl = embedded.url
  }
  const dmUrl = config.dmDatabaseUrl ?? publicUrl

  const clickHouse = await openClickHouse({
    url: config.clickHouseUrl,
    directory: path.join(config.dataDir, 'clickhouse'),
  })
  opened.use(clickHouse)
  const settings = { retentionDays: config.retentionDays }
  const prepareClickHouse = () =>
    migrateClickHouse(clickHouse, { directory: folder('clickhouse/migrations'), settings, log })

  let prepared = false
  for (const { variable, url, migrations } of placesOf(publicUrl, dmUrl)) {
    await migrateDatabase(
      variable,
      {
        url,
        directory: folder('prisma/migrations'),
        select: migrations,
        log,
        // Two processes that start at once take turns here for both stores.
        whileLocked: async () => {
          if (prepared) return
          prepared = await prepareClickHouse().then(
            () => true,
            (error: unknown) => {
              if (error instanceof ConfigError || config.clickHouseUrl === undefined) throw error
              log.warn(
                { err: (error as Error).message },
                'CLICKHOUSE_URL does not answer; its tables are made when it does',
              )
              return false
            },
          )
        },
      },
      signal,
    )
  }

  const prepareLater = async (): Promise<void> => {
    for (let failures = 0; !prepared && !signal.aborted; failures++) {
      await sleep(backoffMs(failures, { baseMs: 1_000, maxMs: 15_000 }) + 250, signal)
      prepared = await prepareClickHouse().then(
        () => true,
        () => false,
      )
    }
  }

  const publicDb = openPostgres({ url: publicUrl, log })
  opened.use(publicDb)
  const dm = dmUrl === publicUrl ? publicDb : openPostgres({ url: dmUrl, log })
  if (dm !== publicDb) opened.use(dm)
  const clickHouseReady = prepareLater()
  opened.defer(() => clickHouseReady)
  const stack = opened.move()
  return {
    databases: { dm, public: publicDb },
    clickHouse,
    clickHouseReady,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
