import { type BackoffOptions, backoffMs } from '../lib/backoff.ts'
import type { Clock } from '../lib/clock.ts'
import { limitConcurrency } from '../lib/concurrency-limit.ts'
import { reasonText } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import { span } from '../lib/tracing.ts'
import { dueInMs, fillsBatch } from './batch-limits.ts'
import { type BatchSink, blamesRows } from './batch-sink.ts'
import { isQueue, type Spool } from './spool.ts'
import type { RecordedBatch } from './spool-file.ts'
import { createWakeableSleep, type WakeableSleep } from './wakeable-sleep.ts'

/** What to ship, to where, and how to pause after a failure. */
export type ShipperOptions = {
  spool: Spool
  sink: BatchSink
  log: Log
  clock: Clock
  /** The pause after a failed attempt. */
  backoff?: BackoffOptions
  /** Batches that may be in memory and on their way at once; one table never has more than one. */
  maxInFlight?: number
  /** When the sink can take batches; absent, it can from the beginning. */
  ready?: Promise<unknown>
}

/** What happened to the batches of one table since the shipper started. */
export type TableShipments = {
  batches: number
  rows: number
  lastSuccessAt: number | null
  /** Attempts that failed since the last one that did not, and since the start. */
  failures: number
  failuresInAll: number
  lastError: { at: number; message: string } | null
}

/** Sends what the spool holds to the sink, for as long as it takes. */
export type Shipper = AsyncDisposable & {
  stats(): Record<string, TableShipments>
  /** What can not be sent now, one sentence for each table. */
  degraded(): string[]
  /** Sends at once what has been appended so far; resolves when all of it is stored or dead, or after `timeoutMs`, with whether it is. */
  flush(timeoutMs: number): Promise<boolean>
}

type Lane = {
  table: string
  alarm: WakeableSleep
  idle: boolean
  /** The batch after the one under way, read ahead while there is enough for a full one. */
  ahead: Promise<RecordedBatch | null> | null
  shipments: TableShipments
}

/**
 * Starts shipping. Each table has one batch under way; a failed attempt is repeated for ever from what the spool has
 * recorded, exactly as after a crash: same bytes, same token. Disposing lets the batches under way finish.
 */
