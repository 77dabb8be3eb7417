/** The project's receiver of webhooks behind its HTTP server, over a spool on the disk. */

import { createWebhookRoutes } from '../../src/http/routes/webhook-route.ts'
import { createOrigins } from '../../src/http/security/origins.ts'
import { createMetrics } from '../../src/http/server/metrics.ts'
import { createHttpServer } from '../../src/http/server/server.ts'
import { openSpool, type Spool } from '../../src/ingest/spool.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/lib/log.ts'
import { createKickWebhooks } from '../../src/platforms/kick/kick-webhooks.ts'
import { deliveryQueue } from '../../src/webhooks/delivery-row.ts'
import { createReceiptTime } from '../../src/webhooks/receipt-time.ts'
import { createReceiver } from '../../src/webhooks/receiver.ts'
import type { ReceiverStart } from '../cases/receive.ts'
import { serve } from '../support/rpc.ts'

const parts = { clock: systemClock, log: silentLog }

let spool: Spool

serve({
  async start({ publicKeyPem, directory }: ReceiverStart): Promise<number> {
    spool = await openSpool({ directory, maxBytes: 2 ** 30, ...parts })
    const source = createKickWebhooks({ apiUrl: 'http://127.0.0.1:1', pinnedKeyPem: publicKeyPem, ...parts })
    const receiptTime = createReceiptTime(systemClock)
    const receiver = createReceiver({ source, spool, env: 'bench', receiptTime, ...parts })
    const { routes, metrics } = createWebhookRoutes([receiver])
    const server = await createHttpServer({
      host: '127.0.0.1',
      port: 0,
      origins: createOrigins(),
      endpoint: undefined as never,
      guard: undefined as never,
      callers: undefined as never,
      metrics: createMetrics(metrics),
      checks: [],
      openRoutes: routes,
      ...parts,
    })
    return server.port
  },

  /** Takes what has been received out of the spool; tells how many deliveries that were. */
  async drain(): Promise<number> {
    let drained = 0
    for (;;) {
      const batch = await spool.take(deliveryQueue.table)
      if (!batch) return drained
      drained += batch.last - batch.first + 1
      await spool.settle(batch)
    }
  },
})
