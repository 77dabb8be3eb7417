import { backoffMs, sleep } from '../lib/backoff.ts'
import { type Clock, type Steady, systemClock, systemSteady } from '../lib/clock.ts'
import { createGate, type Gate } from '../lib/gate.ts'
import type { Log } from '../lib/log.ts'
import { span } from '../lib/tracing.ts'
import { createBisectingFetch } from '../platforms/bisecting-fetch.ts'
import type { Platform, PlatformName } from '../platforms/platform.ts'
import { createLeaseHolder } from '../stores/postgres/lease-holder.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { leaseProbes, leaseSeconds, type ProbeLease, releaseLeases } from './probe-queue.ts'
import { type ProbeOutcome, type ProbeRow, type ProbesRecorded, recordProbes } from './record-probes.ts'

export type PollerOptions = {
  db: Postgres
  platform: Platform
  /** Seconds between two probes of a live channel, read before each use. */
  pollIntervalSeconds: () => number
  /** Whether no leases are taken for now. */
  isPaused?: () => boolean
  /** Resolves when the rows are durable. */
  appendProbes: (rows: readonly ProbeRow[]) => Promise<void>
  /** Announces that rows of now will be appended, until it is disposed. */
  announceProbes?: () => Disposable
  /** What is recorded of an answer passes it as a whole; absent, it is always open. */
  gate?: Pick<Gate, 'through'> | undefined
  log: Log
  clock?: Clock
  steady?: Steady
  /** Most calls under way at a time; the adapter keeps the request rate. */
  concurrency?: number
  /** How long to wait when nothing is due, in milliseconds. */
  idleMs?: number
}

/** Counts since the start. */
type PollerStats = ProbesRecorded & {
  calls: number
  failedCalls: number
  lostBatches: number
  lastProbeAt: number | null
}

export type Poller = {
  readonly platform: PlatformName
  stats(): PollerStats
  /** Stops taking leases, records the answers that are under way, and gives leases without an answer back. */
  [Symbol.asyncDispose](): Promise<void>
}

type Answered = ProbeOutcome & { leasedAt: number; recorded: () => void }

const chunksOf = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size))

