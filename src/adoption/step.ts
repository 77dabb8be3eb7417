import type { Log } from '../lib/log.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import type { ObjectStore } from '../stores/objects/object-store.ts'
import type { Postgres, Transaction } from '../stores/postgres/postgres.ts'
import type { Statement } from '../stores/postgres/statement.ts'

/** What a command of `adopt` runs: steps in their order. */
export type Phase = 'phase-a' | 'phase-b' | 'rollback'

/** What every step is given. */
export type AdoptionContext = {
  /** The database that holds the legacy tables, `dm` and `public`. Its statements may run for ten minutes. */
  db: Postgres
  clickHouse: ClickHouse
  /** Where archives of chat go. */
  objects: ObjectStore
  /** The name of the environment of the program. */
  environment: string
  /** What the rows of ClickHouse have as `env`. */
  tier: string
  /** The names that `env` has in the tables of ClickHouse from before, with the tiers that their rows belong to; absent: none was told. */
  envs?: Readonly<Record<string, string>> | undefined
  /** The folder for files that a step writes. */
  dataDir: string
  /** After how many days rows of a table of ClickHouse may be gone. */
  retentionDays: { probes: number; chat: number; webhooks: number }
  log: Log
  /** Ends a step between two batches. */
  signal: AbortSignal
}

/** Something of the legacy tables that can not be taken over as it is. */
export type Finding = {
  /** What it is, in words joined by dashes, such as `session-ends-before-start`. */
  kind: string
  /** The table with its schema, such as `public.kick_stream_sessions`. */
  table: string
  /** The row in that table, as text. */
  key: string
  /** More about it, as a JSON object. */
  details: object
  /** What was done, or will be done, in a few words. */
  done: string
}

/** How many findings of a kind there are, with some of them. */
export type FindingSummary = { kind: string; table: string; done: string; count: number; examples: string[] }

/** What a step would do now. Rows are those that it would handle; findings those that it would meet. */
export type Estimate = { rows: number; seconds: number; findings?: FindingSummary[] }

/** What a batch did. `position` is what the next one is given, as it comes out of JSON; rows of a batch that was repeated count once. */
type Batch<Position> = { position: Position; rows: number; done: boolean }

/** What a running step is given. */
export type StepContext = AdoptionContext & {
  /**
   * Does a step batch by batch until one says that it is done. A batch runs in a transaction that also saves its position, so a kill
   * loses one batch at most; what a batch does outside of `tx`, for example in ClickHouse, must be harmless to repeat. The first
   * position is null. A batch that stood in somebody's way is tried again. Writers of the old system may wait for the rows of a batch, so
   * it should be short: `size` says how many of at most so many rows take about a tenth of a second, as batches before it took.
   */
  batches<Position>(
    work: (tx: Transaction, position: Position | null, size: (most: number) => number) => Promise<Batch<Position>>,
  ): Promise<void>
  /** Writes findings down; one that is known already is written over. */
  find(tx: Transaction, findings: readonly Finding[]): Promise<void>
}

/** A part of a phase. It may be run again from its start at any time: after a kill, nobody knows how far its last batch came. */
export type Step = {
  /** Unique within all phases, such as `channels`. */
  name: string
  phase: Phase
  /** What it does, as a sentence without a subject, such as "Make a channel for each account". */
  title: string
  /** Whether it also runs where it has finished before: for what must be looked at again. */
  isRepeated?: boolean
  /** Tables that it fills. They are analyzed after it. */
  fills?: readonly string[]
  /** What it would do. Changes nothing: what it measures it rolls back. */
  estimate(context: AdoptionContext): Promise<Estimate>
  run(context: StepContext): Promise<void>
}

/** A statement that is made while the program runs, for example for one of several tables. It has no name, so no plan of it is kept. */
export const ask = <Row = unknown>(text: string): Statement<Row> => ({ name: '', text })
