import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startShipper } from '../../src/ingest/shipper.ts'
import type { Spool } from '../../src/ingest/spool.ts'
import { openSpool } from '../../src/ingest/spool.ts'
import { silentLog } from '../../src/lib/log.ts'
import { builtInPlatforms } from '../../src/platforms/registry.ts'
import { list, number, text } from '../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../src/stores/clickhouse/named-query.ts'
import { computeTrustScores } from '../../src/trust/compute-trust-scores.ts'
import { fillLeaderboard } from '../../src/trust/fill-leaderboard.ts'
import { scoreOf, type TrustFactor } from '../../src/trust/trust-score.ts'
import { aggregateEndedSessions } from '../../src/workers/aggregate-sessions.ts'
import { happeningRows } from '../support/alerts/happening-rows.ts'
import { insertProbes, openTestClickHouse, type TestProbe } from '../support/stores/clickhouse.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'
import { statement } from '../support/stores/statement.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'
import { type Habit, habits } from '../support/telemetry/broadcast-habits.ts'

const hour = 3_600
const day = 24 * hour
// Chat is kept for 30 days of real time.
const now = Math.floor(Date.now() / 3_600_000) * hour
const date = (seconds: number) => new Date(seconds * 1000)

let dm: TestDatabase
let environment: TestDatabase
let clickHouse: Awaited<ReturnType<typeof openTestClickHouse>>
let spool: Spool
const stack = new AsyncDisposableStack()
const queries: string[] = []
const ids = new Map<string, bigint>()

const subscribe = statement(
  'test_subscribe',
  `INSERT INTO dm.event_subscription (channel_id, event, platform_subscription_id, status, created_at)
   SELECT $1, event, gen_random_uuid()::text, 'active', $2 FROM unnest(ARRAY['chat.message.sent', 'channel.followed']) AS event`,
)
const follow = statement(
  'test_follows',
  `INSERT INTO dm.kick_follow_event (channel_id, follower_platform_user_id, occurred_at)
   SELECT $1, 'f' || $2 || '-' || n, $3::timestamptz + n % 3000 * interval '1 second' FROM generate_series(1, $4::int) AS n`,
)
const tellFollowers = statement(
  'test_followers',
  'UPDATE dm.streamer_channel SET follower_count = CASE WHEN $2 THEN 1 END WHERE id = $1',
)
const userId = statement('test_user', 'SELECT platform_user_id AS id FROM dm.streamer_channel WHERE id = $1')

const broadcasts = Array.from({ length: 10 }, (_, n) => now - (10 - n) * day - 6 * hour)

const live = async (name: string, habit: Habit): Promise<void> => {
  const { db } = dm
  const firstSeenAt = date(now - (habit.firstSeenDays ?? 60) * day)
  const id = await seed(db).channel({ slug: name, firstSeenAt })
  ids.set(name, id)
  const [{ id: channel } = { id: '' }] = await db.query<{ id: string }>(userId, [id])
  await db.query(tellFollowers, [id, habit.followers !== undefined])
  if (habit.chatters !== undefined) await db.query(subscribe, [id, date(now - 20 * day)])
  const probes: TestProbe[] = []
  const chat: unknown[][] = []
  for (const [n, startedAt] of broadcasts.entries()) {
    await seed(db).session(id, date(startedAt), date(startedAt + 3 * hour))
    for (let minute = 1; minute < 180; minute += 2) {
      const at = startedAt + minute * 60
      const followers = habit.followers?.(n) ?? null
      probes.push({ channel, at, startedAt, viewers: habit.viewers(minute), followers, elapsed: 120, interval: 120 })
    }
    for (let slot = 0; slot < 12; slot++)
      for (let c = 0; c < (habit.chatters ?? 0); c++)
        for (let repeat = 0; repeat < 2; repeat++)
          chat.push([
            id.toString(),
            name,
            `${name}-${n}-${slot}-${c}-${repeat}`,
            `u${c}`,
            startedAt + slot * 900 + 60 + c,
          ])
    if (habit.follows) await db.query(follow, [id, n, date(startedAt + hour), habit.follows(n)])
  }
  await insertProbes(clickHouse.store, probes)
  if (chat.length > 0)
    await clickHouse.store.insertBatch({
      table: 'kick_chat_message',
      columns: ['env', 'channel_id', 'channel_slug', 'message_id', 'platform_user_id', 'created_at'],
      format: 'JSONCompactEachRow',
      body: Buffer.from(chat.map((row) => `${JSON.stringify(['test', ...row])}\n`).join('')),
      token: `chat-${name}`,
      rows: chat.length,
    })
}

