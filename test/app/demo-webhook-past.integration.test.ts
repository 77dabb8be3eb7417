import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { prepareDemo } from '../../src/app/prepare-demo.ts'
import { replayPeople } from '../../src/app/replay-people.ts'
import { type Demo, startDemo } from '../../src/demo/demo.ts'
import { type PastDelivery, pastDeliveries } from '../../src/demo/history.ts'
import { createScenario } from '../../src/demo/scenario.ts'
import type { Stream } from '../../src/demo/world.ts'
import type { Spool } from '../../src/ingest/spool.ts'
import { silentLog } from '../../src/lib/log.ts'
import { createKickPlatform } from '../../src/platforms/kick/kick-platform.ts'
import type { Platform } from '../../src/platforms/platform.ts'
import type { Delivery } from '../../src/webhooks/delivery.ts'
import { decodeDelivery } from '../../src/webhooks/delivery-row.ts'
import { storedHeaders } from '../../src/webhooks/kept-headers.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { statement } from '../support/stores/statement.ts'
import { kickReader } from '../support/webhooks/delivery-readers.ts'
import { startProjectorFixture } from '../support/webhooks/projector-fixture.ts'

const channels = 40
const hour = 3_600_000
const pollIntervalSeconds = 60
/** Between two looks: in the last hour, and before. */
const recentSeconds = 300
const earlierSeconds = 600
// What the scenario shows depends on the instant.
const at = Date.parse('2026-01-15T18:00:00Z')
const clock = () => at

let database: TestDatabase
let past: Delivery[] = []
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

type Probe = { userId: string; ts: string; isLive: boolean; elapsedSeconds: number; intervalSeconds: number }
const probeOf = (columns: readonly string[], row: readonly unknown[]): Probe => {
  const of = (column: string) => row[columns.indexOf(column)] as never
  return {
    userId: of('platform_user_id'),
    ts: of('ts'),
    isLive: of('is_live'),
    elapsedSeconds: of('elapsed_seconds'),
    intervalSeconds: of('interval_seconds'),
  }
}

/** Makes everything ready and lets the projector do its part; tells which deliveries the past had, and when it was looked. */
const prepare = async (demo: Demo): Promise<{ deliveries: Delivery[]; probes: Probe[] }> => {
  await using platform = platformOf(demo)
  const { spool } = fixture
  const deliveries: Delivery[] = []
  const probes: Probe[] = []
  await prepareDemo({
    demo,
    db: database.db,
    platform,
    reader: { ...kickReader, headerPrefix: 'kick-event-' },
    spool: {
      take: spool.take,
      settle: spool.settle,
      backlogs: spool.backlogs,
      async append(target, rows) {
        if (target.columns.includes('delivery')) deliveries.push(...rows.map(decodeDelivery))
        if (target.columns.includes('platform_user_id'))
          probes.push(...rows.map((row) => probeOf(target.columns, JSON.parse(row))))
        await spool.append(target, rows)
      },
    },
    tier: 'test',
    pollIntervalSeconds,
    hours: 6,
    log: silentLog,
  })
  const people: Pick<Spool, 'take' | 'split' | 'settle'> = {
    take: spool.take,
    split: spool.split,
    async settle(batch, results) {
      const told = results?.find(({ target }) => target.columns.includes('delivery'))?.rows ?? []
      deliveries.push(...told.map(decodeDelivery))
      await spool.settle(batch, results)
    },
  }
  await replayPeople(
    { demo, db: database.db, spool: people, headerPrefix: 'kick-event-' },
    new AbortController().signal,
  )
  await fixture.drained()
  return { deliveries, probes }
}

