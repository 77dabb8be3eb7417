/** The platforms a channel can live on, as stored. */
export const platformNames = ['kick', 'twitch', 'x'] as const
export type PlatformName = (typeof platformNames)[number]

/** What an adapter can tell; callers ask this list and never the platform's name. */
export type Capability = 'resolve-handle' | 'live-status' | 'viewer-count' | 'profiles' | 'follower-total'

/** Who a channel is, as one answer of a platform said it. Absent values are unknown, never zero. */
export type ProfileObservation = {
  platformUserId: string
  /** Lower case; absent when the answer did not carry a handle. */
  slug?: string
  displayName?: string
  avatarUrl?: string
  bio?: string
  followerCount?: number
  isBanned?: boolean
}

/** A running broadcast as one answer of a platform said it. */
export type LiveObservation = {
  profile: ProfileObservation
  /** The platform's own id of this broadcast, where it has one. */
  platformStreamId?: string
  startedAt: Date
  title?: string
  category?: string
  language?: string
  /** Null when the streamer hides it or the platform does not tell. */
  viewerCount: number | null
}

/** Why a call gave no answer. None of these says anything about the channels asked for. */
export type CallFailure = {
  kind: 'rate-limited' | 'unauthorized' | 'blocked' | 'timeout' | 'unavailable' | 'malformed' | 'rejected'
  /** HTTP status, null when no answer arrived. */
  status: number | null
  message: string
  /** When the platform asked to come back, in milliseconds from now. */
  retryAfterMs?: number
}

/** The audit of one HTTP call to a platform; never holds a credential. */
export type CallRecord = {
  platform: PlatformName
  endpoint: string
  requestedAt: Date
  durationMs: number
  status: number | null
  items: number
  error: string | null
}

/**
 * The answer of one call. `observedAt` is when the request started: the facts are at least that fresh. `call` is the
 * HTTP call that decided it; `otherCalls` are the rest made on its behalf (a token, a first try, a second endpoint),
 * oldest first, absent when there were none. A call held back by a pause has a `call` without status and duration.
 */
export type CallResult<T> =
  | { ok: true; value: T; observedAt: Date; call: CallRecord; otherCalls?: readonly CallRecord[] }
  | { ok: false; failure: CallFailure; call: CallRecord; otherCalls?: readonly CallRecord[] }

/** A streaming platform as the rest of the code sees it. Every method may be called concurrently and never throws for what the platform does. */
export type Platform = {
  readonly name: PlatformName
  readonly capabilities: ReadonlySet<Capability>
  /** Largest number of ids `fetchLive` takes in one call. */
  readonly liveBatchSize: number
  /** Largest number of ids `fetchProfiles` takes in one call. */
  readonly profileBatchSize: number
  /** The channel that holds this handle now; null when the platform knows none. */
  resolveHandle(slug: string, signal?: AbortSignal): Promise<CallResult<ProfileObservation | null>>
  /** Who of these users broadcasts now, by platform user id. Absent from the map: not live. */
  fetchLive(platformUserIds: readonly string[], signal?: AbortSignal): Promise<CallResult<Map<string, LiveObservation>>>
  /** Profiles by platform user id. Absent from the map: the platform does not show that user now. */
  fetchProfiles(
    platformUserIds: readonly string[],
    signal?: AbortSignal,
  ): Promise<CallResult<Map<string, ProfileObservation>>>
  [Symbol.asyncDispose](): Promise<void>
}
