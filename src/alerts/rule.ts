import type { HappeningKind } from './happening.ts'
import type { QuietHours } from './quiet-hours.ts'

/** Which happenings are told, ready to decide by. */
export type Rule = {
  id: string
  name: string
  kinds: ReadonlySet<HappeningKind>
  /** Only what was recorded from then on, in milliseconds since the epoch. */
  since: number
  /** Null for all channels, and for what is about none. */
  channelIds: ReadonlySet<bigint> | null
  platform: string | null
  conditions: Conditions
  quiet: QuietHours | null
  /** It tells of a channel and a kind at most once in as many milliseconds; null where it tells all. */
  windowMs: number | null
}

/** What more must be true, each for the kind that it is about. Absent means that all are told. */
export type Conditions = {
  /** Of `title-changed`: the new title has one of these texts in it, in any case. */
  titleContains?: readonly string[]
  /** Of `category-changed`: the new category is one of these, in any case. */
  categories?: readonly string[]
  /** Of `viewers-passed`: the first time in a broadcast that so many watch. */
  viewers?: number
  /** Of `viewers-passed`: the first time in a broadcast that so many times the usual watch. */
  timesUsual?: number
  /** Of `trust-fell`: the score was not below it, and is now. */
  scoreBelow?: number
  /** Of `job-failed`: the job is one of these. */
  jobs?: readonly string[]
}
