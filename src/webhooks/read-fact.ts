import { impossibleInstant } from '../platforms/instant-bounds.ts'
import type { DeliveredFact, WebhookSource } from '../platforms/webhook-source.ts'
import { type Delivery, receivedMs, toldAt } from './delivery.ts'

/** The fact with no instant later than the receipt but a start, which names its broadcast and has to stay as it is. */
const heardBy = (fact: DeliveredFact, receivedAt: number): DeliveredFact => {
  const heard = (at: Date): Date => (at.getTime() > receivedAt ? new Date(receivedAt) : at)
  switch (fact.kind) {
    case 'chat':
      return { ...fact, line: { ...fact.line, createdAt: heard(fact.line.createdAt) } }
    case 'follow':
      return { ...fact, occurredAt: heard(fact.occurredAt) }
    case 'stream-end':
      return { ...fact, endedAt: heard(fact.endedAt) }
    default:
      return fact
  }
}

/**
 * What a delivery tells. This is the one place where what a platform sent unasked comes in: a fact with an instant that can not be true is
 * malformed, whatever platform and type it is of.
 */
export const readFact = (source: Pick<WebhookSource, 'read'> | undefined, delivery: Delivery): DeliveredFact => {
  if (!source) return { kind: 'unsupported' }
  const fact = source.read({ ...delivery, sentAt: toldAt(delivery) })
  const receivedAt = receivedMs(delivery)
  const reason = impossibleInstant(fact, receivedAt)
  return reason === null ? heardBy(fact, receivedAt) : { kind: 'malformed', reason }
}
