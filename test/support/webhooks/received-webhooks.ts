import { afterAll, beforeAll, beforeEach } from 'vitest'
import type { SignedDelivery } from '../platforms/webhook-signer.ts'
import { type Receiving, startReceiving } from './webhook-receiving.ts'

/** The body of a chat message. */
export const chat = '{"message_id":"m","broadcaster":{"user_id":1},"content":"hi"}'

/** For the tests of a file: a receiver of webhooks, and what it kept since a test began. */
export const receivedWebhooks = () => {
  let fixture: Receiving
  let before: { deliveries: number; forged: number }

  beforeAll(async () => {
    fixture = await startReceiving()
  })
  afterAll(() => fixture[Symbol.asyncDispose]())
  beforeEach(async () => {
    before = { deliveries: (await fixture.deliveries()).length, forged: (await fixture.forged()).length }
  })

  return {
    get fixture() {
      return fixture
    },
    /** A delivery of a chat message, signed as the platform signs. */
    genuine: (): SignedDelivery => fixture.signer.sign({ body: chat }),
    newDeliveries: async () => (await fixture.deliveries()).slice(before.deliveries),
    newForged: async () => (await fixture.forged()).slice(before.forged),
  }
}
