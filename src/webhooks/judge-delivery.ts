import type { Outcome } from '../telemetry/webhook-outcome.ts'
import { receivedMs } from './delivery.ts'
import type { DeliveryChannel, DeliveryReading } from './delivery-channels.ts'

/** Why a delivery by the subscription of somebody else is not used. */
export const foreignSubscription = 'the event subscription is not ours'

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

/** What becomes of a delivery, and why it is not used; the reason is null where nothing is wrong. */
export type Judgement = { outcome: Outcome; reason: string | null }

const because = (outcome: Outcome, reason: string | null = null): Judgement => ({ outcome, reason })

/** Judges a delivery that is the first with its id. It uses no clock and no store. */
export const judgeDelivery = ({ delivery, fact }: DeliveryReading, channel: DeliveryChannel | null): Judgement => {
  const { sentAt, receivedAt, replay, subscriptionId } = delivery
  const timeliness = timelinessOf(sentAt, receivedAt)
  const isFromTheFuture = sentAt.getTime() > receivedMs(delivery)
  if (timeliness === 'quarantined' && !replay)
    return because(
      'QUARANTINED',
      isFromTheFuture
        ? 'it was sent more than five minutes after it was received'
        : 'it was sent more than seven days before it was received',
    )
  if (fact.kind === 'test') return because('TEST')
  if (fact.kind === 'unsupported') return because('UNSUPPORTED', 'this type and version is not read')
  if (fact.kind === 'type-mismatch') return because('TYPE_MISMATCH', fact.reason)
  if (fact.kind === 'malformed') return because('MALFORMED', fact.reason)
  if (fact.kind !== 'revoked') {
    if (!channel) return because('UNTRACKED', 'the channel is not tracked')
    if (!isAskedFor(channel, subscriptionId)) return because('UNTRACKED', foreignSubscription)
  }
  if (fact.kind === 'kept') return because('KEPT')
  return because(timeliness === 'timely' || isFromTheFuture ? 'PROJECTED' : 'LATE')
}