/** Starts polling: leases due channels, asks the platform, records the answers. Any number of pollers may share one database. */
export const startPoller = (options: PollerOptions): Poller => {
  const { db, platform, log, clock = systemClock, steady = systemSteady } = options
  const { concurrency = 8, idleMs = 1_000, isPaused = () => false, gate = createGate() } = options
  const stopping = new AbortController()
  const stats: PollerStats = {
    calls: 0,
    failedCalls: 0,
    probes: 0,
    live: 0,
    unanswered: 0,
    lostBatches: 0,
    lastProbeAt: null,
  }
  const answered: Answered[] = []
  const underway = new Set<Promise<void>>()
  let recording = false

  /** Tries again until the deadline or until the poller stops, then throws as the last attempt did. */
  const persist = async <T>(deadline: number, work: () => Promise<T>): Promise<T> => {
    for (let failures = 0; ; failures++) {
      try {
        return await work()
      } catch (error) {
        const wait = backoffMs(failures, { baseMs: 200, maxMs: 5_000 })
        if (steady() + wait > deadline || stopping.signal.aborted) throw error
        await sleep(wait, stopping.signal)
      }
    }
  }

  /** Records everything answered so far in one transaction; tries again while the leases hold. Never rejects. */
  const recordBatch = async (batch: readonly Answered[]): Promise<void> => {
    const deadline = Math.min(...batch.map(({ leasedAt }) => leasedAt)) + leaseSeconds * 1_000
    // Appending is tried again by itself. After the transaction the leases are given back, and nobody else has these rows.
    const appendProbes = (rows: readonly ProbeRow[]) => persist(deadline, () => options.appendProbes(rows))
    const pollIntervalSeconds = options.pollIntervalSeconds()
    const deps = { ...options, pollIntervalSeconds, platform: platform.name, appendProbes }
    try {
      const { probes, live, unanswered } = await persist(deadline, () =>
        span('record probes', { attributes: { platform: platform.name, calls: batch.length } }, () =>
          gate.through(() => recordProbes(deps, batch)),
        ),
      )
      stats.probes += probes
      stats.live += live
      stats.unanswered += unanswered
      if (probes > 0) stats.lastProbeAt = clock()
    } catch (error) {
      stats.lostBatches++
      log.error(
        { err: error, channels: batch.reduce((sum, { leases }) => sum + leases.length, 0) },
        'probes could not be recorded; their channels are probed again when the leases run out',
      )
    }
  }

  /** Writes one batch at a time; answers that come meanwhile go into the next. Never rejects. */
  const recordAnswered = async (): Promise<void> => {
    if (recording) return
    recording = true
    while (answered.length > 0) {
      const batch = answered.splice(0)
      await recordBatch(batch)
      for (const { recorded } of batch) recorded()
    }
    recording = false
  }

  const askApart = createBisectingFetch({
    platform: platform.name,
    ask: async (ids, signal) => {
      const result = await platform.fetchLive(ids, signal)
      stats.calls++
      if (!result.ok && !stopping.signal.aborted) stats.failedCalls++
      return result
    },
    clock,
    log,
  })

  const ask = async (leases: readonly ProbeLease[]): Promise<void> => {
    using _announced = options.announceProbes?.()
    const leasedAt = steady()
    const leaseOf = new Map(leases.map((lease) => [lease.platformUserId, lease]))
    const recording: Promise<void>[] = []
    for await (const { ids, result } of askApart([...leaseOf.keys()], stopping.signal)) {
      const asked = ids.map((id) => leaseOf.get(id)!)
      if (!result.ok) {
        if (stopping.signal.aborted) {
          await releaseLeases(db, asked).catch(() => undefined)
          continue
        }
        log.warn(
          { platform: platform.name, kind: result.failure.kind, status: result.failure.status, channels: asked.length },
          `a call gave no answer: ${result.failure.message}`,
        )
      } else if (result.unclear) {
        log.warn(
          { platform: platform.name, channels: result.unclear.size },
          `an answer is unclear: ${result.call.error}`,
        )
      }
      recording.push(
        new Promise((recorded) => {
          answered.push({ leases: asked, result, leasedAt, recorded })
          void recordAnswered()
        }),
      )
    }
    await Promise.all(recording)
  }

  const run = async (): Promise<void> => {
    const leaseHolder = createLeaseHolder()
    for (let failures = 0; !stopping.signal.aborted; ) {
      if (isPaused()) {
        await sleep(idleMs, stopping.signal)
        continue
      }
      const free = concurrency - underway.size
      // To lease and record the channels of several calls costs little more than those of one.
      if (free < concurrency / 2) {
        await Promise.race(underway)
        continue
      }
      const request = leaseHolder.next()
      try {
        const leases = await leaseProbes(db, platform.name, free * platform.liveBatchSize, request)
        failures = 0
        const works = chunksOf(leases, platform.liveBatchSize).map((chunk) => {
          const attributes = { platform: platform.name, channels: chunk.length }
          const work: Promise<void> = span('poll', { attributes }, () => ask(chunk))
            .catch((error) => log.error({ err: error }, 'a call could not be handled'))
            .finally(() => underway.delete(work))
          underway.add(work)
          return work
        })
        void Promise.all(works).then(() => leaseHolder.end(request))
        if (leases.length < free * platform.liveBatchSize) await sleep(idleMs, stopping.signal)
      } catch (error) {
        // Perhaps only the answer was lost. Then the next statement that arrives takes these leases back.
        leaseHolder.end(request)
        log.warn({ err: error }, 'due channels could not be leased')
        await sleep(backoffMs(failures++, { baseMs: 500, maxMs: 10_000 }), stopping.signal)
      }
    }
    await Promise.all(underway)
  }

  const running = run()
  return {
    platform: platform.name,
    stats: () => ({ ...stats }),
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await running
    },
  }
}
