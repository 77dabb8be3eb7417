import type { ProfileObservation } from '../platforms/platform.ts'

/** Who a channel was at an instant, as one answer or delivery of the platform said it. */
export type ChannelObservation = ProfileObservation & {
  /** When the fact was true: start of the request or the platform's own time. An older one never overwrites a newer one. */
  observedAt: Date
}

/** What is stored of a channel that an observation may change. */
export type StoredChannel = {
  id: bigint
  platformUserId: string
  slug: string | null
  displayName: string | null
  avatarUrl: string | null
  bio: string | null
  followerCount: number | null
  isBanned: boolean
  profileObservedAt: Date
  slugObservedAt: Date
}
