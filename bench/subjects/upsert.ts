/** The project's batch upsert of channel profiles, as the poller calls it. */
import { upsertChangedChannels } from '../../src/channels/upsert.ts'
import { silentLog } from '../../src/lib/log.ts'
import { openPostgres, type Postgres } from '../../src/stores/postgres/postgres.ts'
import { type BatchRequest, channelBatch } from '../support/channel-batch.ts'
import { serve } from '../support/rpc.ts'

let db: Postgres

serve({
  start(databaseUrl: string) {
    db = openPostgres({ url: databaseUrl, log: silentLog })
  },
  async upsert(request: BatchRequest): Promise<number> {
    const batch = channelBatch(request)
    const startedAt = performance.now()
    await upsertChangedChannels(db, 'kick', batch, { log: silentLog })
    return performance.now() - startedAt
  },
})
