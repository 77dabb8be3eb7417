import path from 'node:path'
import { adoptionMetrics } from '../adoption/adoption-metrics.ts'
import { refuseUnadopted } from '../adoption/phases.ts'
import type { Config } from '../config/config.ts'
import { backoffMs, sleep } from '../lib/backoff.ts'
import { systemSteady } from '../lib/clock.ts'
import { ConfigError, reasonText } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { MetricSource } from '../lib/metric.ts'
import { openLate } from '../lib/open-late.ts'
import { ownPlace } from '../lib/own-folder.ts'
import { readSplitState, whyNotDm } from '../splitting/split-state.ts'
import { loginIsRefused } from '../stores/clickhouse/clickhouse-error.ts'
import { clickHouseMigrations, migrateClickHouse, migrationStatements } from '../stores/clickhouse/migrate.ts'
import { type ClickHouse, openClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import { ourTables } from '../stores/clickhouse/our-tables.ts'
import { startEmbeddedPostgres } from '../stores/postgres/embedded.ts'
import type { Side } from '../stores/postgres/ledger.ts'
import { migratePostgres, postgresMigrations, selectMigrations } from '../stores/postgres/migrate.ts'
import { openPostgres, type Postgres, type Transaction } from '../stores/postgres/postgres.ts'
import { followMove } from './follow-move.ts'
import { moveBetween, type Named, requireSessions } from './place-of-dm.ts'
import { storeMetrics } from './store-metrics.ts'
import { NotYetUsable, whenItAnswers } from './when-it-answers.ts'

/** Both sides of the data model, migrated, and the telemetry store. */
export type Stores = AsyncDisposable & {
  databases: { dm: Postgres; public: Postgres }
  clickHouse: ClickHouse
  /** Resolves when ClickHouse has its tables, or when it is too late for that; until then nothing may be shipped to it. */
  clickHouseReady: Promise<void>
  /** Whether ClickHouse has its tables. */
  isPrepared(): boolean
  /** The migrations that this version of the code needs, by store. */
  migrations: { dm: readonly string[]; public: readonly string[]; clickHouse: readonly string[] }
  /** The tables of ClickHouse that are ours. */
  historyTables: ReadonlySet<string>
  readonly metrics: readonly MetricSource[]
}

/** Where the migrations of this version are. */
export const migrationFolders = {
  postgres: ownPlace('prisma/migrations'),
  clickHouse: ownPlace('clickhouse/migrations'),
}

/** Refuses a database from which `dm` has moved; one into which it is being moved is waited for, as one that does not answer. */
const requireDm = async (db: Transaction, variable: string): Promise<void> => {
  const state = await readSplitState(db)
  const reason = whyNotDm(state, variable)
  if (reason !== null && state.role === 'source') throw new ConfigError(reason)
  if (reason !== null) throw new NotYetUsable(reason)
}

/** Migrates one Postgres database; one that is not our own is tried first. */
const migrateDatabase = (
  named: Named,
  options: Parameters<typeof migratePostgres>[0],
  signal: AbortSignal,
): Promise<unknown> =>
  whenItAnswers(named.variable, options.log, signal, async () => {
    await requireSessions(named, options.url)
    await migratePostgres({ ...options, signal })
  })

/** The two Postgres databases of the configuration, which may be one. */
export const databasesOf = (
  publicUrl: string,
  dmUrl: string,
): { variable: string; url: string; sides: readonly Side[] }[] => {
  if (publicUrl === dmUrl) return [{ variable: 'DATABASE_URL', url: publicUrl, sides: ['dm', 'public'] }]
  return [
    { variable: 'DM_DATABASE_URL', url: dmUrl, sides: ['dm'] },
    { variable: 'DATABASE_URL', url: publicUrl, sides: ['public'] },
  ]
}

/** The part of a failed preparation that waiting will not mend, as a ConfigError. */
const lastingFailure = (error: unknown): ConfigError | undefined => {
  if (error instanceof ConfigError) return error
  return loginIsRefused(error) ? new ConfigError('CLICKHOUSE_URL can not be used: the login is refused.') : undefined
}

/** Opens and migrates everything; a ConfigError says what the operator has to change. */
export const openStores = async (config: Config, log: Log, given: AbortSignal): Promise<Stores> => {
  await using opened = new AsyncDisposableStack()
  const ending = new AbortController()
  const signal = AbortSignal.any([given, ending.signal])
  const history = openLate(() =>
    openClickHouse({
      url: config.clickHouseUrl,
      cluster: config.clickHouseCluster,
      directory: path.join(config.dataDir, 'clickhouse'),
    }),
  )
  opened.defer(async () => (await history.opened())?.[Symbol.asyncDispose]())
  let publicUrl = config.databaseUrl
  if (publicUrl === undefined) {
    // The engine is loaded while Postgres makes its cluster: each takes a second or two. A failure is told where it is needed.
    history.use().catch(() => undefined)
    const embedded = await startEmbeddedPostgres({
      directory: path.join(config.dataDir, 'postgres'),
      through: config.dataDir,
      log,
      signal,
    })
    opened.use(embedded)
    publicUrl = embedded.url
  }
  const dmUrl = config.dmDatabaseUrl ?? publicUrl
  const variable = config.databaseUrl === undefined ? 'DATA_DIR' : 'DATABASE_URL'
  const move = await moveBetween({ publicUrl, dmUrl, variable }, log, signal)
  /** Where dm is now. */
  const dmIsAt = move === null ? dmUrl : publicUrl

  const clickHouse = await history.use()
  const settings = { retentionDays: config.retentionDays, cluster: config.clickHouseCluster }
  /** Whether ClickHouse has its tables now; a server may come later. */
  const prepareClickHouse = (): Promise<boolean> =>
    migrateClickHouse(clickHouse, { directory: migrationFolders.clickHouse, settings, log }).then(
      () => true,
      (error: unknown) => {
        const lasting = lastingFailure(error)
        if (lasting || config.clickHouseUrl === undefined) throw lasting ?? error
        log.warn({ err: reasonText(error) }, 'CLICKHOUSE_URL does not answer; its tables are created when it does')
        return false
      },
    )

  let prepared = false
  for (const { variable, url, sides } of databasesOf(publicUrl, dmIsAt)) {
    const isGiven = config.databaseUrl !== undefined || variable === 'DM_DATABASE_URL'
    await migrateDatabase(
      { variable, isGiven },
      {
        url,
        name: isGiven ? variable : `DATA_DIR ${config.dataDir}`,
        directory: migrationFolders.postgres,
        sides,
        log,
        before: async (db) => {
          const given = isGiven ? variable : 'DATA_DIR'
          if (sides.includes('dm')) await requireDm(db, given)
          await refuseUnadopted(db, given)
        },
        // Two processes that start at once take turns here for both stores.
        whileLocked: async () => {
          prepared ||= await prepareClickHouse()
        },
      },
      signal,
    )
  }

  const prepareLater = async (): Promise<void> => {
    for (let failures = 0; !prepared && !signal.aborted; failures++) {
      await sleep(backoffMs(failures, { baseMs: 1_000, maxMs: 15_000 }) + 250, signal)
      if (signal.aborted) return
      prepared = await prepareClickHouse().catch((error: unknown) => {
        log.error({ err: reasonText(error) }, 'CLICKHOUSE_URL answers, but it can not be used')
        return false
      })
    }
  }

  const publicDb = openPostgres({ url: publicUrl, log })
  opened.use(publicDb)
  // While dm is on its way, both sides have pools of their own to the one database.
  const dm = dmUrl === publicUrl ? publicDb : openPostgres({ url: dmIsAt, log })
  if (dm !== publicDb) opened.use(dm)
  if (move !== null) opened.use(followMove({ dm, id: move, to: dmUrl, log }))
  const names = await postgresMigrations(migrationFolders.postgres)
  const sided = databasesOf(publicUrl, dmUrl)
  const migrations = {
    dm: names.filter(selectMigrations(sided[0]!.sides)),
    public: names.filter(selectMigrations(sided.at(-1)!.sides)),
    clickHouse: await clickHouseMigrations(migrationFolders.clickHouse),
  }
  const clickHouseReady = prepareLater()
  opened.defer(async () => {
    ending.abort()
    await clickHouseReady
  })
  const stack = opened.move()
  return {
    databases: { dm, public: publicDb },
    clickHouse,
    clickHouseReady,
    isPrepared: () => prepared,
    migrations,
    historyTables: ourTables(await migrationStatements(migrationFolders.clickHouse, settings)),
    metrics: [
      ...storeMetrics(dm === publicDb ? { main: dm } : { dm, public: publicDb }, clickHouse),
      ...adoptionMetrics(publicDb, clickHouse, systemSteady),
    ],
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
