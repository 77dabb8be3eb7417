import path from 'node:path'
import { silentLog } from '../../src/lib/log.ts'
import { migrateClickHouse } from '../../src/stores/clickhouse/migrate.ts'
import { type ClickHouse, openClickHouse } from '../../src/stores/clickhouse/open-clickhouse.ts'

const migrations = path.resolve(import.meta.dirname, '../../clickhouse/migrations')
const retentionDays = { statusEvents: 90, chat: 30, probes: 365, webhooks: 30 }

/** The embedded engine on a directory, migrated; one process at a time. */
export const openBenchClickHouse = async (directory: string): Promise<ClickHouse> => {
  // Filling the tables takes longer than any statement of the product may.
  const store = await openClickHouse({ directory, queryPools: { write: { timeoutMs: 600_000 } } })
  await migrateClickHouse(store, { directory: migrations, settings: { retentionDays }, log: silentLog })
  return store
}

/** Samples of each channel, one a minute. */
export const samplesEach = 10_000

/** The user id of the n-th channel of `fillProbes`, counted from 0. */
export const probedUserId = (n: number): string => String(1_000_000 + n)

// In the order of the table's key. All are live, which is what is hard to compress: channels of 12 to 4,000 viewers whose number
// swings and varies by its square root, broadcasts of ten hours, and a call that falls into the next second one time in four.
const probes = (fromChannel: number, channels: number, endSeconds: number) => `
INSERT INTO kick_streamer_probe (env, platform, platform_user_id, ts, is_live, stream_started_at, viewer_count, follower_count,
  elapsed_seconds, interval_seconds)
WITH (c, m) -> toInt64(cityHash64(c, m, 'late') % 4 = 0) AS late
SELECT 'bench', 'kick', toString(1000000 + c), toDateTime64(began + m * 60 + late(c, m), 3, 'UTC'), true,
  toDateTime(began + intDiv(m, 600) * 36000 - 17, 'UTC'),
  toUInt32(1 + size * (1.2 + sin(m / 150 + c)) + sqrt(size) * ((cityHash64(c, m) % 1000 + cityHash64(m, c) % 1000) / 1000 - 1)),
  toUInt32(size * 40 + intDiv(m * (c % 13), 50)), if(m = 0, 0, 60 + late(c, m) - late(c, m - 1)), 60
FROM (SELECT ${fromChannel} + intDiv(number, ${samplesEach}) AS c, toInt64(number % ${samplesEach}) AS m,
    ${endSeconds - samplesEach * 60} + c % 60 AS began, exp(2.5 + (cityHash64(c) % 70) / 12) AS size
  FROM numbers(${channels * samplesEach}))
SETTINGS max_threads = 2, max_insert_threads = 2`

const channelsAtOnce = 250

/** Fills the viewer history with samples a minute apart that end at the given time; merges them as a day's rest would. */
export const fillProbes = async (store: ClickHouse, channels: number, endSeconds: number): Promise<void> => {
  for (let from = 0; from < channels; from += channelsAtOnce) {
    await store.command(probes(from, Math.min(channelsAtOnce, channels - from), endSeconds))
  }
  for (const table of ['kick_streamer_probe', 'kick_streamer_probe_15m']) {
    await store.command(`OPTIMIZE TABLE ${table} FINAL`)
  }
}

/** Minutes that each channel of `fillBroadcasts` is live, with a sample each. */
export const broadcastMinutes = 1_000

// Broadcasts of an hour, anywhere in thirty days, of one of twenty categories.
const broadcasts = (fromChannel: number, channels: number, endSeconds: number) => `
INSERT INTO kick_streamer_probe (env, platform, platform_user_id, ts, is_live, stream_started_at, viewer_count, elapsed_seconds,
  interval_seconds, category, language)
SELECT 'bench', 'kick', toString(1000000 + c), toDateTime64(began + (m % 60) * 60 + c % 60, 3, 'UTC'), true,
  toDateTime(began - 17, 'UTC'), toUInt32(1 + size * (1.2 + sin(m / 150 + c))), 60, 60,
  concat('category ', toString(cityHash64(c, block) % 20)), ['en', 'de', 'es'][1 + c % 3]
FROM (SELECT ${fromChannel} + intDiv(number, ${broadcastMinutes}) AS c, toInt64(number % ${broadcastMinutes}) AS m, intDiv(m, 60) AS block,
    ${endSeconds} - 30 * 86400 + toInt64(cityHash64(c, block) % 720) * 3600 AS began, exp(2.5 + (cityHash64(c) % 70) / 12) AS size
  FROM numbers(${channels * broadcastMinutes}))
SETTINGS max_threads = 2, max_insert_threads = 2`

/** Fills the viewer history with broadcasts of many channels over the thirty days before a time; merges them as a day's rest would. */
export const fillBroadcasts = async (store: ClickHouse, channels: number, endSeconds: number): Promise<void> => {
  const atOnce = channelsAtOnce * 10
  for (let from = 0; from < channels; from += atOnce)
    await store.command(broadcasts(from, Math.min(atOnce, channels - from), endSeconds))
  await store.command('OPTIMIZE TABLE kick_streamer_probe FINAL')
}
