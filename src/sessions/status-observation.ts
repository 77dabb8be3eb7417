/** What the status of a channel can be; `unknown` until it was first observed. */
export type Status = 'unknown' | 'online' | 'offline'

/** Who told us. */
export type StatusSource = 'poll' | 'webhook' | 'operator'

/** What a broadcast is about; absent or null means that the observation did not say. */
export type StreamDetails = {
  platformStreamId?: string | null
  title?: string | null
  category?: string | null
  language?: string | null
}

/** One normalised fact about a channel's status, whatever input it came from. `at` is when it was true. */
export type StatusObservation =
  | {
      kind: 'live'
      channelId: bigint
      at: Date
      source: StatusSource
      startedAt: Date
      lastLiveAt: Date | null
      details: StreamDetails
    }
  | {
      kind: 'not-live'
      channelId: bigint
      at: Date
      source: StatusSource
      lastLiveAt: Date | null
      firstMissedAt: Date | null
    }
  /** Nobody has looked at the channel for long: its session ends where it was last seen. */
  | { kind: 'abandoned'; channelId: bigint; at: Date; source: StatusSource; lastLiveAt: Date | null }
