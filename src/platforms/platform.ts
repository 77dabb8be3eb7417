import type { Observed } from '../../prisma/generated/models.ts'

/** The name of a platform of the registry, as stored. */
export type PlatformName = string

/** What an adapter can tell; callers ask this list and never the platform's name. */
export type Capability =
  | 'resolve-handle'
  | 'live-status'
  | 'viewer-count'
  | 'profiles'
  | 'follower-total'
  | 'event-subscriptions'

/** Who a channel is, as one answer of a platform said it. Absent values are unknown, never zero. */
export type ProfileObservation = Observed<'Channel'> & {
  platformUserId: string
  /** Lower case; absent when the answer did not carry a handle. */
  slug?: string
}

/** A running broadcast as one answer of a platform said it. */
export type LiveObservation = Observed<'StreamSession'> & {
  profile: ProfileObservation
  /** The platform's own id of this broadcast, where it has one. */
  platformStreamId?: string
  startedAt: Date
  /** Null when the streamer hides it or the platform does not tell. */
  viewerCount: number | null
  /** The row of the answer that says all this, as the platform wrote it. It is asked for only where a status event follows. */
  row: () => unknown
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
  /** The beginning of an answer that was a failure, without secrets; absent where there is none to keep. */
  body?: string
}

/** When the whole answer of a call had arrived. */
export const answeredAt = ({ requestedAt, durationMs }: Pick<CallRecord, 'requestedAt' | 'durationMs'>): Date =>
  new Date(requestedAt.getTime() + durationMs)

/**
 * The answer of one call. `observedAt` is when the request started: the facts are at least that fresh. When the answer had
 * arrived is another instant, `answeredAt(call)`. About the users in `unclear`
 * it says nothing, and why: what it says of them can not be used or can not be true; absent when there are none. `call` is the
 * HTTP call that decided it; `otherCalls` are the rest made on its behalf (a token, a first try, a second endpoint),
 * oldest first, absent when there were none. A call held back by a pause has a `call` without status and duration.
 */
export type CallResult<T> =
  | {
      ok: true
      value: T
      unclear?: ReadonlyMap<string, string>
      observedAt: Date
      call: CallRecord
      otherCalls?: readonly CallRecord[]
    }
  | { ok: false; failure: CallFailure; call: CallRecord; otherCalls?: readonly CallRecord[] }

/** A kind of event that a platform delivers, as it names it. */
export type EventType = {
  event: string
  version: number
  /** How many channels the platform delivers it of at a time. */
  limit: number
  /** While several channels are live, a longer silence of all of them than this many milliseconds means that something is wrong. */
  quietMs: number
  /** What a channel should make the platform deliver: while it is live within `quietMs`, or when it goes on or off. */
  expected?: 'while-live' | 'start' | 'end' | 'start-and-end'
}

/** An event subscription as the platform lists it. */
export type ListedSubscription = {
  id: string
  platformUserId: string
  event: string
  version: number
  /** Whether its deliveries are signed with a secret that was replaced, so that it must be made anew. */
  isOutdated?: boolean
}

/** What became of one event of a creation; `limit` means that the platform delivers no more of this type. */
export type CreatedSubscription = { ok: true; id: string } | { ok: false; reason: 'limit' | 'failed'; message: string }

/** The answer of a creation: one outcome for each event by its name, or that a limit was reached by one of them. */
export type Creation = { kind: 'answered'; outcomes: Map<string, CreatedSubscription> } | { kind: 'limit' }

/** The events that a platform delivers to our app. A failed call may have had its effect all the same. */
export type EventSubscriptions = {
  /** What we ask to be delivered of every channel. */
  readonly types: readonly EventType[]
  /** Largest number of ids `remove` takes in one call. */
  readonly removeBatchSize: number
  /** Everything held with the platform; it may lag minutes behind what was created and removed. */
  list(signal?: AbortSignal): Promise<CallResult<ListedSubscription[]>>
  /** Asks for events of one channel; repeating it may create a second subscription. */
  create(platformUserId: string, types: readonly EventType[], signal?: AbortSignal): Promise<CallResult<Creation>>
  /** Ends subscriptions by their platform ids. */
  remove(ids: readonly string[], signal?: AbortSignal): Promise<CallResult<null>>
}

/** How to ask for follower totals, where a platform tells them. */
export type FollowerTotals = {
  /** Largest number of ids one call takes. */
  readonly batchSize: number
  /** Seconds until a channel is asked for again. */
  readonly everySeconds: number
  /** Users that may be asked for in one UTC day; a number where each of them costs money, else Infinity. */
  readonly usersPerDay: number
  /** Follower totals by platform user id, with what else the answer tells of a user. Absent from the map: nothing was told. */
  fetch(platformUserIds: readonly string[], signal?: AbortSignal): Promise<CallResult<Map<string, ProfileObservation>>>
}

/** A streaming platform as the rest of the code sees it. Every method may be called concurrently and never throws for what the platform does. */
export type Platform = {
  readonly name: PlatformName
  /** What it can tell now; a platform may turn out to refuse us something. */
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
  /** Present where the platform tells them to somebody; the capability 'follower-total' says whether to us and now. */
  readonly followerTotals?: FollowerTotals
  /** Present with the capability 'event-subscriptions'. */
  readonly eventSubscriptions?: EventSubscriptions
  /** Why the platform refuses our credentials, as the end of a sentence; null where it does not, or was not asked since they changed. */
  refusal?(): string | null
  /** For how many milliseconds nothing is asked, because the platform wants fewer requests or fails; null while it is asked. */
  pausedForMs?(): number | null
  [Symbol.asyncDispose](): Promise<void>
}
