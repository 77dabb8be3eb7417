import { expect, test } from 'vitest'
import { silentLog } from '../../src/lib/log.ts'
import { openPostgres } from '../../src/stores/postgres/postgres.ts'
import { deliveryQueue, encodeDelivery } from '../../src/webhooks/delivery-row.ts'
import { startFaultProxy } from '../support/lib/fault-proxy.ts'
import { followBody } from '../support/platforms/kick-bodies.ts'
import { createTestDatabase } from '../support/stores/postgres.ts'
import { delivery, startProjectorFixture, subscribedChannel } from '../support/webhooks/projector-fixture.ts'

test('a drained projector has projected everything that was received; without a database it says at once that it has not', async () => {
  await using database = await createTestDatabase()
  await subscribedChannel(database.db, 1)
  const target = new URL(database.url)
  await using proxy = await startFaultProxy({ host: target.hostname, port: Number(target.port) })
  const url = Object.assign(new URL(database.url), { port: String(proxy.port) }).href
  await using db = openPostgres({ url, log: silentLog, max: 2 })
  await using fixture = await startProjectorFixture({ db, limits: { maxRows: 10 } })
  const { spool, projector } = fixture
  const receive = (from: number, count: number): Promise<void> =>
    spool.append(
      deliveryQueue,
      Array.from({ length: count }, (_, n) => encodeDelivery(delivery('channel.followed', followBody(1, from + n)))),
    )
  const pending = () => spool.oldestPendingAt(deliveryQueue.table)

  expect(await projector.drained(60_000), 'nothing was received').toBe(true)
  await receive(1, 200)
  expect(pending()).not.toBeNull()
  expect(await projector.drained(60_000)).toBe(true)
  expect(pending()).toBeNull()

  await proxy.set('refuse')
  await receive(201, 20)
  expect(await projector.drained(60_000)).toBe(false)
  expect(pending()).not.toBeNull()
  await proxy.set('pass')
  await fixture.drained()
})
