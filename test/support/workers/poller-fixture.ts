import { schedule } from '../../../src/channels/schedule.ts'
import { upsertChannels } from '../../../src/channels/upsert.ts'
import { type KickServer, startKickServer } from '../../../src/demo/kick-server.ts'
import { createWorld, type World } from '../../../src/demo/world.ts'
import { silentLog } from '../../../src/lib/log.ts'
import { createKickPlatform } from '../../../src/platforms/kick/kick-platform.ts'
import type { Platform } from '../../../src/platforms/platform.ts'
import type { Postgres } from '../../../src/stores/postgres/postgres.ts'
import { statement } from '../../../src/stores/postgres/statement.ts'
import { leaseProbes } from '../../../src/workers/probe-queue.ts'
import { type ProbeRow, recordProbes } from '../../../src/workers/record-probes.ts'
import { createTestDatabase, type TestDatabase } from '../stores/postgres.ts'

/** A real database, a real simulated platform with a clock of its own, and the adapter between them. */
export type PollerFixture = AsyncDisposable & {
  readonly database: TestDatabase
  readonly db: Postgres
  readonly world: World
  readonly server: KickServer
  readonly kick: Platform
  /** Every probe that was recorded. */
  readonly probes: ProbeRow[]
  now(): number
  advance(seconds: number): void
  /** Adds channels to the platform and tracks them here; returns their ids by platform user id. */
  track(count: number): Promise<Map<string, bigint>>
  /** Makes everything due and polls it once, as a poller would. */
  cycle(): Promise<void>
}

const dueNow = statement(
  'test_due_now',
  `UPDATE dm.probe_schedule SET next_probe_at = now() - interval '1 second' WHERE active`,
)

export const startPollerFixture = async ({ lag = false } = {}): Promise<PollerFixture> => {
  // An hour ago, so that instants of the platform never lie in the database's future.
  let now = Date.now() - 3_600_000
  const clock = () => now
  const database = await createTestDatabase()
  const { db } = database
  const world = createWorld({ clock, seed: 7, lag })
  const server = await startKickServer({ world })
  const kick = createKickPlatform({
    apiUrl: server.url,
    idUrl: server.url,
    ...server.credentials,
    requestsPerSecond: Number.POSITIVE_INFINITY,
    clock,
    log: silentLog,
    timeoutMs: 5_000,
  })
  const probes: ProbeRow[] = []
  const deps = {
    db,
    platform: 'kick' as const,
    pollIntervalSeconds: 60,
    log: silentLog,
    appendProbes: async (rows: readonly ProbeRow[]) => void probes.push(...rows),
  }
  let users = 0
  return {
    database,
    db,
    world,
    server,
    kick,
    probes,
    now: clock,
    advance(seconds) {
      now += seconds * 1000
    },
    async track(count) {
      const added = Array.from({ length: count }, () => {
        const id = ++users
        return world.add({ id, slug: `streamer-${id}` })
      })
      const tracked = await upsertChannels(
        db,
        'kick',
        added.map(({ id, slug }) => ({ platformUserId: String(id), slug, observedAt: new Date(now) })),
        { log: silentLog },
      )
      await schedule(
        db,
        [...tracked.values()].map(({ id }) => id),
      )
      return new Map([...tracked].map(([user, { id }]) => [user, id]))
    },
    async cycle() {
      await db.query(dueNow)
      for (;;) {
        const claims = await leaseProbes(db, 'kick', kick.liveBatchSize)
        if (claims.length === 0) return
        const result = await kick.fetchLive(claims.map(({ platformUserId }) => platformUserId))
        await recordProbes(deps, [{ leases: claims, result }])
      }
    },
    async [Symbol.asyncDispose]() {
      await kick[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}
