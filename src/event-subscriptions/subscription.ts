import type { ModelRows } from '../../prisma/generated/models.ts'

/** A channel for which event subscriptions should exist. */
export type SubscriptionTarget = {
  channelId: bigint
  platformUserId: string
  isLive: boolean
  /** When it was last seen to go on or off; null when it never was. */
  statusChangedAt: Date | null
  lastSeenOnlineAt: Date | null
  /** Followers, or subscribers where the platform tells no followers; 0 when neither is known. */
  size: number
}

/** The state of a subscription. A `revoked` delivery of the platform adds the state `revoked`. */
export type SubscriptionStatus =
  /** It was or will be asked for, so it may exist. */
  | 'pending'
  | 'active'
  /** The platform refused it. */
  | 'failed'
  /** The platform delivers no more of this type. */
  | 'limited'
  /** Ended to be asked for again. */
  | 'renewing'

/** What is read of a row of dm.event_subscription. */
export const subscriptionFields = [
  'id',
  'channelId',
  'event',
  'version',
  'platformSubscriptionId',
  'status',
  'failures',
  'lastEventAt',
  'usualGapSeconds',
  'renewals',
  'renewedAt',
  'retryAt',
  'missingSince',
] as const

/** A row of dm.event_subscription with the user of its channel; its state last changed at `since`. */
export type StoredSubscription = Pick<ModelRows['EventSubscription'], (typeof subscriptionFields)[number]> & {
  platformUserId: string
  since: Date
}

/** Whether the platform may hold the subscription of this row. */
export const mayExist = ({ status, platformSubscriptionId }: StoredSubscription): boolean =>
  platformSubscriptionId !== null || status === 'pending'