beforeAll(async () => {
  database = await createTestDatabase()
  fixture = await startProjectorFixture({ db: database.db })
})
afterAll(async () => {
  await fixture[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const allSessions = statement(
  'test_all_sessions',
  `SELECT c.platform_user_id AS "userId", s.started_at AS "startedAt", s.ended_at AS "endedAt"
   FROM dm.stream_session s JOIN dm.streamer_channel c ON c.id = s.channel_id`,
)
const journal = statement(
  'test_journal',
  `SELECT c.platform_user_id AS "userId", e.session_started_at AS "startedAt", e.event_type AS type, e.event_timestamp AS at, e.source
   FROM dm.status_event e JOIN dm.streamer_channel c ON c.id = e.channel_id`,
)
const countFollows = statement('test_count_follows', 'SELECT count(*)::int AS count FROM dm.kick_follow_event')
const countSubscriptions = statement(
  'test_count_subscriptions',
  `SELECT count(*)::int AS count, count(*) FILTER (WHERE status = 'active')::int AS active FROM dm.event_subscription`,
)

const storedAfter = statement(
  'test_stored_after',
  `SELECT min(ms)::float8 AS least, max(ms)::float8 AS most FROM (
     SELECT 1000 * extract(epoch FROM processed_timestamp - received_timestamp) AS ms FROM dm.status_event) v`,
)
const trackedSince = statement(
  'test_tracked_since',
  'SELECT DISTINCT switched_at AS at FROM dm.probe_schedule WHERE active',
)

type Change = { userId: string; startedAt: Date; type: 'stream_start' | 'stream_end'; at: Date }

/** What the platform sent about broadcasts, lost or not. */
const wholePast = ({ seed }: Demo): PastDelivery[] => {
  const scenario = createScenario({ seed, channels })
  const stretch = {
    from: at - 6 * hour,
    to: at,
    stepMs: () => 1_000 * pollIntervalSeconds,
    thinning: { chat: 0, acts: 0 },
  }
  return [...pastDeliveries({ scenario, seed, ...stretch })].flat()
}
/** What the deliveries told of starts and ends. */
const toldChanges = (deliveries: readonly Pick<Delivery, 'eventType' | 'body'>[]): Change[] =>
  deliveries
    .filter(({ eventType }) => eventType === 'livestream.status.updated')
    .map(({ body }) => {
      const { broadcaster, is_live, started_at, ended_at } = JSON.parse(body)
      const startedAt = new Date(started_at)
      return {
        userId: String(broadcaster.user_id),
        startedAt,
        type: is_live ? 'stream_start' : 'stream_end',
        at: is_live ? startedAt : new Date(ended_at),
      }
    })
const keyOf = ({ userId, startedAt, type }: Omit<Change, 'at'>): string =>
  `${type} ${userId} ${startedAt.toISOString()}`
const keysOf = (changes: readonly Change[]): Set<string> => new Set(changes.map(keyOf))
const texts = (changes: readonly Change[]): string[] =>
  changes.map(({ userId, startedAt, type, at }) => JSON.stringify([userId, startedAt, type, at])).sort()

describe('the first start of the demo', () => {
  it('lives through what polls and webhooks told, and both agree with the world', async () => {
    await using demo = await startDemo({ channels, clock })
    const { deliveries, probes } = await prepare(demo)
    past = deliveries
    const { PROJECTED, LATE, KEPT, ...others } = fixture.projector.stats().outcomes
    expect(PROJECTED + KEPT).toBe(deliveries.length)
    expect(LATE).toBe(0)
    expect(Object.entries(others).filter(([, count]) => count > 0)).toEqual([])
    expect(PROJECTED).toBeGreaterThan(1_000)

    const [follows] = await database.db.query<{ count: number }>(countFollows)
    expect(follows!.count).toBeGreaterThan(100)
    // Whoever was live is looked at again after the poll interval, whoever was not after the one that the poller gives it.
    expect(new Set(probes.map(({ ts }) => ts)).size).toBe((5 * 3_600) / earlierSeconds + 3_600 / recentSeconds)
    const afterLive = [...Map.groupBy(probes, ({ userId }) => userId).values()].flatMap((own) =>
      own.filter((_, n) => own[n - 1]?.isLive),
    )
    expect(afterLive.length).toBeGreaterThan(300)
    const expected = (ts: string) => (Number(ts) * 1_000 <= at - hour ? earlierSeconds : recentSeconds)
    expect(afterLive.filter(({ ts, elapsedSeconds }) => elapsedSeconds !== expected(ts))).toEqual([])
    const later = probes.filter(({ ts, elapsedSeconds }) => elapsedSeconds > expected(ts))
    expect(later.length).toBeGreaterThan(100)
    expect(later.filter(({ elapsedSeconds, intervalSeconds }) => elapsedSeconds !== intervalSeconds)).toEqual([])

    // What a delivery told is in the journal as it was told; a poll was first only where the delivery is lost, and at the beginning.
    const told = toldChanges(deliveries)
    const lost = keysOf(toldChanges(wholePast(demo))).difference(keysOf(told))
    expect([...lost].filter((key) => key.includes('stream_start')).length).toBeGreaterThan(0)
    expect([...lost].filter((key) => key.includes('stream_end')).length).toBeGreaterThan(0)
    const events = await database.db.query<Change & { source: string }>(journal)
    const toldKeys = keysOf(told)
    const isTold = (change: Change): boolean => toldKeys.has(keyOf(change))
    expect(texts(events.filter((event) => isTold(event) && event.source === 'webhook'))).toEqual(texts(told))
    const untold = events.filter((event) => !isTold(event) && event.startedAt.getTime() > at - 6 * hour)
    expect(keysOf(untold)).toEqual(lost)

    const rows = await database.db.query<{ userId: string; startedAt: Date; endedAt: Date | null }>(allSessions)
    const sessions = new Map(
      rows.map((row) => [`${row.userId} ${row.startedAt.getTime()}`, row.endedAt?.getTime() ?? null]),
    )
    expect(sessions.size).toBe(rows.length)
    const shown = [...demo.world.channels()].flatMap(({ id, banned, stream }) =>
      stream && !banned && stream.startedAt > at - 5 * hour && stream.startedAt < at - 120_000
        ? [{ channelId: id, ...stream }]
        : [],
    )
    const isLost = ({ channelId, startedAt }: { channelId: number; startedAt: number }): boolean =>
      lost.has(keyOf({ userId: String(channelId), startedAt: new Date(startedAt), type: 'stream_end' }))
    const isOver = ({ endedAt, expectedEndAt }: Stream) => endedAt !== null && endedAt === expectedEndAt
    const settled = shown.filter((stream) => !isLost(stream) && (stream.endedAt === null || isOver(stream)))
    expect(settled.filter(isOver).length).toBeGreaterThan(3)
    expect(settled.filter((stream) => !isOver(stream)).length).toBeGreaterThan(3)
    expect(settled.map(({ channelId, startedAt }) => [channelId, sessions.get(`${channelId} ${startedAt}`)])).toEqual(
      settled.map(({ channelId, endedAt }) => [channelId, endedAt]),
    )
  })

  it('received what it tells soon after it was sent, with the headers of a delivery, and stored it at once', async () => {
    expect(past.length).toBeGreaterThan(1_000)
    const ways = past.map(({ sentAt, receivedAt }) => Number(receivedAt / 1_000n) - sentAt.getTime())
    expect(Math.min(...ways)).toBeGreaterThan(0)
    expect(Math.max(...ways)).toBeLessThan(2_000)
    expect(past.filter(({ receivedAt }) => receivedAt > BigInt(at) * 1_000n + 1_000n)).toEqual([])
    // What is not known of the past is what its signature would be.
    await using demo = await startDemo({ channels: 1, clock })
    const { messageId, subscriptionId, eventType: type, sentAt, body, headers } = past[0]!
    const sent = { messageId, subscriptionId: subscriptionId!, type, at: sentAt.getTime(), body }
    const { 'kick-event-signature': _, ...live } = await demo.kick.webhooks.headersOf(sent)
    expect(headers).toBe(storedHeaders(live, 'kick-event-', past[0]!))

    const [stored] = await database.db.query<{ least: number; most: number }>(storedAfter)
    expect(stored!.least).toBeGreaterThan(0)
    expect(stored!.most).toBeLessThan(1_000)
    expect(await database.db.query(trackedSince)).toEqual([{ at: new Date(at - 6 * hour) }])
  })

  it('has subscribed to everything, and a restarted platform still knows it', async () => {
    const [subscriptions] = await database.db.query<{ count: number; active: number }>(countSubscriptions)
    expect(subscriptions!.count).toBe(subscriptions!.active)
    expect(subscriptions!.count).toBeGreaterThan(channels * 5)

    await using demo = await startDemo({ channels, clock })
    expect(demo.kick.subscriptions.count).toBe(0)
    expect((await prepare(demo)).deliveries).toEqual([])
    expect(demo.kick.subscriptions.count).toBe(subscriptions!.active)
    // One handle of the demo waits to be tracked.
    for (const { id, slug } of demo.world.channels()) {
      if (slug === 'not_tracked_yet') continue
      expect(demo.kick.subscriptions.of(id, 'chat.message.sent').length).toBe(1)
    }
  })
})
