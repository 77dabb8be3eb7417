/** An embedded ClickHouse full of the probes of many channels, asked by our rankings and totals and straight by a session of its own. */
import os from 'node:os'
import { Session } from 'chdb'
import { number } from '../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../src/stores/clickhouse/named-query.ts'
import { type ClickHouse, openClickHouse } from '../../src/stores/clickhouse/open-clickhouse.ts'
import { embeddedQueryPools } from '../../src/stores/clickhouse/query-pool-settings.ts'
import { planBuckets } from '../../src/telemetry/buckets.ts'
import { rankByProbes } from '../../src/telemetry/probe-ranking.ts'
import { probeSums } from '../../src/telemetry/probe-rollups.ts'
import { totalsOfProbes } from '../../src/telemetry/probe-totals.ts'
import { fillBroadcasts, openBenchClickHouse } from '../support/clickhouse-data.ts'
import { serve } from '../support/rpc.ts'

export type RankingsStart = { directory: string; channels: number; endSeconds: number }
export type RankingsSlice = { wallMs: number; latenciesMs: number[] }
export type RankingsSizes = { hourBytes: number; dayBytes: number }

const dayMs = 86_400_000
const everything = { platform: null, category: null, language: null, channels: null }

let store: ClickHouse
let bare: Session
let channels: number
let end: number

// As many as the store gives a heavy statement.
const threads = Math.max(1, Math.floor((os.availableParallelism() - 1) / embeddedQueryPools.heavy.slots))

const within = (start: string, days: number) =>
  `env = 'bench' AND ${start} >= toDateTime(${(end - days * dayMs) / 1000}, 'UTC') AND ${start} < toDateTime(${end / 1000}, 'UTC')`
const watched = 'sum(toUInt64(viewer_count) * (elapsed_seconds - unsampled_seconds))'

const plainRanking = () => `
SELECT platform, platform_user_id, ${watched} AS watched FROM kick_streamer_probe WHERE ${within('toStartOfDay(ts)', 30)}
GROUP BY platform, platform_user_id ORDER BY watched DESC LIMIT 20 SETTINGS max_threads = ${threads}`
const plainTotals = () => `
SELECT toStartOfHour(ts), count(), ${watched}, ${probeSums.airSeconds.whole}, ${probeSums.observedSeconds.whole} FROM kick_streamer_probe WHERE ${within('toStartOfHour(ts)', 7)}
GROUP BY toStartOfHour(ts) SETTINGS max_threads = ${threads}`

const ranking = async (observed: boolean, cutMs = 0): Promise<void> => {
  const range = { from: end - 30 * dayMs + cutMs, to: end - cutMs }
  const options = { env: 'bench', ...range, chosen: everything, observed, beyond: null, limit: 20 }
  const found = await rankByProbes(store, 'HOURS_WATCHED', options)
  if (found.length !== 20) throw new Error(`${found.length} channels.`)
}

const totals = async (): Promise<void> => {
  const range = { from: new Date(end - 7 * dayMs), to: new Date(end) }
  const plan = planBuckets({ range, bucket: 'HOUR', timezone: 'UTC', maxPoints: 500 })
  const { observedSeconds } = await totalsOfProbes(store, plan, { env: 'bench', chosen: everything, coverage: false })
  if (observedSeconds.length !== 7 * 24 || observedSeconds.some((seconds) => seconds === 0))
    throw new Error(`${observedSeconds.length} hours.`)
}

const calls: Record<string, () => Promise<unknown>> = {
  'engine-ranking': () => bare.queryAsync(plainRanking()),
  ranking: () => ranking(false),
  'ranking-observed': () => ranking(true),
  'ranking-cut': () => ranking(false, 1_234_567),
  'engine-totals': () => bare.queryAsync(plainTotals()),
  totals,
}

const bytesOf = namedQuery({
  name: 'bench_bytes_of_sums',
  sql: `SELECT sumIf(bytes_on_disk, name = 'sums_by_hour') / sumIf(rows, name = 'sums_by_hour') AS hourBytes,
      sumIf(bytes_on_disk, name = 'sums_by_day') / sumIf(rows, name = 'sums_by_day') AS dayBytes
    FROM system.projection_parts WHERE active AND table = 'kick_streamer_probe'`,
  row: { hourBytes: number, dayBytes: number },
})

serve({
  async start(options: RankingsStart) {
    channels = options.channels
    end = options.endSeconds * 1_000
    await using filling = await openBenchClickHouse(options.directory)
    await fillBroadcasts(filling, channels, options.endSeconds)
  },

  async open(directory: string): Promise<RankingsSizes> {
    store = await openClickHouse({ directory })
    bare = new Session(directory)
    await bare.queryAsync('USE vf')
    return (await store.query(bytesOf, {}))[0]!
  },

  async slice({ variant, count }: { variant: string; count: number }): Promise<RankingsSlice> {
    const latenciesMs: number[] = []
    const startedAt = performance.now()
    for (let call = 0; call < count; call++) {
      const since = performance.now()
      await calls[variant]!()
      latenciesMs.push(performance.now() - since)
    }
    return { wallMs: performance.now() - startedAt, latenciesMs }
  },
})
