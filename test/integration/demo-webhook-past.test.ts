import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Demo, startDemo } from '../../src/demo/demo.ts'
import { silentLog } from '../../src/lib/log.ts'
import { createKickPlatform } from '../../src/platforms/kick/kick-platform.ts'
import type { Platform } from '../../src/platforms/platform.ts'
import { prepareDemo } from '../../src/prepare-demo.ts'
import { statement } from '../../src/stores/postgres/statement.ts'
import { deliveryQueue, encodeDelivery } from '../../src/webhooks/delivery-row.ts'
import type { ProbeRow } from '../../src/workers/record-probes.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { startProjectorFixture } from '../support/projector-fixture.ts'

const channels = 40
const at = Date.now()
const clock = () => at

let database: TestDatabase
let fixture: Awaited<ReturnType<typeof startProjectorFixture>>

const platformOf = ({ kick }: Demo): Platform =>
  createKickPlatform({
    apiUrl: kick.url,
    idUrl: kick.url,
    ...kick.credentials,
    requestsPerSecond: Number.POSITIVE_INFINITY,
    clock,
    log: silentLog,
  })
const prepare = async (demo: Demo, probes: ProbeRow[] = []): Promise<number> => {
  await using platform = platformOf(demo)
  let deliveries = 0
  await prepareDemo(demo, database.db, async (rows) => void probes.push(...rows), silentLog, undefined, {
    platform,
    async project(past) {
      deliveries += past.length
      if (past.length > 0) await fixture.spool.append(deliveryQueue, past.map(encodeDelivery))
    },
  })
  await fixture.drained()
  return deliveries
}

beforeAll(async () => {
  database = await createTestDatabase()
  fixture = await startProjectorFixture({ db: database.db })
})
afterAll(async () => {
  await fixture[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const openSessions = statement(
  'test_open_sessions',
  `SELECT c.platform_user_id AS "userId", s.started_at AS "startedAt"
   FROM dm.stream_session s JOIN dm.streamer_channel c ON c.id = s.channel_id WHERE s.ended_at IS NULL`,
)
const countFollows = statement('test_count_follows', 'SELECT count(*)::int AS count FROM dm.kick_follow_event')
const countSubscriptions = statement(
  'test_count_subscriptions',
  `SELECT count(*)::int AS count, count(*) FILTER (WHERE status = 'active')::int AS active FROM dm.event_subscription`,
)

describe('the first start of the demo', () => {
  it('lives through what polls and webhooks told, and both agree with the world', { timeout: 60_000 }, async () => {
    await using demo = await startDemo({ channels, clock })
    const probes: ProbeRow[] = []
    const deliveries = await prepare(demo, probes)
    const { PROJECTED, LATE, KEPT, ...others } = fixture.projector.stats().outcomes
    expect(PROJECTED + KEPT).toBe(deliveries)
    expect(LATE).toBe(0)
    expect(Object.entries(others).filter(([, count]) => count > 0)).toEqual([])
    expect(PROJECTED).toBeGreaterThan(1_000)

    const [follows] = await database.db.query<{ count: number }>(countFollows)
    expect(follows!.count).toBeGreaterThan(100)
    expect(new Set(probes.map(({ at }) => at.getTime())).size).toBe(180)

    const open = await database.db.query<{ userId: string; startedAt: Date }>(openSessions)
    const live = [...demo.world.channels()].filter(
      ({ banned, stream }) => !banned && stream?.endedAt === null && stream.startedAt < at - 120_000,
    )
    expect(live.length).toBeGreaterThan(3)
    const sessions = new Map(open.map(({ userId, startedAt }) => [userId, startedAt.getTime()]))
    const missing = live.filter(({ id, stream }) => sessions.get(String(id)) !== stream!.startedAt)
    expect(missing.map(({ slug }) => slug)).toEqual([])
  })

  it('has subscribed to everything, and a restarted platform still knows it', async () => {
    const [subscriptions] = await database.db.query<{ count: number; active: number }>(countSubscriptions)
    expect(subscriptions!.count).toBe(subscriptions!.active)
    expect(subscriptions!.count).toBeGreaterThan(channels * 5)

    await using demo = await startDemo({ channels, clock })
    expect(demo.kick.subscriptions.count).toBe(0)
    expect(await prepare(demo)).toBe(0)
    expect(demo.kick.subscriptions.count).toBe(subscriptions!.active)
    for (const { id } of demo.world.channels()) {
      expect(demo.kick.subscriptions.of(id, 'chat.message.sent').length).toBe(1)
    }
  })
})