export const startShipper = (options: ShipperOptions): Shipper => {
  const { spool, sink, log, clock, backoff = { baseMs: 200, maxMs: 15_000 }, maxInFlight = 2 } = options
  const lanes = new Map<string, Lane>()
  const running: Promise<void>[] = []
  const inserts = limitConcurrency({ slots: maxInFlight })
  const flushes = new Set<() => void>()
  let stopping = false

  /** Null when the sink has stored the batch, else why it refuses these rows; throws when that is not known. */
  const insert = async ({ table, columns, token, body, first, last }: RecordedBatch): Promise<string | null> => {
    const rows = last - first + 1
    const bytes = Buffer.from(body.buffer)
    return sink.insertBatch({ table, columns, format: 'JSONCompactEachRow', body: bytes, token, rows }).then(
      () => null,
      (error: unknown) => {
        if (blamesRows(error)) return reasonText(error)
        throw error
      },
    )
  }

  const readAhead = (table: string, { last, body }: RecordedBatch): Promise<RecordedBatch | null> | null => {
    const { next, bytes } = spool.backlogs().get(table)!
    if (!fillsBatch(next - 1 - last, bytes - body.length, spool.limits)) return null
    const ahead = spool.take(table, last)
    ahead.catch(() => {})
    return ahead
  }

  const shipBatch = async (lane: Lane): Promise<void> => {
    if (stopping) return
    const { table, shipments } = lane
    const taken = lane.ahead ?? spool.take(table)
    lane.ahead = null
    const batch = await taken
    if (batch === null) return
    const rows = batch.last - batch.first + 1
    const ahead = readAhead(table, batch)
    const refusal = await span('ship', { attributes: { table, rows, bytes: batch.body.length } }, () => insert(batch))
    if (refusal === null) {
      await spool.settle(batch)
      lane.ahead = ahead
      shipments.batches += 1
      shipments.rows += rows
      shipments.lastSuccessAt = clock()
    } else if (rows > 1) await spool.split(batch)
    else {
      await spool.bury(batch, refusal)
      log.error({ table, batch: batch.token, reason: refusal }, 'A row was refused and is now a dead letter.')
    }
  }

  const noteFailure = ({ table, shipments }: Lane, error: unknown): void => {
    const message = reasonText(error)
    const level = shipments.failures === 0 ? 'warn' : 'debug'
    log[level]({ table, reason: message }, 'A batch could not be shipped and will be sent again.')
    shipments.failures += 1
    shipments.failuresInAll += 1
    shipments.lastError = { at: clock(), message }
  }

  const noteProgress = ({ table, shipments }: Lane): void => {
    if (shipments.failures > 0) log.info({ table, failures: shipments.failures }, 'Batches are shipped again.')
    shipments.failures = 0
    for (const check of flushes) check()
  }

  const dueIn = (table: string): number => {
    const backlog = spool.backlogs().get(table)!
    if (flushes.size > 0 && backlog.oldestAt !== null) return 0
    return dueInMs(backlog, spool.oldestAgeMs(table), spool.limits)
  }

  const runLane = async (lane: Lane): Promise<void> => {
    while (!stopping) {
      const wait = dueIn(lane.table)
      if (wait > 0) {
        lane.idle = true
        await lane.alarm.sleep(wait)
        lane.idle = false
        continue
      }
      try {
        await inserts.run(() => shipBatch(lane))
        noteProgress(lane)
      } catch (error) {
        noteFailure(lane, error)
        if (!stopping) await lane.alarm.sleep(backoffMs(lane.shipments.failures - 1, backoff))
      }
    }
  }

  /** Starts the lane of a table that is new, and wakes one that waits for rows but not one that waits to try again. */
  const attend = (tables: Iterable<string>): void => {
    for (const table of tables) {
      if (isQueue(table)) continue
      const known = lanes.get(table)
      if (known?.idle) known.alarm.wake()
      if (known || stopping) continue
      const shipments = { batches: 0, rows: 0, lastSuccessAt: null, failures: 0, failuresInAll: 0, lastError: null }
      const lane = { table, alarm: createWakeableSleep(), idle: false, ahead: null, shipments }
      lanes.set(table, lane)
      running.push(runLane(lane))
    }
  }

  const ringAll = (): void => {
    for (const { alarm } of lanes.values()) alarm.wake()
  }

  let ignoreAppends = (): void => undefined
  const begin = (): void => {
    if (stopping) return
    ignoreAppends = spool.onAppended(attend)
    attend(spool.backlogs().keys())
  }
  if (options.ready) void options.ready.then(begin)
  else begin()

  return {
    degraded: () =>
      Array.from(lanes.values()).flatMap(({ table, shipments: { failures } }) =>
        failures > 0 ? [`Rows of ${table} can not be brought to ClickHouse now: they wait on the disk.`] : [],
      ),
    stats: () => Object.fromEntries(lanes.values().map(({ table, shipments }) => [table, { ...shipments }])),
    flush: (timeoutMs) => {
      const goals = [...spool.backlogs()].flatMap(([table, { next }]) => (isQueue(table) ? [] : [{ table, next }]))
      const reached = (): boolean => goals.every(({ table, next }) => spool.backlogs().get(table)!.first >= next)
      return new Promise((resolve) => {
        const finish = (): void => {
          clearTimeout(timer)
          flushes.delete(check)
          resolve(reached())
        }
        const check = (): void => {
          if (reached() || stopping) finish()
        }
        const timer = setTimeout(finish, timeoutMs)
        flushes.add(check)
        ringAll()
        check()
      })
    },
    [Symbol.asyncDispose]: async () => {
      stopping = true
      ignoreAppends()
      ringAll()
      for (const check of flushes) check()
      await Promise.all(running)
    },
  }
}
