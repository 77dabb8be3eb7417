import { schedule } from '../../../src/channels/schedule.ts'
import { upsertChannels } from '../../../src/channels/upsert.ts'
import { silentLog } from '../../../src/lib/log.ts'
import type { Platform } from '../../../src/platforms/platform.ts'
import { createTwitchPlatform } from '../../../src/platforms/twitch/twitch-platform.ts'
import { createXPlatform, type XOptions } from '../../../src/platforms/x/x-platform.ts'
import type { Postgres } from '../../../src/stores/postgres/postgres.ts'
import type { ProbeRow } from '../../../src/workers/record-probes.ts'
import { createFollowerRefresh } from '../../../src/workers/refresh-followers.ts'
import { startTwitchServer, type TwitchServer } from '../platforms/twitch-server.ts'
import { startXServer, type XServer } from '../platforms/x-server.ts'
import { createTestDatabase } from '../stores/postgres.ts'
import { statement } from '../stores/statement.ts'

/** What is stored of a channel and of the asking for its followers. */
type StoredFollowers = {
  platformUserId: string
  followerCount: number | null
  slug: string | null
  status: string
  isBanned: boolean
  /** Seconds from now. */
  dueIn: number
  nextProbeIn: number
  intervalSeconds: number
  wasProbed: boolean
  failures: number
  /** What the next probe is to carry. */
  told: number | null
}

/** A database, simulated platforms, and the work between them. */
export type FollowersFixture = AsyncDisposable & {
  readonly db: Postgres
  readonly x: XServer
  readonly twitch: TwitchServer
  /** Every probe that was recorded. */
  readonly probes: ProbeRow[]
  /** An adapter as a process of its own would have it. */
  xPlatform(options?: Partial<XOptions>): Platform
  twitchPlatform(): Platform
  /** Tracks channels by user id, seen under placeholder names. */
  track(platform: 'x' | 'twitch', ids: readonly string[]): Promise<bigint[]>
  refresh(platform: Platform, signal?: AbortSignal): Promise<number>
  /** In the order of their user ids. */
  stored(): Promise<StoredFollowers[]>
  /** Lets time pass for everything that was asked, probed or planned. */
  pass(seconds: number): Promise<void>
}

const readStored = statement(
  'test_followers',
  `SELECT c.platform_user_id AS "platformUserId", c.follower_count AS "followerCount", c.current_slug AS slug, c.status,
     c.is_banned AS "isBanned", extract(epoch FROM s.followers_due_at - now())::float8 AS "dueIn",
     extract(epoch FROM s.next_probe_at - now())::float8 AS "nextProbeIn", s.interval_seconds AS "intervalSeconds",
     s.last_probed_at IS NOT NULL AS "wasProbed", s.consecutive_failures AS failures,
     s.followers_told AS told
   FROM dm.streamer_channel c JOIN dm.probe_schedule s ON s.channel_id = c.id ORDER BY c.platform_user_id`,
)

const shift = statement(
  'test_pass',
  `WITH profiles AS (
     UPDATE dm.streamer_channel SET profile_observed_at = profile_observed_at - make_interval(secs => $1),
       slug_observed_at = slug_observed_at - make_interval(secs => $1))
   UPDATE dm.probe_schedule SET followers_asked_at = followers_asked_at - make_interval(secs => $1),
     followers_due_at = followers_due_at - make_interval(secs => $1), last_probed_at = last_probed_at - make_interval(secs => $1),
     next_probe_at = next_probe_at - make_interval(secs => $1)`,
)

/** Starts it with nobody on the platforms. */
export const startFollowersFixture = async (): Promise<FollowersFixture> => {
  const resources = new AsyncDisposableStack()
  const { db } = resources.use(await createTestDatabase())
  const x = resources.use(await startXServer())
  const twitch = resources.use(await startTwitchServer())
  const probes: ProbeRow[] = []
  const common = { requestsPerSecond: Number.POSITIVE_INFINITY, clock: Date.now, log: silentLog, timeoutMs: 2_000 }
  const log = silentLog
  return {
    db,
    x,
    twitch,
    probes,
    xPlatform: (options) =>
      resources.use(createXPlatform({ ...common, apiUrl: x.url, bearerToken: x.bearerToken, ...options })),
    twitchPlatform: () =>
      resources.use(
        createTwitchPlatform({ ...common, apiUrl: twitch.apiUrl, idUrl: twitch.idUrl, ...twitch.credentials }),
      ),
    async track(platform, ids) {
      const seen = ids.map((platformUserId) => ({ platformUserId, observedAt: new Date(Date.now() - 60_000) }))
      const tracked = [...(await upsertChannels(db, platform, seen, { log })).values()].map(({ id }) => id)
      await schedule(db, tracked)
      return tracked
    },
    refresh: (platform, signal) =>
      createFollowerRefresh({
        db,
        platform,
        appendProbes: async (rows) => void probes.push(...rows),
        clock: Date.now,
        log,
      })(signal),
    stored: () => db.query<StoredFollowers>(readStored),
    async pass(seconds) {
      await db.query(shift, [seconds])
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}
