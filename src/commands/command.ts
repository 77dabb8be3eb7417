import type { ApiKeys } from '../access/api-keys.ts'
import type { Author } from '../audit/record-action.ts'
import type { Clock } from '../lib/clock.ts'
import type { Configuration } from '../settings/configuration.ts'
import type { KeyRing } from '../settings/key-ring.ts'
import type { Settings } from '../settings/settings.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import type { ObjectStore } from '../stores/objects/object-store.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import type { Job } from '../workers/jobs/job.ts'
import type { JobOutcome } from '../workers/jobs/job-runner.ts'

/** What commands may reach, in the server or in a process of their own. */
export type CommandServices = {
  env: string
  db: Postgres
  /** The other side of the data model. */
  publicDb: Postgres
  configuration: Configuration
  ring: KeyRing
  settings: Settings
  clickHouse: ClickHouse
  objects: ObjectStore
  keys: ApiKeys
  clock: Clock
  jobs: readonly Job[]
  /** Runs a job on whatever node is free; resolves when it has ended. */
  runJob(name: string, signal: AbortSignal): Promise<JobOutcome>
}

/** Takes the lines of an answer as they come. */
export type Say = (line: string) => void

/** A command of an operator. Arguments that it does not take are a ConfigError. */
export type Command = {
  readonly name: string
  /** One line for the help: its arguments and what it does. */
  readonly usage: readonly string[]
  /** Whether it may change something with these arguments: then the audit log has it. */
  changes(args: readonly string[], services: Pick<CommandServices, 'jobs'>): boolean
  /** Whether it did what it was asked to. */
  run(
    args: readonly string[],
    services: CommandServices,
    say: Say,
    signal: AbortSignal,
    author: Author,
  ): Promise<boolean>
}
