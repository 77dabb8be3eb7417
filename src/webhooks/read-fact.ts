import { impossibleInstant } from '../platforms/instant-bounds.ts'
import type { DeliveredFact, WebhookSource } from '../platforms/webhook-source.ts'
import { type Delivery, receivedMs, reportedAt } from './delivery.ts'

/** Bounds the instants of a fact by the receipt. A start stays as it is, because it names its broadcast. */
const boundInstants = (fact: DeliveredFact, receivedAt: number): DeliveredFact => {
  const bounded = (at: Date): Date => (at.getTime() > receivedAt ? new Date(receivedAt) : at)
  switch (fact.kind) {
    case 'chat':
      return { ...fact, line: { ...fact.line, createdAt: bounded(fact.line.createdAt) } }
    case 'follow':
      return { ...fact, occurredAt: bounded(fact.occurredAt) }
    case 'stream-end':
      return { ...fact, endedAt: bounded(fact.endedAt) }
    default:
      return fact
  }
}

/**
 * Reads the fact of a delivery. All deliveries of all platforms come in here, so here a fact with an instant that can not be
 * true becomes malformed.
 */
export const readFact = (source: Pick<WebhookSource, 'read'> | undefined, delivery: Delivery): DeliveredFact => {
  if (!source) return { kind: 'unsupported' }
  const fact = source.read({ ...delivery, sentAt: reportedAt(delivery) })
  const receivedAt = receivedMs(delivery)
  const reason = impossibleInstant(fact, receivedAt)
  return reason === null ? boundInstants(fact, receivedAt) : { kind: 'malformed', reason }
}
