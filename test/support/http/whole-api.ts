import { startWebhooks } from '../../../src/app/start-webhooks.ts'
import { startShipper } from '../../../src/ingest/shipper.ts'
import { openSpool } from '../../../src/ingest/spool.ts'
import { systemClock } from '../../../src/lib/clock.ts'
import { silentLog } from '../../../src/lib/log.ts'
import { createKickWebhooks } from '../../../src/platforms/kick/kick-webhooks.ts'
import { deliveryQueue } from '../../../src/webhooks/delivery-row.ts'
import { eventually } from '../lib/eventually.ts'
import { handlePlatform, knownHandle, tellingPlatform } from '../platforms/handle-platform.ts'
import { followBody } from '../platforms/kick-bodies.ts'
import { createSigner } from '../platforms/webhook-signer.ts'
import { openTestClickHouse } from '../stores/clickhouse.ts'
import { createTestDatabase } from '../stores/postgres.ts'
import { temporaryDirectory } from '../stores/temporary-directory.ts'
import { subscribedChannel, subscriptionOf } from '../webhooks/projector-fixture.ts'
import { startTestApi, type TestApiOptions } from './api.ts'

/** A platform that knows every handle, and that delivers when broadcasts begin and end. */
const platform = tellingPlatform(
  handlePlatform((slug) => knownHandle({ platformUserId: `id-of-${slug}`, slug, displayName: slug })),
)

const user = 501
const nowhere = 'http://127.0.0.1:9'
const signer = createSigner()

/** The API with both stores behind it, a platform, and webhooks that are projected; one at a time in a process. */
export const startWholeApi = async (options: Omit<Partial<TestApiOptions>, 'db'> = {}) => {
  await using opened = new AsyncDisposableStack()
  const database = opened.use(await createTestDatabase())
  const { db } = database
  const { store } = opened.use(await openTestClickHouse())
  const directory = opened.use(await temporaryDirectory('whole-api'))
  const parts = { clock: systemClock, log: silentLog }
  const spool = opened.use(await openSpool({ directory: directory.path, maxBytes: 1e9, ...parts }))
  const shipper = opened.use(startShipper({ spool, sink: store, ...parts }))
  const kick = opened.use(createKickWebhooks({ apiUrl: nowhere, pinnedKeyPem: signer.publicKeyPem, ...parts }))
  const webhooks = opened.use(
    startWebhooks({ sources: [kick], env: 'test', db, spool, clickHouse: store, onChat: () => undefined, ...parts }),
  )
  const { replayDelivery } = webhooks
  const history = { store, env: 'test', completeThrough: () => new Date(), lost: () => [] }
  const services = { history, replayDelivery, ...options.services }
  const api = opened.use(
    await startTestApi({ db, platforms: [platform], webhooks: webhooks.routes, ...options, services }),
  )
  await subscribedChannel(db, user)
  const stack = opened.move()
  return {
    db,
    api,
    /** Has a genuine webhook delivered and stored; its message id. */
    async deliver(): Promise<string> {
      const type = 'channel.followed'
      const body = JSON.stringify(followBody(user, 7))
      const signed = signer.sign({ body, type, subscriptionId: subscriptionOf(user, type) })
      const { status } = await fetch(`${api.url}/webhooks/kick`, { method: 'POST', ...signed, body })
      if (status !== 200) throw new Error(`the delivery was answered with ${status}`)
      await eventually('it is projected', () => spool.backlogs().get(deliveryQueue.table)?.oldestAt === null)
      if (!(await shipper.flush(20_000))) throw new Error('the delivery was not shipped')
      return signed.headers['kick-event-message-id']!
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

export type WholeApi = Awaited<ReturnType<typeof startWholeApi>>
