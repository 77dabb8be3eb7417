import type { ModelRows } from '../../prisma/generated/models.ts'
import type { ProfileObservation } from '../platforms/platform.ts'
import type { FactOf } from '../stores/postgres/model.ts'

/** The identity of a channel at an instant, from one answer or delivery of the platform. */
export type ChannelObservation = ProfileObservation & {
  /** When the fact was true: the start of the request, or the platform's own time. An older one never overwrites a newer one. */
  observedAt: Date
}

/** The stored columns of a channel that an observation may change. */
export type StoredChannel = Pick<
  ModelRows['Channel'],
  'id' | 'platformUserId' | 'currentSlug' | 'profileObservedAt' | 'slugObservedAt' | FactOf<'Channel'>
>
