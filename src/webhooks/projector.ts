import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Spool } from '../ingest/spool.ts'
import type { RecordedBatch } from '../ingest/spool-file.ts'
import { createWakeableSleep } from '../ingest/wakeable-sleep.ts'
import { type BackoffOptions, backoffMs } from '../lib/backoff.ts'
import { type Clock, type Steady, systemSteady } from '../lib/clock.ts'
import { reasonText } from '../lib/errors.ts'
import { createGate, type Gate } from '../lib/gate.ts'
import type { Log } from '../lib/log.ts'
import { Histogram, lagBounds } from '../lib/metric.ts'
import { span } from '../lib/tracing.ts'
import type { PlatformName } from '../platforms/platform.ts'
import type { DeliveredFact, DeliveryReader } from '../platforms/webhook-source.ts'
import { chatFormat } from '../stores/clickhouse/tables/kick-chat-message.ts'
import { inboxFormat } from '../stores/clickhouse/tables/webhook-inbox.ts'
import { failureCode } from '../stores/postgres/failure.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { type Outcome, outcomes } from '../telemetry/webhook-outcome.ts'
import { type Delivery, receivedMs } from './delivery.ts'
import { decodeDelivery, deliveryQueue } from './delivery-row.ts'
import { createInboxRows } from './inbox-row.ts'
import { type Projection, projectBatch } from './project-batch.ts'
import { type ChannelChat, renderChatRow } from './project-chat.ts'
import { readFact } from './read-fact.ts'
import { createRowLimit } from './row-limit.ts'

export type ProjectorOptions = {
  /** Holds the received deliveries and takes the rows that follow from them. */
  spool: Spool
  db: Postgres
  /** The `env` of every row. */
  env: string
  sources: ReadonlyMap<PlatformName, DeliveryReader>
  clock: Clock
  steady?: Steady
  log: Log
  /** Called with chat messages once they are durable. Only a hint: it is not called again after a crash. */
  onChat?: (lines: readonly ChannelChat[]) => void
  /** The pause after a failed attempt. */
  backoff?: BackoffOptions
  /** A batch passes it as a whole; absent, it is always open. */
  gate?: Pick<Gate, 'through'> | undefined
}

/** Counts since the start. */
type ProjectorStats = {
  outcomes: Record<Outcome, number>
  /** Deliveries whose message id had come before. */
  repeats: number
  /** How many rows of repetitions the inbox does not have, because too many came at once. */
  repeatsLeftOut: number
  /** Rows of the queue that became dead letters. */
  buried: number
  /** Time from receipt to projection of the oldest delivery of the last batch, in milliseconds; null before the first. */
  lagMs: number | null
  /** The same time of every delivery, in seconds. */
  lags: Histogram
  lastSuccessAt: number | null
  /** Failed attempts since the last success. */
  failures: number
  lastError: { at: number; message: string } | null
}

/** Brings received deliveries into the stores, and tries again for as long as it takes. */
export type Projector = AsyncDisposable & {
  stats(): ProjectorStats
  /** What became of the delivery with this receipt; null when that is not known after `timeoutMs`. Call it before appending the delivery. */
  settled(receipt: string, timeoutMs: number): Promise<Projection | null>
  /** Whether everything received is projected; false as soon as an attempt fails, and after `timeoutMs`. */
  drained(timeoutMs: number): Promise<boolean>
}

/** How many repetitions are kept: this many at once, then 20 a second. Whoever has one genuine delivery can send it for ever. */
const repeatRate = { burst: 10_000, perMs: 20 / 1_000 }

/** How many deliveries are read or rendered before other events get their turn. */
const turnSize = 200

/** How often a single delivery that is refused for its content is tried again, since its channel may have been deleted meanwhile. */
const maxRefusals = 3

const inTurns = async <A, B>(items: readonly A[], work: (item: A, index: number) => B): Promise<B[]> => {
  const results: B[] = []
  for (const [index, item] of items.entries()) {
    if (index > 0 && index % turnSize === 0) await nextTurn()
    results.push(work(item, index))
  }
  return results
}

/** Whether the content of a batch caused the error; after any other error it may succeed later. */
const blamesContent = (error: unknown): boolean =>
  /^(21|22|23|54)/.test(failureCode(error)) ||
  (failureCode(error) === '' &&
    (error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError))

const linesOf = ({ body }: RecordedBatch): string[] =>
  Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8').split('\n').slice(0, -1)

/**
 * Starts projecting, one batch at a time. One commit of the spool appends the rows of a batch and forgets the batch, so every
 * delivery has its rows exactly once wherever the process dies. A batch is tried again until the database takes it. One that
 * is refused for its content is split; a single delivery that stays refused is kept as MALFORMED. Disposing waits for the
 * batch that is under way.
 */
