import type { StatusSource, StreamDetails } from './status-observation.ts'

/** A session as its row has it. */
export type Session = StreamDetails & {
  startedAt: Date
  endedAt: Date | null
  /** `poll` for an inferred end. */
  endSource: StatusSource | null
  /** The last sighting, unless the latest probes have a later one. */
  lastLiveAt: Date | null
  /** The latest instant for which a delivery says that it was on; null when none does. */
  toldLiveAt: Date | null
  detailsObservedAt: Date
}

/** A session while a decision is made; `stored` is its row, null when it has none yet. */
export type SessionDraft = Session & { lastLiveAt: Date; stored: Session | null; nextStartedAt: Date | null }
