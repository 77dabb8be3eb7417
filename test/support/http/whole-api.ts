import { startShipper } from '../../../src/ingest/shipper.ts'
import { silentLog } from '../../../src/lib/log.ts'
import { createReceiptTime } from '../../../src/webhooks/receipt-time.ts'
import { createReplay } from '../../../src/webhooks/replay-delivery.ts'
import { handlePlatform, knownHandle } from '../platforms/handle-platform.ts'
import { followBody } from '../platforms/kick-bodies.ts'
import { openTestClickHouse } from '../stores/clickhouse.ts'
import { createTestDatabase } from '../stores/postgres.ts'
import { delivery, startProjectorFixture, subscribedChannel } from '../webhooks/projector-fixture.ts'
import { startTestApi, type TestApiOptions } from './api.ts'

/** A platform that knows every handle. */
const platform = handlePlatform((slug) => knownHandle({ platformUserId: `id-of-${slug}`, slug, displayName: slug }))

const user = 501

/** The API with both stores behind it, a platform, and webhooks that are projected; one at a time in a process. */
export const startWholeApi = async (options: Omit<Partial<TestApiOptions>, 'db'> = {}) => {
  await using opened = new AsyncDisposableStack()
  const database = opened.use(await createTestDatabase())
  const { db } = database
  const { store } = opened.use(await openTestClickHouse())
  const projecting = opened.use(await startProjectorFixture({ db }))
  const { spool, projector } = projecting
  const shipper = opened.use(startShipper({ spool, sink: store, log: silentLog, clock: Date.now }))
  const receiptTime = createReceiptTime(Date.now)
  const replayDelivery = createReplay({ store, env: 'test', spool, projector, receiptTime, timeoutMs: 2_000 })
  const history = { store, env: 'test', completeThrough: () => new Date(), lost: () => [] }
  const services = { history, replayDelivery, ...options.services }
  const api = opened.use(await startTestApi({ db, platforms: [platform], ...options, services }))
  await subscribedChannel(db, user)
  const stack = opened.move()
  return {
    db,
    api,
    /** Has a genuine webhook delivered and stored; its message id. */
    async deliver(): Promise<string> {
      const one = delivery('channel.followed', followBody(user, 7), { sentAt: new Date(), receivedAt: receiptTime() })
      await projecting.deliver(one)
      if (!(await shipper.flush(20_000))) throw new Error('the delivery was not shipped')
      return one.messageId
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

export type WholeApi = Awaited<ReturnType<typeof startWholeApi>>
