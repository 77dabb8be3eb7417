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

/** What more must be true, each for the kinds that it is about. */
export type Conditions = Readonly<Record<string, never>>
