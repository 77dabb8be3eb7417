import { insertProbes, openTestClickHouse, type TestProbe } from '../stores/clickhouse.ts'
import { createTestDatabase } from '../stores/postgres.ts'
import { seed } from '../stores/seed.ts'
import { statement } from '../stores/statement.ts'
import { startTestApi } from './api.ts'
import { statementName } from './statement-names.ts'

export const hour = 3_600_000
export const day = 24 * hour
/** The day on which the history of tests begins: recent, because chat is kept for 30 days. */
export const start = Math.floor(Date.now() / day) * day - 5 * day
/** The time of the API, until a test sets another. */
export const now = start + 4 * day

/** A channel as both stores know it. */
export type HistoryChannel = { id: bigint; platform: string; platformUserId: string; slug: string }

/** The range of two instants in milliseconds, as an argument. */
export const rangeOf = (from: number, to: number) => ({
  from: new Date(from).toISOString(),
  to: new Date(to).toISOString(),
})

/** Probes of a broadcast, a minute apart, with so many viewers, from an instant in milliseconds on. */
export const watched = (
  { platform, platformUserId }: HistoryChannel,
  from: number,
  viewers: readonly (number | null)[],
  more: Partial<TestProbe> = {},
): TestProbe[] =>
  viewers.map((count, minute) => ({
    platform,
    channel: platformUserId,
    at: from / 1000 + minute * 60,
    startedAt: from / 1000 - 600,
    viewers: count,
    ...more,
  }))

const channelRow = statement(
  'test_channel_row',
  `SELECT id, platform, platform_user_id AS "platformUserId", current_slug AS slug FROM dm.streamer_channel WHERE id = $1`,
)
const watch = statement(
  'test_watch',
  `INSERT INTO dm.probe_schedule (channel_id, active, last_probed_at, interval_seconds) VALUES ($1, true, $2, $3)`,
)

/** An API over both stores, which is asked for what many channels add up to. */
export const startHistoryApi = async () => {
  await using opened = new AsyncDisposableStack()
  const state: { now: number; lost: { from: number; to: number; mayReturn: boolean }[] } = { now, lost: [] }
  let asked: string[] = []
  const { db } = opened.use(await createTestDatabase())
  const { store } = opened.use(await openTestClickHouse({ onQuery: (name) => asked.push(`ClickHouse ${name}`) }))
  const api = opened.use(
    await startTestApi({
      db,
      clock: () => state.now,
      compiled: false,
      services: {
        history: { store, env: 'test', completeThrough: () => new Date(state.now), lost: () => state.lost },
      },
    }),
  )
  await api.services.cursors.known()
  db.onStatement((name) => asked.push(statementName(name)))
  const running = opened.move()
  return {
    db,
    store,
    api,
    /** The time of the API, and the spans of which rows are lost. */
    state,
    async newChannel(channel: Parameters<ReturnType<typeof seed>['channel']>[0] = {}): Promise<HistoryChannel> {
      const id = await seed(db).channel({ firstSeenAt: new Date(start), ...channel })
      return ((await db.query(channelRow, [id])) as HistoryChannel[])[0]!
    },
    /** Puts a channel into the schedule of probes. */
    async watch({ id }: HistoryChannel, lastProbedAt = now, intervalSeconds = 60): Promise<void> {
      await db.query(watch, [id, new Date(lastProbedAt), intervalSeconds])
    },
    insertProbes: (probes: readonly TestProbe[], token?: string) => insertProbes(store, probes, token),
    /** What the stores were asked meanwhile, by name. */
    async askedDuring(work: () => Promise<unknown>): Promise<string[]> {
      asked = []
      await work()
      return asked
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}
