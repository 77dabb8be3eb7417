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

export type ShipperOptions = {
  spool: Spool
  sink: BatchSink
  log: Log
  clock: Clock
  /** The pause after a failed attempt. */
  backoff?: BackoffOptions
  /** How many batches may be on their way at once; one table never has more than one. */
  maxInFlight?: number
  /** Resolves when the sink can take batches; by default it can from the beginning. */
  ready?: Promise<unknown>
}

/** What happened to the batches of one table since the shipper started. */
type TableShipments = {
  batches: number
  rows: number
  lastSuccessAt: number | null
  /** Failed attempts since the last success. */
  failures: number
  /** Failed attempts since the start. */
  failuresInAll: number
  lastError: { at: number; message: string } | null
}

/** Sends the rows of the spool to the sink, and tries again for as long as it takes. */
export type Shipper = AsyncDisposable & {
  stats(): Record<string, TableShipments>
  /** One sentence for each table whose rows can not be sent now. */
  degraded(): string[]
  /** Sends all present rows at once; resolves with whether all are stored or dead, at the latest after `timeoutMs`. */
  flush(timeoutMs: number): Promise<boolean>
  /**
   * Sends what was cut and may be on its way, and then nothing until it is disposed: each row is either in the spool or with the sink. Null when
   * that is not so after `timeoutMs`, as while the sink does not answer; then it goes on.
   */
  pause(timeoutMs: number): Promise<Disposable | null>
}

type TableShipping = {
  table: string
  waiter: WakeableSleep
  idle: boolean
  /** The next batch, read ahead while there are enough rows for a full one. */
  ahead: Promise<RecordedBatch | null> | null
  shipments: TableShipments
}

/**
 * Starts shipping, one batch of each table at a time. A failed attempt is repeated for ever with the recorded batch, exactly as
 * after a crash: the same bytes under the same token. Disposing waits for the batches that are on their way.
 */
export const startShipper = (options: ShipperOptions): Shipper => {
  const { spool, sink, log, clock, backoff = { baseMs: 200, maxMs: 15_000 }, maxInFlight = 2 } = options
  const shippings = new Map<string, TableShipping>()
  const running: Promise<void>[] = []
  const inserts = limitConcurrency({ slots: maxInFlight })
  const flushes = new Set<() => void>()
  let stopping = false
  let isPaused = false
  let noteQuiet = (): void => undefined

  /** Null when the sink has stored the batch, else the reason why it refuses these rows; throws when the outcome is unknown. */
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
    if (isPaused || !fillsBatch(next - 1 - last, bytes - body.length, spool.limits)) return null
    const ahead = spool.take(table, last)
    ahead.catch(() => {})
    return ahead
  }

  const shipBatch = async (shipping: TableShipping): Promise<void> => {
    if (stopping) return
    const { table, shipments } = shipping
    const taken = shipping.ahead ?? spool.take(table)
    shipping.ahead = null
    const batch = await taken
    if (batch === null) return
    const rows = batch.last - batch.first + 1
    const ahead = readAhead(table, batch)
    const refusal = await span('ship', { attributes: { table, rows, bytes: batch.body.length } }, () => insert(batch))
    if (refusal === null) {
      await spool.settle(batch)
      shipping.ahead = ahead
      shipments.batches += 1
      shipments.rows += rows
      shipments.lastSuccessAt = clock()
    } else if (rows > 1) await spool.split(batch)
    else {
      await spool.bury(batch, refusal)
      log.error({ table, batch: batch.token, reason: refusal }, 'A row was refused and is now a dead letter.')
    }
  }

  const noteFailure = ({ table, shipments }: TableShipping, error: unknown): void => {
    const message = reasonText(error)
    const level = shipments.failures === 0 ? 'warn' : 'debug'
    log[level]({ table, reason: message }, 'A batch could not be shipped and will be sent again.')
    shipments.failures += 1
    shipments.failuresInAll += 1
    shipments.lastError = { at: clock(), message }
  }

  const noteProgress = ({ table, shipments }: TableShipping): void => {
    if (shipments.failures > 0) log.info({ table, failures: shipments.failures }, 'Batches are shipped again.')
    shipments.failures = 0
    for (const check of flushes) check()
  }

  const dueIn = (table: string): number => {
    const backlog = spool.backlogs().get(table)!
    if (isPaused) return backlog.cut ? 0 : Number.POSITIVE_INFINITY
    if (flushes.size > 0 && backlog.oldestAt !== null) return 0
    return dueInMs(table, backlog, spool.oldestAgeMs(table), spool.limits)
  }

  const runTable = async (shipping: TableShipping): Promise<void> => {
    while (!stopping) {
      const wait = dueIn(shipping.table)
      if (wait > 0) {
        shipping.idle = true
        noteQuiet()
        await shipping.waiter.sleep(wait)
        shipping.idle = false
        continue
      }
      try {
        await inserts.run(() => shipBatch(shipping))
        noteProgress(shipping)
      } catch (error) {
        noteFailure(shipping, error)
        if (!stopping) await shipping.waiter.sleep(backoffMs(shipping.shipments.failures - 1, backoff))
      }
    }
  }

  /** Starts shipping a new table, and wakes a table that waits for rows, but not one that waits to try again. */
  const attend = (tables: Iterable<string>): void => {
    for (const table of tables) {
      if (isQueue(table)) continue
      const known = shippings.get(table)
      if (known?.idle) known.waiter.wake()
      if (known || stopping) continue
      const shipments = { batches: 0, rows: 0, lastSuccessAt: null, failures: 0, failuresInAll: 0, lastError: null }
      const shipping = { table, waiter: createWakeableSleep(), idle: false, ahead: null, shipments }
      shippings.set(table, shipping)
      running.push(runTable(shipping))
    }
  }

  const wakeAll = (): void => {
    for (const { waiter } of shippings.values()) waiter.wake()
  }

  /** Whether no row is cut that may be with the sink already, nor on its way. */
  const isQuiet = (): boolean =>
    shippings.values().every(({ idle }) => idle) &&
    [...spool.backlogs()].every(([table, { cut }]) => isQueue(table) || !cut)

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
      Array.from(shippings.values()).flatMap(({ table, shipments: { failures } }) =>
        failures > 0 ? [`Rows of ${table} can not be brought to ClickHouse now: they wait on the disk.`] : [],
      ),
    stats: () => Object.fromEntries(shippings.values().map(({ table, shipments }) => [table, { ...shipments }])),
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
        wakeAll()
        check()
      })
    },
    pause: async (timeoutMs) => {
      const goOn = (): void => {
        isPaused = false
        noteQuiet = () => undefined
        wakeAll()
      }
      isPaused = true
      const quiet = await new Promise<boolean>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs, false)
        noteQuiet = () => {
          if (!isQuiet()) return
          clearTimeout(timer)
          resolve(true)
        }
        wakeAll()
        noteQuiet()
      })
      if (quiet) return { [Symbol.dispose]: goOn }
      goOn()
      return null
    },
    [Symbol.asyncDispose]: async () => {
      stopping = true
      ignoreAppends()
      wakeAll()
      for (const check of flushes) check()
      await Promise.all(running)
    },
  }
}
