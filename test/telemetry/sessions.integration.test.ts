import { afterAll, expect, test } from 'vitest'
import { openClickHouse } from '../../src/stores/clickhouse/open-clickhouse.ts'
import { sessionSummaries } from '../../src/telemetry/session-summaries.ts'
import { insertProbes, openTestClickHouse } from '../support/stores/clickhouse.ts'

const asked: string[] = []
const engine = await openTestClickHouse({ onQuery: (name) => asked.push(name) })
const { store } = engine
afterAll(() => engine[Symbol.asyncDispose]())

const start = Date.UTC(2026, 5, 1) / 1000
const date = (seconds: number) => new Date((start + seconds) * 1000)
const env = 'test'
const now = date(10_000)

// Two broadcasts of one channel, one of another with the same start, one of which every probe hid the viewers.
await insertProbes(store, [
  { channel: '1', at: start + 30, startedAt: start, viewers: 100, elapsed: 300, interval: 60 },
  { channel: '1', at: start + 90, startedAt: start, viewers: 40 },
  { channel: '1', at: start + 150 },
  { channel: '1', at: start + 5_010, startedAt: start + 5_000, viewers: 7 },
  { channel: '2', at: start + 60, startedAt: start, viewers: 1_000 },
  { channel: '3', at: start + 60, startedAt: start, viewers: null },
])

const session = (platformUserId: string, startedAt: number, endedAt: number | null) => ({
  platform: 'kick',
  platformUserId,
  startedAt: date(startedAt),
  endedAt: endedAt === null ? null : date(endedAt),
})

test('broadcasts are told apart by channel and start, and summed up in one query and in their order', async () => {
  asked.length = 0
  const none = { peakViewers: null, peakAt: null, averageViewers: null, hoursWatched: null, samples: 0 }
  const sessions = [
    session('1', 5_000, null),
    session('2', 0, 200),
    session('1', 0, 200),
    session('3', 0, 200),
    session('1', 9_000, null),
  ]
  expect(await sessionSummaries(store, { env, sessions, now })).toEqual([
    { peakViewers: 7, peakAt: date(5_010), averageViewers: 7, hoursWatched: 70 / 3_600, samples: 1 },
    { peakViewers: 1_000, peakAt: date(60), averageViewers: 1_000, hoursWatched: 60_000 / 3_600, samples: 1 },
    // The first sample stands for the 30 seconds since the start, not for the time before it.
    {
      peakViewers: 100,
      peakAt: date(30),
      averageViewers: (100 * 30 + 40 * 60) / 90,
      hoursWatched: 5_400 / 3_600,
      samples: 2,
    },
    none,
    none,
  ])
  expect(asked).toEqual(['session_summaries'])
})

test('what a broadcast adds up to does not depend on what it is asked together with', async () => {
  const ended = session('1', 0, 60)
  const [alone] = await sessionSummaries(store, { env, sessions: [ended], now })
  expect(alone).toEqual({
    peakViewers: 100,
    peakAt: date(30),
    averageViewers: 100,
    hoursWatched: 3_000 / 3_600,
    samples: 1,
  })
  const others = [session('1', 5_000, null), session('2', 0, 200)]
  expect((await sessionSummaries(store, { env, sessions: [ended, ...others], now }))[0]).toEqual(alone)
})

test('no broadcasts are no query', async () => {
  asked.length = 0
  expect(await sessionSummaries(store, { env, sessions: [], now })).toEqual([])
  expect(asked).toEqual([])
})

test('a server that is down is UNAVAILABLE to callers, without hosts or SQL', async () => {
  const down = await openClickHouse({ url: 'http://user:secret@127.0.0.1:1/vf' })
  await expect(sessionSummaries(down, { env, sessions: [session('1', 0, null)], now })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: 'The viewer history is unavailable now; everything else works, try again later.',
  })
  await down[Symbol.asyncDispose]()
})
