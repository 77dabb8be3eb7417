import type { StatusSource, StreamDetails } from './status-observation.ts'

/** A session as its row has it. */
export type Session = StreamDetails & {
  startedAt: Date
  endedAt: Date | null
  /** `poll` for an end that was only inferred. */
  endSource: StatusSource | null
  /** When it was last seen, unless the looks know better. */
  lastLiveAt: Date | null
  /** When the platform said last, unasked, that it was on; null where it never did. */
  toldLiveAt: Date | null
  detailsObservedAt: Date
}

/** A session with all that is known of it while it is decided about; `stored` is null when it has no row yet. */
export type SessionDraft = Session & { lastLiveAt: Date; stored: Session | null; nextStartedAt: Date | null }