beforeAll(async () => {
  dm = stack.use(await createTestDatabase())
  // Another database: nothing may join the two.
  environment = stack.use(await createTestDatabase())
  clickHouse = stack.use(await openTestClickHouse({ onQuery: (name) => queries.push(name) }))
  const directory = stack.use(await temporaryDirectory('spool'))
  spool = stack.use(
    await openSpool({ directory: directory.path, maxBytes: 1e8, log: silentLog, clock: () => now * 1000 }),
  )
  for (const [name, habit] of Object.entries(habits)) await live(name, habit)
  // Neither counts: one has never broadcast, the other not for a hundred days.
  await seed(dm.db).channel({ slug: 'never' })
  await seed(dm.db).session(
    await seed(dm.db).channel({ slug: 'over', firstSeenAt: date(now - 300 * day) }),
    date(now - 100 * day),
    date(now - 100 * day + hour),
  )
})

afterAll(() => stack.disposeAsync())

type Score = { channelId: bigint; score: number; algorithm: string; factors: TrustFactor[]; computedAt: Date }

const allScores = statement(
  'test_scores',
  `SELECT channel_id AS "channelId", score, algorithm, factors, computed_at AS "computedAt" FROM dm.channel_trust_score ORDER BY channel_id`,
)

type RunOptions = { signal?: AbortSignal; batchSize?: number; append?: Spool['append']; chatDays?: () => number }
const run = (at = now, options: RunOptions = {}) =>
  computeTrustScores({
    registry: builtInPlatforms,
    db: dm.db,
    clickHouse: clickHouse.store,
    env: 'test',
    append: spool.append,
    chatDays: () => 365,
    clock: () => at * 1000,
    log: silentLog,
    ...options,
  })

const stored = async (): Promise<Map<string, Score>> => {
  const rows = await dm.db.query<Score>(allScores)
  const nameOf = new Map([...ids].map(([name, id]) => [id, name]))
  return new Map(rows.map((row) => [nameOf.get(row.channelId) ?? String(row.channelId), row]))
}

const factor = (score: Score | undefined, name: string): TrustFactor => score!.factors.find((one) => one.name === name)!

const statementsOf = async (work: () => Promise<unknown>): Promise<string[]> => {
  const seen: string[] = []
  const stops = [dm, environment].map(({ db }) => db.onStatement((name, text) => seen.push(name ?? text)))
  queries.length = 0
  await work()
  for (const stop of stops) stop()
  return [...seen, ...queries].sort()
}

