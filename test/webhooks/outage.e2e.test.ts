import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createSigner } from '../support/platforms/webhook-signer.ts'
import { expectAccounted } from '../support/webhooks/webhook-accounts.ts'
import { startWebhookNodes } from '../support/webhooks/webhook-nodes.ts'
import { createSender, createTraffic } from '../support/webhooks/webhook-traffic.ts'

/** OUTAGE_SCALE=1 is a minute without ClickHouse and a third of it without Postgres; by default it is a tenth. */
const scale = Number(process.env.OUTAGE_SCALE ?? 0.1)
const perSecond = 200
const megabyte = 1024 * 1024
const users = Array.from({ length: 20 }, (_, i) => i + 1)

test('while ClickHouse and Postgres are away every delivery is answered 200, memory is bounded, and each is stored once they are back', {
  timeout: 120_000 + scale * 300_000,
}, async () => {
  const signer = createSigner()
  await using nodes = await startWebhookNodes({ users, publicKeyPem: signer.publicKeyPem })
  const traffic = createTraffic({ seed: 7, users, signer })
  const sender = createSender(traffic)
  const node = await nodes.spawnNode().receive()
  await sender.send(node.url, { count: 400, perSecond })

  const before = await node.rss()
  const began = performance.now()
  let peak = before
  let looked = Promise.resolve()
  const look = async () => {
    peak = Math.max(peak, await node.rss())
  }
  const watch = setInterval(() => {
    looked = look()
  }, 250)
  const sending = sender.send(node.url, { count: 400 + perSecond * scale * 90, perSecond, patient: true })
  await delay(scale * 5_000)
  await nodes.front.stop()
  await delay(scale * 20_000)
  await nodes.proxy.set('refuse')
  await delay(scale * 20_000)
  await nodes.proxy.set('pass')
  await delay(scale * 20_000)
  await nodes.front.start()
  await sending
  clearInterval(watch)
  // A process that has ended would not answer any more.
  await looked
  const seconds = Math.round((performance.now() - began) / 1_000)

  const { requests, failed } = sender.numbers()
  expect(failed, 'requests that were not answered 200').toBe(0)
  expect(requests).toBeGreaterThan(perSecond * scale * 90)
  expect((peak - before) / megabyte, 'megabytes more than before').toBeLessThan(256)
  expect(await node.stop()).toBe(0)
  await expectAccounted(nodes, traffic)
  if (process.env.OUTAGE_SCALE) {
    const [beforeMb, peakMb] = [before, peak].map((bytes) => Math.round(bytes / megabyte))
    console.info({ requests, failed, seconds, beforeMb, peakMb })
  }
})
