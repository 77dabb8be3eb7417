import { impossibleInstant } from '../platforms/instant-bounds.ts'
import { parseJson } from '../platforms/parse-json.ts'
import { readObject, readText } from '../platforms/read-fields.ts'
import type { DeliveredFact, DeliveryReader } from '../platforms/webhook-source.ts'
import { type Delivery, firstReceivedMs, reportedAt } from './delivery.ts'
import type { DeliveryReading } from './delivery-channels.ts'

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

/** The fact of a test delivery that an operator sent; its body is ours. */
const readTest = ({ body }: Delivery): DeliveredFact => {
  const platformUserId = readText(readObject(readObject(parseJson(body)).broadcaster).user_id, 64)
  return platformUserId === undefined ? { kind: 'test' } : { kind: 'test', broadcaster: { platformUserId } }
}

/**
 * Reads the fact of a delivery. All deliveries of all platforms come in here, so here a fact with an instant that can not be
 * true becomes malformed.
 */
export const readFact = (source: Pick<DeliveryReader, 'read'> | undefined, delivery: Delivery): DeliveredFact => {
  if (delivery.test) return readTest(delivery)
  if (!source) return { kind: 'unsupported' }
  const fact = source.read({ ...delivery, sentAt: reportedAt(delivery) })
  const receivedAt = firstReceivedMs(delivery)
  const reason = impossibleInstant(fact, receivedAt)
  return reason === null ? boundInstants(fact, receivedAt) : { kind: 'malformed', reason }
}

/** The channel that a delivery is about, as its platform identifies it; undefined where it names none. The body is asked only if the fact does not know. */
export const channelOf = (
  source: Pick<DeliveryReader, 'channelOf'> | undefined,
  { delivery, fact }: DeliveryReading,
): string | undefined => ('broadcaster' in fact && fact.broadcaster?.platformUserId) || source?.channelOf(delivery.body)
