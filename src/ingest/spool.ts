import { type Clock, type Steady, systemSteady } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { InsertTarget } from '../stores/clickhouse/tables/row-format.ts'
import { createBacklogAges } from './backlog-ages.ts'
import { type Backlog, type BatchLimits, type BatchRange, defaultBatchLimits } from './batch-limits.ts'
import { bytesOf, type Chunk, chunksOf, mergeChunks } from './chunks.ts'
import type { DeadLetter } from './dead-letter.ts'
import { createRowTimes } from './row-times.ts'
import { SpoolClosedError, SpoolFullError } from './spool-errors.ts'
import type { RecordedBatch } from './spool-file.ts'
import { createSpoolHealth } from './spool-health.ts'
import type { SpoolLoss } from './spool-ledger.ts'
import { startSpoolThread } from './spool-thread.ts'

/** Where a spool is and how much it may hold. */
export type SpoolOptions = {
  /** Holds the spool's file and belongs to this spool alone. */
  directory: string
  /** Bytes of rendered rows, waiting and dead, above which appends are refused. */
  maxBytes: number
  log: Log
  clock: Clock
  steady?: Steady
  limits?: BatchLimits
  /** Bytes that the file may have; absent, as many as there are on the disk. */
  maxFileBytes?: number
}

/** What a spool holds now. */
type SpoolStats = {
  /** Stored rows that the sink has not confirmed, by table; a table stays listed once it has been seen. */
  tables: Record<string, { rows: number; bytes: number; oldestAgeMs: number }>
  /** Bytes of all stored rows, dead letters included; appends are refused beyond `maxBytes`. */
  bytes: number
  maxBytes: number
  deadLetters: number
}

/** Rendered rows and where they go. */
type SpoolAppend = { target: InsertTarget; rows: readonly string[] }

/** Names a queue: a table of the spool that is not one of ClickHouse, for rows that wait for something else first. */
export const queueName = (name: string): string => `@${name}`

/** Whether rows under this name wait for something else than ClickHouse. */
export const isQueue = (table: string): boolean => table.startsWith('@')

/** The durable door of everything bound for ClickHouse. */
export type Spool = AsyncDisposable & {
  readonly limits: BatchLimits
  /**
   * Stores rendered rows, each without a newline, all or none; resolves once they are on the disk, and from then on
   * they reach the table exactly once and in this order. Rejects with SpoolFullError, SpoolDiskError or SpoolClosedError.
   */
  append(target: InsertTarget, rows: readonly string[]): Promise<void>
  /**
   * Says that rows for this table will be appended that are asked for from now on, until it is disposed: what is being asked
   * from a platform has happened already, and is on no disk yet. Rows that are appended meanwhile are from since then.
   */
  announce(table: string): Disposable
  /**
   * Before when no row lies that is announced or not yet in this table, in milliseconds since the epoch and never ahead of now; null when
   * all are in it.
   */
  oldestPendingAt(table: string): number | null
  /** Whether rows wait for this table. */
  holds(table: string): boolean
  /** For how long the oldest row waits that is on the disk for this table, in milliseconds; null when none does. */
  oldestAgeMs(table: string): number | null
  stats(): SpoolStats
  /** Why rows are refused now, as one sentence for the outside; null when they are taken, as far as the last attempt has shown. */
  refusal(): Promise<string | null>
  /** At most `limit` dead letters with an id above `after`, oldest first. */
  deadLetters(page: { after: number; limit: number }): Promise<DeadLetter[]>
  /** Forgets these dead letters and rewrites the file, so that nothing is left in it of rows that are gone. */
  purge(deadLetters: readonly number[]): Promise<void>
  /** Writes a copy of what is stored into a new file: all rows that were acknowledged before, and maybe some that come meanwhile. */
  copyTo(path: string): Promise<void>
  /** Rows that were acknowledged and that the file has lost: found when it was opened, and before unless `lossesTold` was called. */
  readonly losses: readonly SpoolLoss[]
  /** Whether the directory held no spool before: where there was one, it is lost as a whole. */
  readonly isNew: boolean
  /** Whoever has to know of the losses does; they are not found again. */
  lossesTold(): Promise<void>
  /** What waits by table, as of the last finished call. */
  backlogs(): ReadonlyMap<string, Backlog>
  /** Calls the listener after every commit of appended rows, with the tables that grew; returns what ends it. */
  onAppended(listener: (tables: readonly string[]) => void): () => void
  /** The batch to send next: the oldest beyond the row `after` that was cut and not settled, else a new one; null when nothing waits. */
  take(table: string, after?: number): Promise<RecordedBatch | null>
  /** The sink has stored this batch; what came of it is appended in the same commit, whatever the spool's limit. */
  settle(range: BatchRange, results?: readonly SpoolAppend[]): Promise<void>
  /** The sink refuses this batch of several rows: from now on it is two batches. */
  split(range: BatchRange): Promise<void>
  /** The sink refuses this batch of one row: it becomes a dead letter. */
  bury(range: BatchRange, reason: string): Promise<void>
}

