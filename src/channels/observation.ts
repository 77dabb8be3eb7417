import type { ModelRows } from '../../prisma/generated/models.ts'
import type { ProfileObservation } from '../platforms/platform.ts'
import type { FactOf } from '../stores/postgres/model.ts'

/** Who a channel was at an instant, as one answer or delivery of the platform said it. */
export type ChannelObservation = ProfileObservation & {
  /** When the fact was true: start of the request or the platform's own time. An older one never overwrites a newer one. */
  observedAt: Date
}

/** What is stored of a channel that an observation may change. */
export type StoredChannel = Pick<
  ModelRows['Channel'],
  'id' | 'platformUserId' | 'currentSlug' | 'profileObservedAt' | 'slugObservedAt' | FactOf<'Channel'>
>
