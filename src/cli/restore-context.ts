import path from 'node:path'
import type { Destination } from '../backup/destination.ts'
import type { Manifest } from '../backup/manifest-shape.ts'
import { type RestoreStep, requireKnown, restoreKeys, runRestore } from '../backup/run-restore.ts'
import type { SavedDatabase } from '../backup/save-tables.ts'
import type { Config } from '../config/config.ts'
import { ConfigError } from '../lib/errors.ts'
import { type Log, silentLog } from '../lib/log.ts'
import { ownPlace } from '../lib/own-folder.ts'
import { clickHouseMigrations, migrationStatements } from '../stores/clickhouse/migrate.ts'
import { openClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import { ourTables } from '../stores/clickhouse/our-tables.ts'
import { openFileObjects } from '../stores/objects/file-objects.ts'
import { openS3Objects } from '../stores/objects/s3-objects.ts'
import { startEmbeddedPostgres } from '../stores/postgres/embedded.ts'
import { migratePostgres, postgresMigrations } from '../stores/postgres/migrate.ts'
import { checkBucket } from './check-objects.ts'
import { requireUsableClickHouse, requireUsablePostgres } from './check-stores.ts'
import { claimDirectory } from './restore-mark.ts'

export type RestoreOptions = {
  config: Config
  log: Log
  destination: Destination
  manifest: Manifest
  passphrase: string | undefined
  signal: AbortSignal
  onStep: (step: RestoreStep) => void
}

/** Refuses servers on which nothing can work, before anything is begun there. */
const requireUsable = async (
  { databaseUrl, dmDatabaseUrl, clickHouseUrl, s3 }: Config,
  { objects }: Manifest,
): Promise<void> => {
  if (databaseUrl !== undefined) await requireUsablePostgres('DATABASE_URL', databaseUrl)
  if (dmDatabaseUrl !== undefined) await requireUsablePostgres('DM_DATABASE_URL', dmDatabaseUrl)
  if (clickHouseUrl !== undefined) await requireUsableClickHouse(clickHouseUrl)
  const bucket = s3 && objects.length > 0 ? await checkBucket(s3) : undefined
  if (bucket?.ok === false) throw new ConfigError(bucket.text)
}

/**
 * Fills the empty place of a configuration with a backup. The passphrase and the place are looked at before the backup is read as a whole; a ConfigError
 * says what is wrong with any of them. Returns whether the keys came along.
 */
export const restoreInto = async (options: RestoreOptions): Promise<boolean> => {
  const { config, log, destination, manifest, passphrase, signal, onStep } = options
  const { dataDir, databaseUrl, dmDatabaseUrl, clickHouseUrl, clickHouseCluster } = config
  if (clickHouseCluster !== undefined)
    throw new ConfigError('A backup is restored into one node of ClickHouse: leave CLICKHOUSE_CLUSTER out.')
  const directories = { postgres: ownPlace('prisma/migrations'), clickHouse: ownPlace('clickhouse/migrations') }
  const statements = await migrationStatements(directories.clickHouse, { retentionDays: config.retentionDays })
  requireKnown(manifest, {
    postgres: new Set(await postgresMigrations(directories.postgres)),
    clickHouse: new Set(await clickHouseMigrations(directories.clickHouse)),
    historyTables: ourTables(statements),
  })
  const keys = await restoreKeys(destination, manifest, passphrase)
  await using opened = new AsyncDisposableStack()
  const directory = opened.use(claimDirectory(dataDir, manifest.id))
  await requireUsable(config, manifest)
  const embedded =
    databaseUrl === undefined
      ? opened.use(
          await startEmbeddedPostgres({ directory: path.join(dataDir, 'postgres'), through: dataDir, log, signal }),
        )
      : undefined
  const publicUrl = databaseUrl ?? embedded!.url
  const nameOf = (variable: string): string => (databaseUrl === undefined ? 'The embedded Postgres' : variable)
  const databases =
    dmDatabaseUrl === undefined || dmDatabaseUrl === publicUrl
      ? [{ url: publicUrl, sides: ['dm', 'public'] as const, name: nameOf('DATABASE_URL') }]
      : [
          { url: dmDatabaseUrl, sides: ['dm'] as const, name: 'DM_DATABASE_URL' },
          { url: publicUrl, sides: ['public'] as const, name: nameOf('DATABASE_URL') },
        ]
  const clickHouse = opened.use(
    await openClickHouse({ url: clickHouseUrl, directory: path.join(dataDir, 'clickhouse') }),
  )
  const objects = opened.use(config.s3 ? openS3Objects(config.s3) : openFileObjects(path.join(dataDir, 'objects')))
  const only = new Set(manifest.migrations.postgres)
  await runRestore(
    {
      dataDir,
      directory,
      databases,
      clickHouse,
      views: statements.filter((one) => one.startsWith('CREATE MATERIALIZED VIEW')),
      objects,
      migrate: async ({ url, sides }: SavedDatabase) => {
        await migratePostgres({ url, directory: directories.postgres, sides, only, log: silentLog, signal })
      },
    },
    destination,
    manifest,
    { signal, onStep },
  )
  await keys?.write(dataDir)
  directory.finish()
  return keys !== null
}
