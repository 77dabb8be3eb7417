/**
 * A process that does nothing but receive Kick's webhooks, project and ship them, until SIGTERM or until standard input closes. It is
 * told how by one line of WebhookProcessOptions on standard input, and until then holds nothing. Says `listening <port>` when it receives,
 * and after each line on standard input `rss <bytes>`. Ends with 0 when everything that was received is stored.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { createWebhookRoutes } from '../../../src/http/routes/webhook-route.ts'
import { defaultBatchLimits } from '../../../src/ingest/batch-limits.ts'
import { startShipper } from '../../../src/ingest/shipper.ts'
import { openSpool } from '../../../src/ingest/spool.ts'
import { silentLog as log } from '../../../src/lib/log.ts'
import { createKickWebhooks } from '../../../src/platforms/kick/kick-webhooks.ts'
import { openClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'
import { openPostgres } from '../../../src/stores/postgres/postgres.ts'
import { deliveryQueue } from '../../../src/webhooks/delivery-row.ts'
import { startProjector } from '../../../src/webhooks/projector.ts'
import { createReceiptTime } from '../../../src/webhooks/receipt-time.ts'
import { createReceiver } from '../../../src/webhooks/receiver.ts'

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
const sink = resources.use(await openClickHouse({ url: options.clickHouseUrl }))
const limits = { ...defaultBatchLimits, maxRows: options.maxRows, maxDelayMs: 50 }
const spool = resources.use(await openSpool({ directory: options.spoolDirectory, maxBytes: 1e9, log, clock, limits }))
const backoff = { baseMs: 20, maxMs: 500 }
const shipper = resources.use(startShipper({ spool, sink, log, clock, backoff }))
const kick = resources.use(
  createKickWebhooks({ apiUrl: 'http://127.0.0.1:9', pinnedKeyPem: options.publicKeyPem, clock, log }),
)
resources.use(startProjector({ spool, db, env, sources: new Map([['kick', kick]]), clock, log, backoff }))
const receiver = createReceiver({ source: kick, spool, env, receiptTime: createReceiptTime(clock), clock, log })
const route = createWebhookRoutes([receiver]).routes['/webhooks/kick']!
const server = createServer((request, response) => void route(request, response))
server.listen(0, '127.0.0.1')
await once(server, 'listening')
process.stdout.write(`listening ${(server.address() as AddressInfo).port}\n`)

const report = async (): Promise<void> => {
  for await (const _ of lines) process.stdout.write(`rss ${process.memoryUsage.rss()}\n`)
}
void report()
await stopped
server.close()
server.closeAllConnections()
const deadline = Date.now() + 60_000
while ((spool.backlogs().get(deliveryQueue.table)?.oldestAt ?? null) !== null && Date.now() < deadline) await delay(20)
if (!(await shipper.flush(60_000))) process.exitCode = 1
process.stdin.destroy()