type WaitingAppend = {
  table: string
  since: number
  chunks: Chunk[]
  bytes: number
  resolve: () => void
  reject: (error: unknown) => void
}

/** Bytes of the largest delivery, that one commit takes from the queue, and that may wait in memory while the disk is slow. */
const rehearsalBytes = 256 * 1024
const commitBytes = 4 * 1024 * 1024
const queueBytes = 64 * 1024 * 1024

/** Opens the spool of a directory; rejects with SpoolLockedError while another process has it open. */
export const openSpool = async (options: SpoolOptions): Promise<Spool> => {
  const { directory, maxBytes, log, clock, steady = systemSteady, limits = defaultBatchLimits, maxFileBytes } = options
  const { maxRows, maxBytes: maxChunkBytes } = limits
  const thread = await startSpoolThread({
    directory,
    limits: { maxRows, maxBytes: maxChunkBytes },
    maxFileBytes,
    now: clock(),
  })
  const { backlogs, setAside, losses, ledgerIsUnreadable, isNew } = thread.opened
  let deadLetters = thread.opened.deadLetters
  if (setAside)
    log.error({ directory, setAside }, 'The spool file was damaged and has been set aside; its rows are not shipped.')

  if (ledgerIsUnreadable)
    log.warn({ directory }, 'The ledger of the spool can not be read: nobody can say whether rows are missing.')

  const waitingTimes = createBacklogAges({ clock, steady })
  const note = (table: string, backlog: Backlog): void => {
    backlogs.set(table, backlog)
    waitingTimes.note(table, backlog)
  }
  for (const [table, backlog] of backlogs) note(table, backlog)

  const times = createRowTimes(backlogs)
  const sinceOf = (table: string): number => Math.min(clock(), times.announcedSince(table))
  const waitingSince = (table: string, appends: readonly WaitingAppend[]): number =>
    appends.reduce(
      (oldest, one) => (one.table === table ? Math.min(oldest, one.since) : oldest),
      Number.POSITIVE_INFINITY,
    )

  const listeners = new Set<(tables: readonly string[]) => void>()
  const queue: WaitingAppend[] = []
  let committing: WaitingAppend[] = []
  /** The bytes of what is committing. */
  const room = new SharedArrayBuffer(commitBytes)
  let queuedBytes = 0
  let committer: Promise<void> | null = null
  let closing: Promise<void> | null = null

  const storedBytes = (): number => backlogs.values().reduce((sum, { bytes }) => sum + bytes, deadLetters.bytes)

  const takeGroup = (): WaitingAppend[] => {
    let bytes = 0
    const end = queue.findIndex((append, index) => {
      bytes += append.bytes
      return index > 0 && bytes > commitBytes
    })
    return queue.splice(0, end === -1 ? queue.length : end)
  }

  const commitGroup = async (): Promise<void> => {
    committing = takeGroup()
    try {
      const chunks = mergeChunks(
        committing.flatMap((append) => append.chunks),
        limits,
      )
      const changed = await thread.call('append', bytesOf(chunks, room))
      for (const [table, backlog] of changed) {
        times.stored(table, backlog.next, waitingSince(table, committing))
        note(table, backlog)
      }
      refusing.over()
      for (const { resolve } of committing) resolve()
      for (const listener of listeners) listener([...changed.keys()])
    } catch (error) {
      refusing.note(error)
      for (const { reject } of committing) reject(error)
    } finally {
      queuedBytes -= committing.reduce((sum, { bytes }) => sum + bytes, 0)
      committing = []
    }
  }

  /** Starts after the I/O callbacks of this turn, so that everything they append shares the first commit. */
  const commitQueue = async (): Promise<void> => {
    await new Promise(setImmediate)
    while (queue.length > 0) await commitGroup()
    committer = null
  }

  const refusal = (bytes: number): Error | null => {
    if (closing) return new SpoolClosedError('The spool is closed.')
    if (storedBytes() + queuedBytes + bytes > maxBytes) {
      return new SpoolFullError(
        `The spool in ${directory} may hold ${maxBytes} bytes and has no room for ${bytes} more.`,
      )
    }
    if (queuedBytes > 0 && queuedBytes + bytes > queueBytes) {
      return new SpoolFullError(`The disk under ${directory} is slow: ${queuedBytes} bytes wait to be committed.`)
    }
    return null
  }

  const refusing = createSpoolHealth(async () => {
    const error = refusal(rehearsalBytes)
    if (error) throw error
    await thread.call('rehearse', rehearsalBytes)
  }, steady)

  const checkedChunks = (target: InsertTarget, rows: readonly string[]): Chunk[] => {
    if (rows.some((row) => row.includes('\n'))) throw new TypeError(`A row for ${target.table} holds a newline.`)
    return chunksOf(target, rows, clock(), limits)
  }

  /** Before when no row lies that waits for this table; Infinity when none does. */
  const heldSince = (table: string): number =>
    Math.min(times.storedSince(table, backlogs.get(table)), waitingSince(table, committing), waitingSince(table, queue))

  return {
    limits,
    append: async (target, rows) => {
      if (rows.length === 0) return
      const chunks = checkedChunks(target, rows)
      const bytes = chunks.reduce((sum, chunk) => sum + chunk.bytes, 0)
      const error = refusal(bytes)
      if (error) {
        refusing.note(error)
        throw error
      }
      queuedBytes += bytes
      await new Promise<void>((resolve, reject) => {
        queue.push({ table: target.table, since: sinceOf(target.table), chunks, bytes, resolve, reject })
        committer ??= commitQueue()
      })
    },
    announce: (table) => times.announce(table, clock()),
    oldestPendingAt: (table) => {
      const oldest = Math.min(heldSince(table), times.announcedSince(table))
      return oldest === Number.POSITIVE_INFINITY ? null : Math.min(oldest, clock())
    },
    holds: (table) => heldSince(table) !== Number.POSITIVE_INFINITY,
    oldestAgeMs: waitingTimes.ageMs,
    stats: () => {
      const tables: SpoolStats['tables'] = {}
      for (const [table, { first, next, bytes }] of backlogs) {
        tables[table] = { rows: next - first, bytes, oldestAgeMs: waitingTimes.ageMs(table) ?? 0 }
      }
      return { tables, bytes: storedBytes(), maxBytes, deadLetters: deadLetters.count }
    },
    refusal: refusing.ask,
    deadLetters: ({ after, limit }) => thread.call('deadLetters', after, limit),
    purge: async (ids) => {
      deadLetters = await thread.call('purge', ids)
    },
    copyTo: (path) => thread.call('copyTo', path),
    losses,
    isNew,
    lossesTold: () => thread.call('forgetLosses'),
    backlogs: () => backlogs,
    onAppended: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    take: async (table, after = 0) => {
      const { batch, backlog } = await thread.call('take', table, after)
      note(table, backlog)
      return batch
    },
    settle: async ({ table, first, last }, results = []) => {
      const chunks = results.flatMap(({ target, rows }) => (rows.length > 0 ? checkedChunks(target, rows) : []))
      const since = heldSince(table)
      const changed = await thread.call('settle', { table, first, last }, bytesOf(chunks, null))
      for (const [name, backlog] of changed) {
        if (name !== table) times.stored(name, backlog.next, since)
        note(name, backlog)
      }
      if (chunks.length === 0) return
      const grown = new Set(chunks.map((chunk) => chunk.table))
      for (const listener of listeners) listener([...grown])
    },
    split: ({ table, first, last }) => thread.call('split', { table, first, last }),
    bury: async ({ table, first, last }, reason) => {
      const result = await thread.call('bury', { table, first, last }, reason, clock())
      note(table, result.backlog)
      deadLetters = result.deadLetters
    },
    [Symbol.asyncDispose]: () => {
      closing ??= Promise.resolve(committer).then(() => thread.close())
      return closing
    },
  }
}
