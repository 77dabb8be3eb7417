import type { ApiKeys } from '../access/api-keys.ts'
import type { Alerts } from '../alerts/alerts.ts'
import type { Author } from '../audit/record-action.ts'
import type { System } from '../backup/run-backup.ts'
import type { KeyRing } from '../config/key-ring.ts'
import type { VariableNow } from '../config/variables-now.ts'
import type { Erasing } from '../erasing/erasing.ts'
import type { Clock } from '../lib/clock.ts'
import type { EnvironmentName } from '../lib/environment-name.ts'
import type { Log } from '../lib/log.ts'
import type { Platform, PlatformName } from '../platforms/platform.ts'
import type { Configuration } from '../settings/configuration.ts'
import type { ListedSetting } from '../settings/list-settings.ts'
import type { Settings } from '../settings/settings.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import type { ObjectStore } from '../stores/objects/object-store.ts'
import type { S3Options } from '../stores/objects/s3-objects.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import type { TestConnection } from '../webhooks/test-connection.ts'
import type { Job, JobOutcome } from '../workers/jobs/job-runner.ts'
import { type Command, commandsOf } from './command.ts'

/** What the command that makes backups needs of the process. */
export type BackupServices = {
  system: System
  dataDir: string
  /** The passphrase of the environment. */
  passphrase: string | undefined
  /** The endpoint and the key of buckets, as they are set now. */
  bucket(): S3Options | undefined
}

/** What commands may reach, in the server or in a process of their own. */
export type CommandServices = {
  /** The `env` of every row of ClickHouse. */
  env: string
  environment: EnvironmentName
  db: Postgres
  /** The other side of the data model. */
  publicDb: Postgres
  configuration: Configuration
  /** The settings of the running system, and the entries that it does not know. */
  listSettings(): Promise<ListedSetting[]>
  /** The variables of this process, as they may be shown. */
  variables: readonly VariableNow[]
  ring: KeyRing
  settings: Settings
  clickHouse: ClickHouse
  objects: ObjectStore
  erasing: Erasing
  alerts: Alerts
  /** Where imports write the rows that they refused. */
  importFolder: string
  keys: ApiKeys
  /** The platforms that a command may ask one question. */
  platforms: ReadonlyMap<PlatformName, Platform>
  log: Log
  clock: Clock
  /** Absent where no backup can be made. */
  backup?: BackupServices | undefined
  jobs: readonly Job[]
  /** Runs a job on whatever node is free; resolves when it has ended. */
  runJob(name: string, signal: AbortSignal): Promise<JobOutcome>
  /** A new link to the panel that signs an administrator in, once; absent where no server takes it. */
  makeSignInLink?: () => string
  /** Absent where no server receives webhooks. */
  testConnection?: TestConnection
}

/** One call of a command of an operator. */
export type StoreContext = {
  services: CommandServices
  signal: AbortSignal
  author: Author
  /** To be called before the first change of a command that does its work in many transactions: the audit log has the call. */
  record(): Promise<void>
}

/** A command that works on the stores: here, or in the server that has them. */
export type StoreCommand = Command<StoreContext>

/** Declares one. */
export const storeCommand = commandsOf<StoreContext>()
