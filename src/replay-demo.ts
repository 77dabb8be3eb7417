import { startKickServer } from './demo/kick-server.ts'
import type { Scenario } from './demo/scenario.ts'
import { createWorld } from './demo/world.ts'
import type { Log } from './lib/log.ts'
import { createKickPlatform } from './platforms/kick/kick-platform.ts'
import type { Postgres } from './stores/postgres/postgres.ts'
import { statement } from './stores/postgres/statement.ts'
import { claimProbes } from './workers/probe-queue.ts'
import { type ProbeRow, recordProbes } from './workers/record-probes.ts'

export type ReplayOptions = {
  db: Postgres
  /** Of the world's viewer curves. */
  seed: number
  scenario: Scenario
  /** Milliseconds since the epoch. */
  from: number
  to: number
  stepSeconds: number
  appendProbes: (rows: readonly ProbeRow[]) => Promise<void>
  log: Log
  /** Ends it early. */
  signal?: AbortSignal
}

const makeDue = statement('replay_make_due', 'UPDATE dm.probe_schedule SET next_probe_at = now() WHERE active')

/**
 * Lets the poller's own code watch a stretch of the scenario in quick motion, against a simulated platform whose clock
 * stands at each step. To be called before anything else polls.
 */
export const replayDemo = async (options: ReplayOptions): Promise<void> => {
  const { db, seed, scenario, from, to, stepSeconds, appendProbes, log, signal } = options
  let now = from
  const clock = () => now
  const world = createWorld({ clock, seed })
  scenario.advanceTo(world, now)
  await using server = await startKickServer({ world })
  await using kick = createKickPlatform({
    apiUrl: server.url,
    idUrl: server.url,
    ...server.credentials,
    requestsPerSecond: Number.POSITIVE_INFINITY,
    clock,
    log,
  })
  const deps = { db, platform: kick.name, pollIntervalSeconds: stepSeconds, appendProbes, log }
  for (; now < to && !signal?.aborted; now += stepSeconds * 1_000) {
    scenario.advanceTo(world, now)
    await db.query(makeDue)
    const claims = await claimProbes(db, kick.name, 10_000)
    const outcomes = []
    for (let i = 0; i < claims.length; i += kick.liveBatchSize) {
      const chunk = claims.slice(i, i + kick.liveBatchSize)
      outcomes.push({ claims: chunk, result: await kick.fetchLive(chunk.map(({ platformUserId }) => platformUserId)) })
    }
    if (outcomes.length > 0) await recordProbes(deps, outcomes)
  }
  // The steps were longer than the pace of the poller, which takes over from here.
  await db.query(makeDue)
}
