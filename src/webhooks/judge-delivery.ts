import { type Outcome, receivedMs } from './delivery.ts'
import type { DeliveryChannel, DeliveryReading } from './delivery-channels.ts'
import { timelinessOf } from './timeliness.ts'

/**
 * Whether this subscription asked for the delivery. One key signs for every app of a platform and the subscription's id may not be signed,
 * so a genuine delivery that was made for another app is told apart by its id alone; one that is about to be confirmed has no id yet.
 */
const isAskedFor = ({ subscription }: DeliveryChannel, subscriptionId: string | null): boolean =>
  subscription !== null &&
  (subscription.isPending || (subscriptionId !== null && subscription.platformId === subscriptionId))

/** What becomes of a delivery that is the first with its id. Pure. */
export const judgeDelivery = ({ delivery, fact }: DeliveryReading, channel: DeliveryChannel | null): Outcome => {
  const { sentAt, receivedAt, replay, subscriptionId } = delivery
  const timeliness = timelinessOf(sentAt, receivedAt)
  if (timeliness === 'quarantined' && !replay) return 'QUARANTINED'
  if (fact.kind === 'unsupported') return 'UNSUPPORTED'
  if (fact.kind === 'type-mismatch') return 'TYPE_MISMATCH'
  if (fact.kind === 'malformed') return 'MALFORMED'
  if (fact.kind !== 'revoked' && !(channel && isAskedFor(channel, subscriptionId))) return 'UNTRACKED'
  if (fact.kind === 'kept') return 'KEPT'
  const isFromTheFuture = sentAt.getTime() > receivedMs(delivery)
  return timeliness === 'timely' || isFromTheFuture ? 'PROJECTED' : 'LATE'
}
