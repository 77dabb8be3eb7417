/** A channel of which the platform should deliver. */
export type SubscriptionTarget = {
  channelId: bigint
  platformUserId: string
  isLive: boolean
  /** When it was last seen to go on or off; null when it never was. */
  statusChangedAt: Date | null
  lastSeenOnlineAt: Date | null
  /** Followers, or viewers where somebody knows them; 0 where nobody does. */
  size: number
}

/** What a row says of its subscription; a platform may say more by a `revoked` delivery. */
export type SubscriptionStatus =
  /** Asked for, or about to be; it may exist. */
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
  /** How long it usually says nothing between two events, in seconds; null before there were two. */
  usualGapSeconds: number | null
  /** Since when it is as it is. */
  since: Date
  /** How often in a row it was ended and asked for again for its silence, and when last. */
  renewals: number
  renewedAt: Date | null
  /** Not asked for again before this. */
  retryAt: Date | null
  /** Since when it should exist and the platform does not list it. */
  missingSince: Date | null
}

/** Whether the row stands for something that the platform may hold. */
export const mayExist = ({ status, platformSubscriptionId }: StoredSubscription): boolean =>
  platformSubscriptionId !== null || status === 'pending'
