/** The project's receiver of webhooks behind its HTTP server, over a spool on the disk. */
import { receiveWebhooks } from '../../src/app/start-webhooks.ts'
import { createOrigins } from '../../src/http/security/origins.ts'
import { listen } from '../../src/http/server/listener.ts'
import { createMetrics } from '../../src/http/server/metrics.ts'
import { serveHttp } from '../../src/http/server/server.ts'
import { openSpool, type Spool } from '../../src/ingest/spool.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/lib/log.ts'
import { createKickWebhooks } from '../../src/platforms/kick/kick-webhooks.ts'
import { deliveryQueue } from '../../src/webhooks/delivery-row.ts'
import type { ReceiverStart } from '../cases/receive.ts'
import { serve } from '../support/rpc.ts'

const parts = { clock: systemClock, log: silentLog }

let spool: Spool

serve({
  async start({ publicKeyPem, directory }: ReceiverStart): Promise<number> {
    spool = await openSpool({ directory, maxBytes: 2 ** 30, ...parts })
    const source = createKickWebhooks({ apiUrl: 'http://127.0.0.1:1', pinnedKeyPem: publicKeyPem, ...parts })
    const { routes, metrics } = receiveWebhooks({ sources: [source], spool, env: 'bench', ...parts })
    const listener = await listen({ host: '127.0.0.1', port: 0 })
    serveHttp({
      listener,
      origins: createOrigins(),
      routes: {},
      openRoutes: routes,
      metrics: createMetrics(metrics),
      ...parts,
    })
    return listener.port
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
