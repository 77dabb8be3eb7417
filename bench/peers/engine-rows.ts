/** The limit of storing probes: the rows of a cycle, rendered before, given to the embedded engine in batches as large as ours. */
import { defaultBatchLimits } from '../../src/ingest/batch-limits.ts'
import type { ClickHouse } from '../../src/stores/clickhouse/open-clickhouse.ts'
import { probeFormat } from '../../src/stores/clickhouse/tables/kick-streamer-probe.ts'
import { openBenchClickHouse } from '../support/clickhouse-data.ts'
import { serve } from '../support/rpc.ts'

type Part = { rows: number; body: Buffer }

let store: ClickHouse
let parts: readonly Part[] = []
let inserts = 0

const makeParts = (channels: number): Part[] => {
  const at = new Date(Math.floor(Date.now() / 1_000) * 1_000)
  const lines = Array.from({ length: channels }, (_, i) =>
    probeFormat.render({
      env: 'bench',
      platform: 'kick',
      platform_user_id: String(1 + i),
      ts: at,
      is_live: true,
      stream_started_at: new Date(at.getTime() - 3_600_000),
      viewer_count: 100 + ((i * 7_919) % 5_000),
      follower_count: null,
      subscriber_count: null,
      elapsed_seconds: 60,
      interval_seconds: 60,
      title: `Live with channel-${String(i).padStart(6, '0')}`,
      category: `Category ${i % 20}`,
      language: ['en', 'de', 'es'][i % 3]!,
      is_mature: false,
    }),
  )
  const bytes = Buffer.byteLength(lines.join('\n'))
  const count = Math.max(
    Math.ceil(channels / defaultBatchLimits.maxRows),
    Math.ceil(bytes / defaultBatchLimits.maxBytes),
  )
  const size = Math.ceil(channels / count)
  return Array.from({ length: count }, (_, i) => {
    const some = lines.slice(i * size, (i + 1) * size)
    return { rows: some.length, body: Buffer.from(`${some.join('\n')}\n`) }
  })
}

serve({
  async start({ directory, channels }: { directory: string; channels: number }) {
    store = await openBenchClickHouse(`${directory}/clickhouse`)
    parts = makeParts(channels)
  },

  async cycle() {
    const startedAt = performance.now()
    const { table, columns } = probeFormat
    for (const part of parts)
      await store.insertBatch({
        ...{ table, columns, format: 'JSONCompactEachRow', token: `cycle ${++inserts}` },
        ...part,
      })
    return { calls: 0, statements: 0, loopDelayMs: Number.NaN, wallMs: performance.now() - startedAt }
  },
})
