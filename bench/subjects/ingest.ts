/** Viewer samples into an embedded ClickHouse: by our spool and shipper, by the stock client, and by the engine alone. */
import { createClient } from '@clickhouse/client'
import { createChdbConnection } from 'chdb/connection'
import { startShipper } from '../../src/ingest/shipper.ts'
import { openSpool } from '../../src/ingest/spool.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/lib/log.ts'
import { probeAppender } from '../../src/workers/probe-rows.ts'
import type { ProbeRow } from '../../src/workers/record-probes.ts'
import { openBenchClickHouse } from '../support/clickhouse-data.ts'
import { serve } from '../support/rpc.ts'

/** How many rows a batch has, and how many batches a call inserts. */
export type IngestRequest = { rows: number; batches: number }
export type IngestTime = { wallMs: number; latenciesMs: number[] }

let minute = Math.floor(Date.now() / 60_000) - 100_000

const makeRows = (rows: number): ProbeRow[] => {
  const at = new Date(++minute * 60_000)
  return Array.from({ length: rows }, (_, i) => ({
    platform: 'kick',
    platformUserId: String(1_000_000 + i),
    at,
    streamStartedAt: new Date(at.getTime() - 3_600_000),
    viewerCount: 100 + ((i * 7919 + minute) % 5_000),
    followerCount: null,
    subscriberCount: null,
    elapsedSeconds: 60,
    intervalSeconds: 60,
  }))
}

/** The same rows as the stock client takes them. */
const asObjects = (rows: readonly ProbeRow[]) =>
  rows.map((row) => ({
    env: 'bench',
    platform: row.platform,
    platform_user_id: row.platformUserId,
    ts: (row.at.getTime() / 1_000).toFixed(3),
    is_live: row.streamStartedAt !== null,
    stream_started_at: String(Math.floor((row.streamStartedAt?.getTime() ?? 0) / 1_000)),
    viewer_count: row.viewerCount,
    follower_count: row.followerCount,
    subscriber_count: row.subscriberCount,
    elapsed_seconds: row.elapsedSeconds,
    interval_seconds: row.intervalSeconds,
  }))

const insertSelect = (rows: number) => `
INSERT INTO kick_streamer_probe (env, platform, platform_user_id, ts, is_live, stream_started_at, viewer_count, follower_count,
  elapsed_seconds, interval_seconds)
SELECT 'bench', 'kick', toString(1000000 + number), fromUnixTimestamp64Milli(${++minute * 60_000}), true,
  toDateTime(${minute * 60 - 3_600}), 100 + number % 5000, NULL, 60, 60
FROM numbers(${rows})`

/** Times the work on each batch; batches are made before the clock starts. */
const timed = async <T>(
  batches: T[],
  insert: (batch: T) => Promise<unknown>,
  finish = async () => {},
): Promise<IngestTime> => {
  const latenciesMs: number[] = []
  const startedAt = performance.now()
  for (const batch of batches) {
    const since = performance.now()
    await insert(batch)
    latenciesMs.push(performance.now() - since)
  }
  await finish()
  return { wallMs: performance.now() - startedAt, latenciesMs }
}

const stack = new AsyncDisposableStack()
let variants: Record<string, (request: IngestRequest) => Promise<IngestTime>>

serve({
  async start(directory: string) {
    const store = stack.use(await openBenchClickHouse(`${directory}/clickhouse`))
    const spool = stack.use(
      await openSpool({ directory: `${directory}/spool`, maxBytes: 2 ** 30, log: silentLog, clock: systemClock }),
    )
    const shipper = stack.use(startShipper({ spool, sink: store, log: silentLog, clock: systemClock }))
    const append = probeAppender(spool, 'bench')
    const client = createClient({ connection: createChdbConnection({ path: `${directory}/clickhouse` }) as never })
    const batchesOf = <T>({ batches, rows }: IngestRequest, make: (rows: number) => T): T[] =>
      Array.from({ length: batches }, () => make(rows))
    variants = {
      spool: (request) =>
        timed(batchesOf(request, makeRows), append, async () => {
          if (!(await shipper.flush(60_000))) throw new Error('The spool did not drain.')
        }),
      client: (request) =>
        timed(
          batchesOf(request, (rows) => asObjects(makeRows(rows))),
          (values) => client.insert({ table: 'vf.kick_streamer_probe', values, format: 'JSONEachRow' }),
        ),
      engine: (request) => timed(batchesOf(request, insertSelect), (sql) => store.command(sql)),
    }
  },
  insert: ({ variant, ...request }: IngestRequest & { variant: string }) => variants[variant]!(request),
})