describe('the scores of channels', () => {
  test('tell the honest from the bought, and judge everyone who broadcast in the last 90 days', async () => {
    expect(await run()).toEqual({ computed: 6 })
    const scores = await stored()
    expect([...scores.keys()].sort()).toEqual(Object.keys(habits).sort())
    const of = (name: string) => scores.get(name)!.score
    expect(of('honest')).toBeGreaterThan(90)
    expect(of('bought')).toBeLessThan(45)
    expect(of('burst')).toBeLessThan(of('honest') - 10)
    expect(of('tiny')).toBeGreaterThan(of('bought') + 20)
    for (const { algorithm, computedAt } of scores.values())
      expect({ algorithm, computedAt }).toEqual({ algorithm: 'channelscope-1', computedAt: date(now) })
  })

  test('explain themselves with what the stores hold', async () => {
    const scores = await stored()
    const says = (name: string, of: string) => factor(scores.get(of), name).explanation
    expect(says('chat_participation', 'honest')).toMatch(
      / 25 wrote in a quarter of an hour .* 6,000 messages in all\.$/,
    )
    expect(says('follow_pace', 'honest')).toMatch(/^120 follows in 8,\d\d\d hours watched/)
    expect(says('follow_bursts', 'burst')).toMatch(
      /^The busiest hour brought 4,000 follows, at a peak of 3\d\d viewers/,
    )
    expect(says('broadcast_hours', 'honest')).toMatch(/^On air for 30 hours /)
    expect(says('broadcast_weeks', 'honest')).toMatch(/^Broadcast in 2 of the last 8 weeks/)
    expect(says('viewer_movement', 'bought')).toMatch(/^Over 890 steps .* stood still at 100% of them/)
    expect(says('viewer_edges', 'honest')).toMatch(/at 10 of 10 beginnings and leaving at 10 of 10 ends/)
  })

  test('do not hold against a channel what was never collected', async () => {
    const unheard = (await stored()).get('unheard')
    for (const name of ['chat_participation', 'follow_pace', 'follow_bursts'])
      expect(factor(unheard, name)).toMatchObject({ value: null, weight: 0, contribution: 0 })
    expect(unheard!.score).toBeGreaterThan(80)
  })

  test('use follower counts where the platform tells them and no follows are collected', async () => {
    const told = (await stored()).get('told')
    expect(factor(told, 'follow_pace').explanation).toMatch(/^180 follows in /)
    expect(factor(told, 'chat_participation').value).toBeNull()
  })

  test('recompute from their stored factors, in Postgres and in ClickHouse', async () => {
    await using shipper = startShipper({ spool, sink: clickHouse.store, log: silentLog, clock: () => now * 1000 })
    await shipper.flush(30_000)
    const scores = await stored()
    for (const { score, factors } of scores.values()) expect(scoreOf(factors)).toBe(score)
    const rows = await clickHouse.store.query(historyRows, {})
    expect(rows).toHaveLength(6)
    const byScore = new Map([...scores.values()].map((row) => [row.score, row]))
    for (const { score, factors, at } of rows) {
      expect(scoreOf(JSON.parse(factors))).toBe(score)
      expect(JSON.parse(factors)).toEqual(byScore.get(score)!.factors)
      expect(at).toBe(now)
    }
  })
})

const historyRows = namedQuery({
  name: 'test_history',
  sql: `SELECT platform_user_id AS user, score, factors_json AS factors, toUnixTimestamp(computed_at) AS at FROM streamer_trust_score_history ORDER BY user, at`,
  row: { user: text, score: number, factors: text, at: number },
})

const historyCounts = namedQuery({
  name: 'test_history_counts',
  sql: `SELECT arraySort(groupArray(points)) AS points FROM (SELECT count() AS n, toUInt32(n) AS points FROM streamer_trust_score_history GROUP BY platform_user_id)`,
  row: { points: list(number) },
})