export const startProjector = (options: ProjectorOptions): Projector => {
  const { spool, db, env, sources, clock, steady = systemSteady, log, onChat } = options
  const { backoff = { baseMs: 100, maxMs: 5_000 }, gate = createGate() } = options
  const queue = deliveryQueue.table
  const waiter = createWakeableSleep()
  const waiting = new Map<string | null, (projection: Projection | null) => void>()
  const draining = new Set<(isDrained: boolean) => void>()
  const counts = Object.fromEntries(outcomes.map((outcome) => [outcome, 0])) as Record<Outcome, number>
  const repeatLimit = createRowLimit(repeatRate, steady)
  const inboxRows = createInboxRows(env, sources, repeatLimit)
  const stats: Omit<ProjectorStats, 'outcomes' | 'repeatsLeftOut'> = {
    repeats: 0,
    buried: 0,
    lagMs: null,
    lags: new Histogram(lagBounds),
    lastSuccessAt: null,
    failures: 0,
    lastError: null,
  }
  let idle = false
  let stopping = false

  const read = (delivery: Delivery): DeliveredFact => readFact(sources.get(delivery.source), delivery)

  const note = (deliveries: readonly Delivery[], projections: readonly Projection[]): void => {
    const now = clock()
    stats.lagMs = Math.max(0, now - receivedMs(deliveries[0]!))
    stats.lastSuccessAt = now
    for (const [index, projection] of projections.entries()) {
      const delivery = deliveries[index]!
      counts[projection.outcome] += 1
      if (projection.repeatOf === delivery.messageId && !delivery.replay) stats.repeats += 1
      stats.lags.observe(Math.max(0, now - receivedMs(delivery)) / 1_000)
      waiting.get(delivery.receipt)?.(projection)
    }
  }

  /** Passes chat on. The batch is settled already, so a listener that fails must not have it tried again. */
  const passOn = (chats: readonly ChannelChat[]): void => {
    try {
      onChat?.(chats)
    } catch (error) {
      log.error({ err: error }, 'A listener for chat has failed.')
    }
  }

  const project = async (batch: RecordedBatch, readFact: (delivery: Delivery) => DeliveredFact): Promise<void> => {
    const deliveries = await inTurns(linesOf(batch), decodeDelivery)
    const readings = await inTurns(deliveries, (delivery) => ({ delivery, fact: readFact(delivery) }))
    const projections = await projectBatch({ db, log }, readings)
    const rowsOf = inboxRows()
    const inbox = await inTurns(projections, (projection, index) => rowsOf(readings[index]!, projection))
    const chats = projections.flatMap(({ chat }) => chat ?? [])
    const chatRows = await inTurns(chats, (chat) => renderChatRow(env, chat))
    await spool.settle(batch, [
      { target: inboxFormat, rows: inbox.flat() },
      { target: chatFormat, rows: chatRows },
    ])
    note(deliveries, projections)
    if (chats.length > 0) passOn(chats)
  }

  const noteFailure = (error: unknown): void => {
    const reason = reasonText(error)
    log[stats.failures === 0 ? 'warn' : 'debug']({ reason }, 'Deliveries could not be projected; they are tried again.')
    stats.failures += 1
    stats.lastError = { at: clock(), message: reason }
    for (const finish of draining) finish(false)
  }

  const noteProgress = (): void => {
    if (stats.failures > 0) log.info({ failures: stats.failures }, 'Deliveries are projected again.')
    stats.failures = 0
  }

  /** Resolves when the batch is projected, split or buried, or when the projector stops. */
  const handle = async (batch: RecordedBatch): Promise<void> => {
    let refusals = 0
    let reason = ''
    while (!stopping) {
      try {
        const reading =
          refusals < maxRefusals
            ? read
            : () => ({ kind: 'malformed' as const, reason: `the database refuses what it tells: ${reason}` })
        await span('project', { attributes: { deliveries: batch.last - batch.first + 1 } }, () =>
          gate.through(() => project(batch, reading)),
        )
        return noteProgress()
      } catch (error) {
        noteFailure(error)
        if (blamesContent(error)) {
          reason = reasonText(error)
          if (batch.last > batch.first) return spool.split(batch)
          refusals += 1
          if (refusals === maxRefusals)
            log.error({ reason }, 'The database refuses a delivery for its content; it is kept as MALFORMED.')
          if (refusals > maxRefusals) {
            await spool.bury(batch, reason)
            stats.buried += 1
            return log.error({ reason }, 'A received delivery is now a dead letter.')
          }
        }
        if (!stopping) await waiter.sleep(backoffMs(stats.failures - 1, backoff))
      }
    }
  }

  const isEmpty = (): boolean => (spool.backlogs().get(queue)?.oldestAt ?? null) === null

  const run = async (): Promise<void> => {
    while (!stopping) {
      if (isEmpty()) {
        for (const finish of draining) finish(true)
        idle = true
        await waiter.sleep(Number.POSITIVE_INFINITY)
        idle = false
        continue
      }
      try {
        const batch = await spool.take(queue)
        if (batch) await handle(batch)
      } catch (error) {
        noteFailure(error)
        if (!stopping) await waiter.sleep(backoffMs(stats.failures - 1, backoff))
      }
    }
  }

  const ignoreAppends = spool.onAppended((tables) => {
    if (idle && tables.includes(queue)) waiter.wake()
  })
  const running = run()

  return {
    stats: () => ({ ...stats, outcomes: { ...counts }, repeatsLeftOut: repeatLimit.leftOut() }),
    settled: (receipt, timeoutMs) =>
      new Promise((resolve) => {
        const finish = (projection: Projection | null): void => {
          clearTimeout(timer)
          waiting.delete(receipt)
          resolve(projection)
        }
        const timer = setTimeout(finish, timeoutMs, null)
        waiting.set(receipt, finish)
      }),
    drained: (timeoutMs) =>
      new Promise((resolve) => {
        const finish = (isDrained: boolean): void => {
          clearTimeout(timer)
          draining.delete(finish)
          resolve(isDrained)
        }
        const timer = setTimeout(finish, timeoutMs, false)
        draining.add(finish)
        if (isEmpty()) finish(true)
        else if (stats.failures > 0) finish(false)
      }),
    [Symbol.asyncDispose]: async () => {
      stopping = true
      ignoreAppends()
      waiter.wake()
      await running
      for (const finish of waiting.values()) finish(null)
      for (const finish of draining) finish(isEmpty())
    },
  }
}
