import type { ModelRows } from '../../prisma/generated/models.ts'
import { type FactOf, factsOf } from '../stores/postgres/model.ts'
import type { Evidence } from './evidence.ts'

/** A session as its row has it. */
export type Session = StreamDetails & {
  startedAt: Date
  /** The strongest of those who said that it began. */
  startSource: StatusSource
  endedAt: Date | null
  /** `poll` for an inferred end. */
  endSource: StatusSource | null
  /** The last sighting, unless the latest probes have a later one. */
  lastLiveAt: Date | null
  /** The latest instant for which a delivery says that it was on; null when none does. */
  toldLiveAt: Date | null
  /** The latest instant at which its details were said, the confirmations of probes aside. */
  detailsObservedAt: Date
}

/** A session while a decision is made; `stored` is its row, null when it has none yet. */
export type SessionDraft = Session & { lastLiveAt: Date; stored: Session | null; nextStartedAt: Date | null }

/** The status of a channel; `unknown` until it was first observed. */
export type Status = 'unknown' | 'online' | 'offline'

/** Where an observation comes from. */
export type StatusSource = 'poll' | 'webhook' | 'operator' | 'import'

const byStrength: readonly StatusSource[] = ['poll', 'import', 'operator', 'webhook']

/**
 * The stronger of two sources that say the same, so that their order does not matter. The platform's own word is the strongest.
 * A poll is the weakest, because a probe that only confirms what is stored is not an observation.
 */
export const stronger = (a: StatusSource, b: StatusSource): StatusSource =>
  byStrength.indexOf(a) > byStrength.indexOf(b) ? a : b

/** What a broadcast is about; absent or null when the observation did not say. */
export type StreamDetails = Partial<Pick<ModelRows['StreamSession'], 'platformStreamId' | FactOf<'StreamSession'>>>

/** The fields of `StreamDetails`. */
export const detailFields = ['platformStreamId', ...factsOf('StreamSession')] as const

/** A probe at `at` that saw the broadcast that started at `startedAt`, and what it said of it. */
export type Sighting = { startedAt: Date; at: Date; details?: StreamDetails }

type Common = {
  channelId: bigint
  source: StatusSource
  /** The instant of which it speaks. A probe speaks of when its request began: what it says is at least that fresh. */
  at: Date
  /** When our process received it: the delivery, for the first time, or the whole answer to a poll. */
  receivedAt: Date
  /** When the platform reported it, if that is another instant. It decides which of two titles is newer. */
  reportedAt?: Date
  /** The platform's id of the message, if there was one. */
  platformEventId?: string
  evidence: Evidence
}

/** One normalised fact about a channel's status, whatever input it came from. */
export type StatusObservation = Common &
  (
    | {
        /** A broadcast was on at `at`: a probe saw it, or the platform reported it. */
        kind: 'live'
        startedAt: Date
        details: StreamDetails
        /** The sighting that this probe replaces in dm.probe_schedule. */
        seenBefore?: Sighting | null
      }
    /** A probe at `at` saw no broadcast. */
    | { kind: 'not-live' }
    /** The platform reports an end: of the broadcast with this start, else with this id, else of the one of that time. */
    | {
        kind: 'ended'
        startedAt: Date | null
        platformStreamId?: string | undefined
        endedAt: Date
        details: StreamDetails
      }
    /** What the current broadcast is about. */
    | { kind: 'details'; details: StreamDetails }
  )
