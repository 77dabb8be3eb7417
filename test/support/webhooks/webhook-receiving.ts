import { receiveWebhooks } from '../../../src/app/start-webhooks.ts'
import { openSpool, type Spool } from '../../../src/ingest/spool.ts'
import { type Clock, type Steady, systemClock, systemSteady } from '../../../src/lib/clock.ts'
import { type Log, silentLog } from '../../../src/lib/log.ts'
import { createKickWebhooks, type KickWebhooksOptions } from '../../../src/platforms/kick/kick-webhooks.ts'
import type { WebhookSource } from '../../../src/platforms/webhook-source.ts'
import { inboxFormat } from '../../../src/stores/clickhouse/tables/webhook-inbox.ts'
import { openPostgres } from '../../../src/stores/postgres/postgres.ts'
import type { Delivery } from '../../../src/webhooks/delivery.ts'
import { decodeDelivery, deliveryQueue } from '../../../src/webhooks/delivery-row.ts'
import { startTestApi } from '../http/api.ts'
import { readiness } from '../http/ask.ts'
import { startScriptedHttp } from '../platforms/scripted-http.ts'
import { createSigner, type SignedDelivery } from '../platforms/webhook-signer.ts'
import { temporaryDirectory } from '../stores/temporary-directory.ts'

export type ReceivingOptions = {
  maxBytes?: number
  /** Of the spool's file. */
  maxFileBytes?: number
  clock?: Clock
  steady?: Steady
  log?: Log
  kick?: Partial<KickWebhooksOptions>
  /** Kick does not tell its key. */
  keyless?: boolean
  /** Other platforms that deliver. */
  more?: readonly WebhookSource[]
  /** Makes the spool that the receiver sees from the real one. */
  spool?: (spool: Spool) => Pick<Spool, 'append' | 'stats'>
}

/** Every row that a table of the spool holds, oldest first. */
const spooledRows = async (spool: Spool, table: string): Promise<string[]> => {
  const rows: string[] = []
  let last = 0
  for (;;) {
    const batch = await spool.take(table, last)
    if (!batch) return rows
    rows.push(...Buffer.from(batch.body).toString().split('\n').slice(0, -1))
    last = batch.last
  }
}

/** The API with the path of Kick's webhooks over a real spool, without any store; its key is that of `signer`, which Kick is scripted to tell. */
export const startReceiving = async (options: ReceivingOptions = {}) => {
  const { maxBytes = 2 ** 26, maxFileBytes, clock = systemClock, steady = systemSteady, log = silentLog } = options
  const stack = new AsyncDisposableStack()
  const signer = createSigner()
  const kick = stack.use(
    await startScriptedHttp(() => ({ json: { data: { public_key: options.keyless ? '' : signer.publicKeyPem } } })),
  )
  const directory = stack.use(await temporaryDirectory('webhooks'))
  const spool = stack.use(
    await openSpool({ directory: directory.path, maxBytes, maxFileBytes, log: silentLog, clock, steady }),
  )
  const source = stack.use(createKickWebhooks({ apiUrl: kick.url, clock, log, ...options.kick }))
  const seenSpool = options.spool?.(spool) ?? spool
  const receiving = receiveWebhooks({
    sources: [source, ...(options.more ?? [])],
    spool: seenSpool,
    env: 'test',
    clock,
    steady,
    log,
  })
  const [receiver] = receiving.receivers
  const nowhere = stack.use(openPostgres({ url: 'postgresql://nobody@127.0.0.1:1/none', log: silentLog }))
  const server = stack.use(
    await startTestApi({
      db: nowhere,
      unreachable: true,
      webhooks: receiving.routes,
      metrics: receiving.metrics,
      checks: [{ name: 'The spool', check: spool.refusal }],
      drainMs: 100,
    }),
  )
  const url = `${server.url}/webhooks/kick`
  return {
    url,
    receiver: receiver!,
    receivers: receiving.receivers,
    /** What `/ready` says. */
    ready: () => readiness(server.url),
    serverUrl: server.url,
    port: server.port,
    spool,
    signer,
    send: ({ headers, body }: SignedDelivery): Promise<Response> =>
      fetch(url, { method: 'POST', headers, body: new Uint8Array(body) }),
    deliveries: async (): Promise<Delivery[]> => (await spooledRows(spool, deliveryQueue.table)).map(decodeDelivery),
    /** What was kept of forged deliveries, by column. */
    forged: async (): Promise<Record<string, unknown>[]> =>
      (await spooledRows(spool, inboxFormat.table)).map((row) =>
        Object.fromEntries((JSON.parse(row) as unknown[]).map((value, index) => [inboxFormat.columns[index], value])),
      ),
    /** How many requests ended with this result. */
    counted: async (result: string): Promise<number> => {
      const text = await (await fetch(`${server.url}/metrics`)).text()
      return Number(text.match(new RegExp(`^webhook_requests_total.*result="${result}".* (\\d+)$`, 'm'))?.[1] ?? 0)
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

export type Receiving = Awaited<ReturnType<typeof startReceiving>>
