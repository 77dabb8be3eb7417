import { type Outcome, receivedMs } from './delivery.ts'
import type { DeliveryChannel, DeliveryReading } from './delivery-channels.ts'

const minuteMs = 60_000
const lateAfterMs = 5 * minuteMs
const quarantinedAfterMs = 7 * 24 * 60 * minuteMs
const futureToleranceMs = 5 * minuteMs

/**
 * Judges a delivery by its age: late when sent more than five minutes before its receipt, quarantined when sent more than seven
 * days before or five minutes after it. `receivedAt` is in microseconds.
 */
export const timelinessOf = (sentAt: Date, receivedAt: bigint): 'timely' | 'late' | 'quarantined' => {
  const ageMs = Number(receivedAt) / 1_000 - sentAt.getTime()
  if (ageMs > quarantinedAfterMs || ageMs < -futureToleranceMs) return 'quarantined'
  return ageMs > lateAfterMs ? 'late' : 'timely'
}

/**
 * Whether the delivery belongs to this subscription. One key signs for every app of a platform, and the subscription's id may
 * not be signed, so only the id shows that a delivery was made for another app. A pending subscription has no id yet.
 */
const isAskedFor = ({ subscription }: DeliveryChannel, subscriptionId: string | null): boolean =>
  subscription !== null &&
  (subscription.isPending || (subscriptionId !== null && subscription.platformId === subscriptionId))

/** What becomes of a delivery that is the first with its id. It uses no clock and no store. */
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