describe('another run', () => {
  test('at the same instant, or one that began earlier, changes nothing', async () => {
    const before = await stored()
    const appended: string[] = []
    const append: Spool['append'] = async (_, rows) => void appended.push(...rows)
    await run(now, { append })
    // Then most of what happened had not happened yet.
    await run(now - 8 * day, { append })
    expect(await stored()).toEqual(before)
    expect(appended).toEqual([])
  })

  test('costs the same statements and queries for a batch of any size', async () => {
    const whole = await statementsOf(() => run(now, { batchSize: 100 }))
    expect(whole).toMatchInlineSnapshot(`
      [
        "BEGIN",
        "COMMIT",
        "trust_audience",
        "trust_channels",
        "trust_curve",
        "trust_followers",
        "trust_scores_forget",
        "trust_scores_write",
      ]
    `)
    const halves = await statementsOf(async () => expect(await run(now, { batchSize: 4 })).toEqual({ computed: 6 }))
    expect(halves.filter((name) => name === 'trust_channels')).toHaveLength(2)
    expect(halves.filter((name) => name === 'trust_audience')).toHaveLength(2)
    expect(new Set(halves)).toEqual(new Set(whole))
  })

  test('within the day writes only what moved by half a point', async () => {
    await seed(dm.db).session(ids.get('tiny')!, date(now + hour), date(now + 11 * hour))
    const before = await stored()
    await run(now + 12 * hour)
    const after = await stored()
    const moved = [...after].filter(([name, { computedAt }]) => computedAt > before.get(name)!.computedAt)
    for (const [name, { score }] of moved) expect(Math.abs(score - before.get(name)!.score)).toBeGreaterThanOrEqual(0.5)
    expect(moved.map(([name]) => name)).toContain('tiny')
    expect(moved.length).toBeLessThan(after.size)
    const fallen = moved.filter(([name, { score }]) => Math.floor(score) < Math.floor(before.get(name)!.score))
    expect(await happeningRows(dm.db, 'dm')).toMatchObject(
      fallen.map(([name, { score }]) => ({
        ...{ kind: 'trust-fell', channelId: ids.get(name) },
        facts: { score, previousScore: before.get(name)!.score },
      })),
    )
  })

  test('a day later writes everything again, and each score that was written is a point of history', async () => {
    await run(now + 2 * day)
    for (const { computedAt } of (await stored()).values()) expect(computedAt).toEqual(date(now + 2 * day))
    await using shipper = startShipper({ spool, sink: clickHouse.store, log: silentLog, clock: () => now * 1000 })
    await shipper.flush(30_000)
    const [{ points } = { points: [] }] = await clickHouse.store.query(historyCounts, {})
    expect(points).toEqual([2, 2, 2, 2, 2, 3])
  })

  test('that can not store its history leaves the scores as they were, and the next one makes up for it', async () => {
    const before = await stored()
    const full = new Error('the spool is full')
    await expect(run(now + 4 * day, { append: () => Promise.reject(full) })).rejects.toBe(full)
    expect(await stored()).toEqual(before)
    await run(now + 4 * day)
    for (const { computedAt } of (await stored()).values()) expect(computedAt).toEqual(date(now + 4 * day))
  })

  test('stops when it is told to', async () => {
    const reason = new Error('stop')
    await expect(run(now + 5 * day, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    for (const { computedAt } of (await stored()).values()) expect(computedAt).toEqual(date(now + 4 * day))
  })

  test('forgets the scores of channels that have not broadcast for 90 days', async () => {
    expect(await run(now + 200 * day)).toEqual({ computed: 0 })
    expect((await stored()).size).toBe(0)
  })
})

describe('when rows have expired', () => {
  const factorsNow = async (options: RunOptions = {}) => {
    await dm.db.pool.query('DELETE FROM dm.channel_trust_score')
    await run(now, options)
    const scores = await stored()
    return new Map([...scores].map(([name, { factors }]) => [name, new Map(factors.map((one) => [one.name, one]))]))
  }
  const remove = (table: string, where: string) =>
    clickHouse.store.command(`ALTER TABLE ${table} DELETE WHERE ${where} SETTINGS mutations_sync = 1`)
  const expectSame = (before: Awaited<ReturnType<typeof factorsNow>>, after: typeof before, names: string[]) => {
    for (const [channel, factors] of before)
      for (const name of names) {
        const [one, other] = [factors.get(name)!.value, after.get(channel)!.get(name)!.value]
        expect(other, `${name} of ${channel}`).toEqual(one === null ? null : expect.closeTo(one, 6))
      }
  }

  test('of chat, the time of which it is gone is not silence', async () => {
    const before = await factorsNow()
    await remove('kick_chat_message', `created_at < toDateTime(${now - 5 * day})`)
    const after = await factorsNow({ chatDays: () => 5 })
    for (const [channel, factors] of after) {
      const [one, other] = [
        before.get(channel)!.get('chat_participation')!.value,
        factors.get('chat_participation')!.value,
      ]
      if (one !== null && other !== null) expect(other, channel).toBeCloseTo(one, 1)
    }
  })

  test('what sessions add up to is known from them, and only the shape of the curve and the chat are unknown', async () => {
    await aggregateEndedSessions({
      db: dm.db,
      clickHouse: clickHouse.store,
      env: 'test',
      history: { completeThrough: () => new Date(Date.now() + 600_000), lost: () => [] },
      retentionDays: () => ({ probes: 365, chat: 30 }),
      signal: AbortSignal.timeout(60_000),
    })
    const before = await factorsNow()
    for (const table of ['kick_streamer_probe', 'kick_streamer_probe_15m']) await remove(table, '1')
    const after = await factorsNow()
    expectSame(before, after, ['broadcast_hours', 'broadcast_weeks'])
    // Where a platform gives only totals of followers, the follows are in the probes.
    before.delete('told')
    expectSame(before, after, ['follow_pace', 'follow_bursts'])
    for (const factors of after.values())
      for (const name of ['chat_participation', 'viewer_movement', 'viewer_jumps', 'viewer_edges'])
        expect(factors.get(name)!.value).toBeNull()
  })
})

describe('the leaderboard of an environment', () => {
  const ownScores = statement(
    'test_leaderboard',
    `SELECT channel_id AS "channelId", score, algorithm, factors, computed_at AS "computedAt" FROM public.streamer_trust_scores ORDER BY channel_id`,
  )
  const fill = (pageSize?: number) =>
    fillLeaderboard({ databases: { dm: dm.db, public: environment.db }, ...(pageSize !== undefined && { pageSize }) })
  const expectEqual = async () =>
    expect(await environment.db.query<Score>(ownScores)).toEqual(await dm.db.query<Score>(allScores))

  test('stays as it is where the tier has not scored anything', async () => {
    await dm.db.pool.query('DELETE FROM dm.channel_trust_score')
    await environment.db.pool.query(`INSERT INTO public.streamer_trust_scores (channel_id, score, algorithm, computed_at)
      VALUES (1000000, 1, 'before', now() - interval '2 days'), (1000001, 2, 'before', now())`)
    expect(await fill()).toBe(null)
    expect(await environment.db.query(ownScores)).toHaveLength(2)
  })

  test.each([5_000, 2])(
    'becomes what the tier scored, in pages of %i, and is the same when it is filled again',
    async (size) => {
      await dm.db.pool.query('DELETE FROM dm.channel_trust_score')
      const { computed } = await run(now)
      await environment.db.pool.query('DELETE FROM public.streamer_trust_scores WHERE channel_id < 1000000')
      const old = await environment.db.pool.query(`DELETE FROM public.streamer_trust_scores WHERE channel_id = 1000001`)
      expect(await fill(size)).toEqual({ copied: computed, removed: size === 2 ? 0 : 1 })
      expect(old.rowCount).toBe(size === 2 ? 0 : 1)
      await expectEqual()
      expect(await fill(size)).toEqual({ copied: 0, removed: 0 })
      await run(now + 2 * day)
      expect(await fill(size)).toEqual({ copied: computed, removed: 0 })
      await expectEqual()
    },
  )

  test('keeps a score that is newer than the one that was read', async () => {
    await environment.db.pool.query(
      `UPDATE public.streamer_trust_scores SET score = 1, computed_at = computed_at + interval '1 day'`,
    )
    expect(await fill()).toEqual({ copied: 0, removed: 0 })
    expect(new Set((await environment.db.query<Score>(ownScores)).map(({ score }) => score))).toEqual(new Set([1]))
  })
})
