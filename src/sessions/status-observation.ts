import type { ModelRows } from '../../prisma/generated/models.ts'
import { type FactOf, factsOf } from '../stores/postgres/model.ts'

/** What the status of a channel can be; `unknown` until it was first observed. */
export type Status = 'unknown' | 'online' | 'offline'

/** Who told us. */
export type StatusSource = 'poll' | 'webhook' | 'operator'

/** What a broadcast is about; absent or null means that the observation did not say. */
export type StreamDetails = Partial<Pick<ModelRows['StreamSession'], 'platformStreamId' | FactOf<'StreamSession'>>>

/** The fields of `StreamDetails`. */
export const detailFields = ['platformStreamId', ...factsOf('StreamSession')] as const

/** A broadcast as it was seen last. */
export type Sighting = { startedAt: Date; at: Date }

type Common = {
  channelId: bigint
  source: StatusSource
  /** When it was true. */
  at: Date
  /** When the platform told it, where that is another instant; decides which of two titles is newer. */
  toldAt?: Date
  /** The platform's id of the message, if there was one. */
  platformEventId?: string
}

/** One normalised fact about a channel's status, whatever input it came from. */
export type StatusObservation = Common &
  (
    | {
        /** A broadcast was on at `at`: a look saw it, or the platform said so. */
        kind: 'live'
        startedAt: Date
        details: StreamDetails
        /** The last look before this one that saw a broadcast, where this look replaces it in dm.probe_schedule. */
        seenBefore?: Sighting | null
      }
    /** A look at `at` saw no broadcast. */
    | { kind: 'not-live' }
    /** The platform says that a broadcast has ended: the one with this start, else with this id, else the one of that time. */
    | {
        kind: 'ended'
        startedAt: Date | null
        platformStreamId?: string | undefined
        endedAt: Date
        details: StreamDetails
      }
    /** What the broadcast of the moment is about. */
    | { kind: 'details'; details: StreamDetails }
  )
