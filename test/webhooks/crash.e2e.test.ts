import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createSigner } from '../support/platforms/webhook-signer.ts'
import { expectAccounted } from '../support/webhooks/webhook-accounts.ts'
import { startWebhookNodes } from '../support/webhooks/webhook-nodes.ts'
import { createSender, createTraffic } from '../support/webhooks/webhook-traffic.ts'

/** `WEBHOOK_KILLS=50` for the long run. */
const kills = Number(process.env.WEBHOOK_KILLS ?? 10)
const deliveries = 200 * kills
/** What ClickHouse does between a kill and the next one, by turns. */
const faults = ['none', 'lost-answer', 'none', 'status-500', 'none'] as const
const users = Array.from({ length: 20 }, (_, i) => i + 1)

test(`a receiver killed at ${kills} random moments of ${deliveries} deliveries stores each that it answered 200 exactly once`, {
  timeout: 300_000,
}, async () => {
  const signer = createSigner()
  await using nodes = await startWebhookNodes({ users, publicKeyPem: signer.publicKeyPem, maxRows: 100 })
  const traffic = createTraffic({ seed: 50, users, signer })
  const sender = createSender(traffic)
  const { random } = traffic

  let next = nodes.spawnNode()
  for (let kill = 1; kill <= kills; kill++) {
    const node = await next.receive()
    // The one after it gets ready meanwhile, as far as it can without the spool.
    next = nodes.spawnNode()
    const busy = Promise.withResolvers<void>()
    let answersLeft = 1 + Math.floor(random() * 250)
    const onAnswer = (): void => {
      if (--answersLeft === 0) busy.resolve()
    }
    nodes.front.setFault(faults[kill % faults.length]!)
    const sending = sender.send(node.url, { count: (deliveries / (kills + 1)) * kill, onAnswer })
    await Promise.race([busy.promise, sending])
    // The instant of the kill is what is tried out; nothing waits for this time.
    await delay(random() * 15)
    await node.kill()
    await sending
  }
  nodes.front.setFault('none')
  const last = await next.receive()
  await sender.send(last.url, { count: deliveries })
  expect(await last.stop()).toBe(0)
  expect(sender.answered.size).toBeGreaterThanOrEqual(deliveries)
  await expectAccounted(nodes, traffic)
})
