/**
 * A process that does nothing but receive Kick's webhooks, project and ship them, until SIGTERM or until standard input closes. It is
 * told how by one line of WebhookProcessOptions on standard input, and until then holds nothing. Says `listening <port>` when it receives,
 * and after each line on standard input `rss <bytes>`. Ends with 0 when everything that was received is stored.
 */
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { startWebhooks } from '../../../src/app/start-webhooks.ts'
import { createOrigins } from '../../../src/http/security/origins.ts'
import { listen } from '../../../src/http/server/listener.ts'
import { createMetrics } from '../../../src/http/server/metrics.ts'
import { serveHttp } from '../../../src/http/server/server.ts'
import { defaultBatchLimits } from '../../../src/ingest/batch-limits.ts'
import { startShipper } from '../../../src/ingest/shipper.ts'
import { openSpool } from '../../../src/ingest/spool.ts'
import { silentLog as log } from '../../../src/lib/log.ts'
import { createKickWebhooks } from '../../../src/platforms/kick/kick-webhooks.ts'
import { openClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'
import { openPostgres } from '../../../src/stores/postgres/postgres.ts'
import { deliveryQueue } from '../../../src/webhooks/delivery-row.ts'

export type WebhookProcessOptions = {
  databaseUrl: string
  clickHouseUrl: string
  spoolDirectory: string
  publicKeyPem: string
  /** Rows of a batch. */
  maxRows: number
}

const env = 'webhooks'
const clock = Date.now
process.stdin.once('end', () => process.exit(1))
const lines = createInterface(process.stdin)[Symbol.asyncIterator]()
const options: WebhookProcessOptions = JSON.parse((await lines.next()).value!)
const stopped = once(process, 'SIGTERM')

await using resources = new AsyncDisposableStack()
const db = resources.use(openPostgres({ url: options.databaseUrl, log, max: 4, connectTimeoutMs: 1_000 }))
const clickHouse = resources.use(await openClickHouse({ url: options.clickHouseUrl }))
const limits = { ...defaultBatchLimits, maxRows: options.maxRows, maxDelayMs: 50 }
const spool = resources.use(await openSpool({ directory: options.spoolDirectory, maxBytes: 1e9, log, clock, limits }))
const backoff = { baseMs: 20, maxMs: 500 }
const shipper = resources.use(startShipper({ spool, sink: clickHouse, log, clock, backoff }))
const kick = resources.use(
  createKickWebhooks({ apiUrl: 'http://127.0.0.1:9', pinnedKeyPem: options.publicKeyPem, clock, log }),
)
const { routes, metrics } = resources.use(
  startWebhooks({ sources: [kick], env, db, spool, clickHouse, onChat: () => undefined, backoff, clock, log }),
)
const listener = resources.use(await listen({ host: '127.0.0.1', port: 0 }))
const server = { listener, origins: createOrigins(), routes: {}, openRoutes: routes, metrics: createMetrics(metrics) }
const serving = serveHttp({ ...server, log, drainMs: 0 })
process.stdout.write(`listening ${listener.port}\n`)

const report = async (): Promise<void> => {
  for await (const _ of lines) process.stdout.write(`rss ${process.memoryUsage.rss()}\n`)
}
void report()
await stopped
await serving[Symbol.asyncDispose]()
const deadline = Date.now() + 60_000
while ((spool.backlogs().get(deliveryQueue.table)?.oldestAt ?? null) !== null && Date.now() < deadline) await delay(20)
if (!(await shipper.flush(60_000))) process.exitCode = 1
process.stdin.destroy()
