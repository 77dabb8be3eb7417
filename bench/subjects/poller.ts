/** The project's poller with its adapter, its writes to Postgres and its spool, and nothing else in the process. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/lib/log.ts'
import { createKickPlatform } from '../../src/platforms/kick/kick-platform.ts'
import type { Platform } from '../../src/platforms/platform.ts'
import { openPostgres, type Postgres } from '../../src/stores/postgres/postgres.ts'
import { startPoller } from '../../src/workers/poller.ts'
import { serve } from '../support/rpc.ts'
import type { SimulatedKick } from '../support/simulated-kick.ts'

export type PollerStart = { databaseUrl: string; kick: SimulatedKick; directory: string }
export type PollerCycle = { calls: number; statements: number; loopDelayMs: number; wallMs: number }

let db: Postgres
let platform: Platform

serve({
  async start({ databaseUrl, kick }: PollerStart) {
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
  },

  /** Polls until this many channels have been recorded. */
  async cycle(channels: number): Promise<PollerCycle> {
    const loop = monitorEventLoopDelay({ resolution: 1 })
    loop.enable()
    const statements = db.stats().statements
    const startedAt = performance.now()
    await using poller = startPoller({
      db,
      platform,
      pollIntervalSeconds: 60,
      appendProbes: async () => undefined,
      log: silentLog,
    })
    while (poller.stats().probes < channels) await delay(5)
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
