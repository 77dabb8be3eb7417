/** A channel for which event subscriptions should exist. */
export type SubscriptionTarget = {
  channelId: bigint
  platformUserId: string
  isLive: boolean
  /** When it was last seen to go on or off; null when it never was. */
  statusChangedAt: Date | null
  lastSeenOnlineAt: Date | null
  /** Followers; 0 when the number is not known. */
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

/** A row of dm.event_subscription. */
export type StoredSubscription = {
  id: bigint
  channelId: bigint
  platformUserId: string
  event: string
  version: number
  platformSubscriptionId: string | null
  status: string
  failures: number
  lastEventAt: Date | null
  /** The usual time between two events, in seconds; null before there were two. */
  usualGapSeconds: number | null
  /** When its state last changed. */
  since: Date
  /** How often in a row it was ended and asked for again because it was silent. */
  renewals: number
  /** When that was done last. */
  renewedAt: Date | null
  /** Not asked for again before this. */
  retryAt: Date | null
  /** Since when it should exist and the platform does not list it. */
  missingSince: Date | null
}

/** Whether the platform may hold the subscription of this row. */
export const mayExist = ({ status, platformSubscriptionId }: StoredSubscription): boolean =>
  platformSubscriptionId !== null || status === 'pending'
