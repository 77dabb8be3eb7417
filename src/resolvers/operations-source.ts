import type { ArchiveVerifier } from '../archive/archive-verifier.ts'
import type { KnownLoss, StoredLoss } from '../ingest/known-losses.ts'
import type { KnownNode } from '../ingest/node-backlogs.ts'
import type { PlatformName } from '../platforms/platform.ts'

/** What an operator has to look after. */
export type ProblemKind = 'store' | 'journal' | 'polling' | 'node' | 'shipping' | 'loss' | 'job' | 'archive' | 'other'

/** Something that is wrong: a sentence without secrets, and since when, where that is known. */
export type Notice = { kind: ProblemKind; sentence: string; since: Date | null }

/** What looking at a store, or at the journal, said: null where all is well, else a sentence. */
export type StoreLook = {
  part: 'postgres' | 'postgres-dm' | 'postgres-public' | 'clickhouse' | 'objects' | 'spool' | 'journal'
  sentence: string | null
  latencyMs: number
}

/** How the channels of a platform are probed, by all nodes together. */
export type PolledPlatform = {
  platform: PlatformName
  watched: number
  due: number
  probedLastMinute: number
  failing: number
  oldestDueAt: Date | null
  latenessSeconds: number
  lastProbedAt: Date | null
}

/** What polling goes by now. */
type PollingSettings = {
  intervalSeconds: number
  /** How late the most overdue channel may be. */
  allowedSeconds: number
  /** The platforms that are polled for who is live, and whether that is switched on. */
  platforms: readonly { platform: PlatformName; isOn: boolean }[]
}

/** The rows for a table of ClickHouse, or of a queue (@), on the disk of this process, and how they are sent. */
export type SpoolTable = {
  target: string
  rows: number
  bytes: number
  oldestAt: Date | null
  shippedRows: number
  lastShippedAt: Date | null
  failures: number
  lastFailedAt: Date | null
}

/** What the answering process knows of itself. */
export type ThisNode = {
  name: string
  version: string
  startedAt: Date
  workers: readonly string[]
  spool: { bytes: number; maxBytes: number; deadLetters: number; tables: readonly SpoolTable[] }
}

/** A job of the program. */
export type JobDefinition = { name: string; description: string; cron: string }

/** A run of a job on any node; `text` is for the outside. */
export type JobRunSeen = {
  job: string
  state: 'running' | 'succeeded' | 'failed'
  startedAt: Date
  finishedAt: Date | null
  text: string | null
}

/** What may be sent to a platform, and what is. */
export type RequestBudget = {
  platform: PlatformName
  requestsPerSecond: number
  usedLastMinute: number
  pausedUntil: Date | null
}

/** Rows that are lost, and the sentence that says so. */
export type LossSeen = KnownLoss &
  Pick<StoredLoss, 'acceptedAt'> &
  Partial<Pick<StoredLoss, 'foundAt'>> & { sentence: string }

/** Where the state of the whole system is read. What asks a store may reject, or wait for long. */
export type OperationsSource = {
  /** Looks at every store and at the journal; never rejects, and is done within two seconds. */
  stores(): Promise<StoreLook[]>
  pollingSettings(): PollingSettings
  /** One statement. */
  polling(platforms: readonly PlatformName[]): Promise<PolledPlatform[]>
  thisNode(): ThisNode
  /** One statement; this process is among them where it shares its database. */
  nodes(): Promise<KnownNode[]>
  readonly jobs: readonly JobDefinition[]
  /** The run under way and the last that ended of each job. One statement. */
  jobRuns(): Promise<JobRunSeen[]>
  /** Runs a job, or joins its run; resolves when it has ended. */
  runJob(name: string): Promise<{ ok: boolean }>
  budgets(): RequestBudget[]
  /** Of the whole environment, accepted or not. */
  losses(): LossSeen[]
  /** How far the chat archive has come. */
  archive(): { lagSeconds: number | null; alarmSeconds: number }
  /** What is wrong with this process beside all that, from memory. */
  notices(): Notice[]
  /** Everything that `/ready` calls degraded, from memory. */
  degraded(): readonly string[]
  /** Reads archived hours back. */
  readonly archives: ArchiveVerifier
}
