/** The project's poller with everything it writes to: Postgres, the spool, and from there an embedded ClickHouse. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { type Shipper, startShipper } from '../../src/ingest/shipper.ts'
import { openSpool } from '../../src/ingest/spool.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/lib/log.ts'
import { createKickPlatform } from '../../src/platforms/kick/kick-platform.ts'
import type { Platform } from '../../src/platforms/platform.ts'
import { openPostgres, type Postgres } from '../../src/stores/postgres/postgres.ts'
import { startPoller } from '../../src/workers/poller.ts'
import { probeAppender } from '../../src/workers/probe-rows.ts'
import type { ProbeRow } from '../../src/workers/record-probes.ts'
import { openBenchClickHouse } from '../support/clickhouse-data.ts'
import { serve } from '../support/rpc.ts'
import type { SimulatedKick } from '../support/simulated-kick.ts'

/** Without `clickHouse` the spool's batches go to a store elsewhere, which takes them at once. */
export type PollerStart = { databaseUrl: string; kick: SimulatedKick; directory: string; clickHouse: boolean }
export type PollerCycle = { calls: number; statements: number; loopDelayMs: number; wallMs: number }

const flushMs = 60_000

let db: Postgres
let platform: Platform
let shipper: Shipper
let appendProbes: (rows: readonly ProbeRow[]) => Promise<void>

serve({
  async start({ databaseUrl, kick, directory, clickHouse }: PollerStart) {
    db = openPostgres({ url: databaseUrl, log: silentLog })
    const { url, ...credentials } = kick
    const requestsPerSecond = Number.POSITIVE_INFINITY
    platform = createKickPlatform({
      apiUrl: url,
      idUrl: url,
      ...credentials,
      requestsPerSecond,
      clock: systemClock,
      log: silentLog,
    })
    await db.query({ name: 'ready', text: 'SELECT 1' })
    const sink = clickHouse ? await openBenchClickHouse(`${directory}/clickhouse`) : { insertBatch: async () => {} }
    const spool = await openSpool({
      directory: `${directory}/spool`,
      maxBytes: 2 ** 30,
      log: silentLog,
      clock: systemClock,
    })
    shipper = startShipper({ spool, sink, log: silentLog, clock: systemClock })
    appendProbes = probeAppender(spool, 'bench')
  },

  /** Polls until this many channels have been recorded, in both stores. */
  async cycle(channels: number): Promise<PollerCycle> {
    const loop = monitorEventLoopDelay({ resolution: 1 })
    loop.enable()
    const statements = db.stats().statements
    const startedAt = performance.now()
    await using poller = startPoller({
      db,
      platform,
      pollIntervalSeconds: () => 60,
      appendProbes,
      log: silentLog,
    })
    while (poller.stats().probes < channels) await delay(5)
    if (!(await shipper.flush(flushMs))) throw new Error('The spool did not drain.')
    loop.disable()
    const { calls, failedCalls, lostBatches } = poller.stats()
    if (failedCalls + lostBatches > 0) throw new Error(`${failedCalls} calls and ${lostBatches} batches failed.`)
    return {
      calls,
      statements: db.stats().statements - statements,
      // The resolution is part of what the histogram records.
      loopDelayMs: loop.percentile(99) / 1e6 - 1,
      wallMs: performance.now() - startedAt,
    }
  },
})
