import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import type { ObjectStore } from '../stores/objects/object-store.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import type { Job } from '../workers/jobs/job.ts'
import type { JobOutcome } from '../workers/jobs/job-runner.ts'

/** What commands may reach, in the server or in a process of their own. */
export type CommandServices = {
  env: string
  db: Postgres
  clickHouse: ClickHouse
  objects: ObjectStore
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
  /** Whether it did what it was asked to. */
  run(args: readonly string[], services: CommandServices, say: Say, signal: AbortSignal): Promise<boolean>
}
