import { afterAll, beforeAll, expect, test } from 'vitest'
import { takeOverLegacyTables } from '../../src/adoption/clickhouse/take-over.ts'
import { startLegacyHistories, takeOverOptions } from '../support/adoption/legacy-history.ts'
import { startTestApi } from '../support/http/api.ts'
import { createTestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'
import { statement } from '../support/stores/statement.ts'

const day = 86_400_000
/** The first of a month, so that a year consists of whole months. */
const now = Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth(), 1)
const since = now - 330 * day

let stack: AsyncDisposableStack
type Series = {
  meta: { coverage: number }
  summary: { peak: number; average: number; hoursWatched: number }
  points: { max: number | null; samples: number }[]
  outages: { from: string; to: string }[]
}
let ask: (query: string, variables?: object) => Promise<{ data: { channel: { viewers: Series } }; errors?: unknown }>
let channelId: bigint

beforeAll(async () => {
  stack = new AsyncDisposableStack()
  const engine = stack.use(await startLegacyHistories())
  const store = stack.use(await engine.legacy())
  const { db } = stack.use(await createTestDatabase())
  channelId = await seed(db).channel({ firstSeenAt: new Date(since) })
  const [row] = await db.query(
    statement('test_user_of_channel', 'SELECT platform_user_id AS "user" FROM dm.streamer_channel WHERE id = $1'),
    [channelId],
  )
  // Every quarter of an hour for eleven months: a broadcast of two hours each day with 100 viewers, and nothing on the hundredth day.
  await store.command(`INSERT INTO kick_streamer_probe (env, platform, platform_user_id, ts, stream_started_at, viewer_count, follower_count)
    SELECT 'production', 'kick', '${(row as { user: string }).user}', toDateTime(${since / 1_000} + number * 900, 'UTC') AS at,
      if(number % 96 < 8, toNullable(toDateTime(${since / 1_000} + intDiv(number, 96) * 86400, 'UTC')), NULL), if(number % 96 < 8, 100, 0), 0
    FROM numbers(${330 * 96}) WHERE intDiv(number, 96) != 100`)
  await takeOverLegacyTables(store, takeOverOptions)
  const api = stack.use(
    await startTestApi({
      db,
      clock: () => now,
      compiled: false,
      services: { history: { store, env: 'production', completeThrough: () => new Date(now), lost: () => [] } },
    }),
  )
  ask = api.ask as never
}, 300_000)
afterAll(() => stack.disposeAsync())

test('eleven months of a system from before answer like our own, and say where nobody looked', async () => {
  const answer = await ask(
    `query ($id: ID!, $range: TimeRange!) { channel(id: $id) { viewers(range: $range, bucket: DAY) {
      meta { coverage } summary { peak average hoursWatched } points { max samples } outages { from to } } } }`,
    { id: String(channelId), range: { from: new Date(since).toISOString(), to: new Date(now).toISOString() } },
  )
  expect(answer.errors).toBeUndefined()
  const { viewers } = answer.data.channel
  expect(viewers.points).toHaveLength(330)
  expect(viewers.points[100]).toEqual({ max: null, samples: 0 })
  expect(viewers.points[99]).toEqual({ max: 100, samples: 8 })
  expect(viewers.summary.peak).toBe(100)
  expect(viewers.summary.average).toBeCloseTo(100)
  // Seven quarters of an hour a day but one, and a second for the first look of each; the first second of all lies before the range.
  expect(viewers.summary.hoursWatched).toBeCloseTo(((329 * 6301 - 1) * 100) / 3600, 5)
  const iso = (at: number) => new Date(at).toISOString()
  expect(viewers.outages).toEqual([
    { from: iso(since + 100 * day - 900_000), to: iso(since + 101 * day) },
    // Behind the last look.
    { from: iso(now - 900_000), to: iso(now) },
  ])
  expect(viewers.meta.coverage).toBeCloseTo(329 / 330, 2)
})
