import { afterAll, expect, test } from 'vitest'
import { type Bucket, planBuckets } from '../../src/telemetry/buckets.ts'
import { totalsOfMessages } from '../../src/telemetry/message-totals.ts'
import { totalsOfProbes } from '../../src/telemetry/probe-totals.ts'
import { insertProbes, openTestClickHouse } from '../support/stores/clickhouse.ts'
import { readFrom } from '../support/stores/clickhouse-plans.ts'
import { insertSaid } from '../support/telemetry/chat-rows.ts'
import { minutely, newChannel } from '../support/telemetry/viewer-series.ts'

const engine = await openTestClickHouse()
const { store } = engine
afterAll(() => engine[Symbol.asyncDispose]())

const day = 86_400
// Within the retention of chat.
const from = Math.floor(Date.now() / 1000 / day) * day - 5 * day
const everything = { platform: null, category: null, language: null, channels: null }

const planOf = (bucket: Bucket, timezone: string) => {
  const range = { from: new Date(from * 1000), to: new Date((from + 3 * day) * 1000) }
  return planBuckets({ range, bucket, timezone, maxPoints: 10_000 })
}

test('totals read the coarsest sums of which their buckets consist', async () => {
  await insertProbes(store, minutely(newChannel(), Array<number>(3 * 1440 + 60).fill(1), from))
  await insertSaid(
    store,
    [0, 1, 2].map((days) => ({ channel: 1n, at: from + days * day })),
  )
  const probes = (bucket: Bucket, timezone: string) =>
    readFrom(store, (explaining) =>
      totalsOfProbes(explaining, planOf(bucket, timezone), { env: 'test', chosen: everything, coverage: true }),
    )
  const messages = (bucket: Bucket, timezone: string) =>
    readFrom(store, (explaining) =>
      totalsOfMessages(explaining, planOf(bucket, timezone), { env: 'test', channels: null }),
    )
  expect(await probes('DAY', 'UTC')).toEqual(['sums_by_day', 'sums_by_hour'])
  expect(await probes('DAY', 'America/New_York')).toEqual(['sums_by_hour'])
  expect(await probes('HOUR', 'UTC')).toEqual(['sums_by_hour'])
  expect(await probes('HOUR', 'Asia/Kathmandu')).toContain('vf.kick_streamer_probe')
  expect(await messages('HOUR', 'Europe/Berlin')).toContain('messages_by_hour')
})
