import type {
  CallFailure,
  CallResult,
  CreatedSubscription,
  EventType,
  ListedSubscription,
  Platform,
} from '../../../src/platforms/platform.ts'

/** What may go wrong with one call. `lost` has its effect and no answer; `stray` has its effect and says that it failed. */
export type CallFault = 'none' | 'refused' | 'lost' | 'silent' | 'item' | 'stray'

/** A platform that holds subscriptions in memory, lists them late, and goes wrong as told. */
export type SubscriptionPlatform = Platform & {
  /** What it holds now. */
  readonly held: ReadonlyMap<string, ListedSubscription>
  /** How long the list lags behind, in milliseconds. */
  lagMs: number
  /** Taken from the front, one for each call; none when empty. */
  readonly faults: CallFault[]
  readonly calls: string[]
  /** Made by somebody else. */
  addStray(platformUserId: string, event: string, version?: number): void
  drop(ids: readonly string[]): void
}

type Held = ListedSubscription & { from: number; until: number }

/** Starts empty; `types` say the limits it keeps. */
export const createSubscriptionPlatform = (
  types: readonly EventType[],
  clock: () => number,
  { refusesWholeRequests = false, removeBatchSize = 3, refusesUnknownIds = true } = {},
): SubscriptionPlatform => {
  const rows = new Map<string, Held>()
  const held = new Map<string, ListedSubscription>()
  const faults: CallFault[] = []
  const calls: string[] = []
  let made = 0

  const failed = (kind: CallFailure['kind']): CallResult<never> => {
    const failure = { kind, status: null, message: `made up: ${kind}` }
    return { ok: false, failure, call: record(failure.message) }
  }
  const record = (error: string | null) => ({
    platform: 'kick' as const,
    endpoint: '/subscriptions',
    requestedAt: new Date(clock()),
    durationMs: 1,
    status: 200,
    items: 0,
    error,
  })
  const answered = <T>(value: T): CallResult<T> => ({
    ok: true,
    value,
    observedAt: new Date(clock()),
    call: record(null),
  })
  const add = (platformUserId: string, event: string, version: number): string => {
    const id = `SUB${String(++made).padStart(6, '0')}`
    rows.set(id, { id, platformUserId, event, version, from: clock(), until: Number.POSITIVE_INFINITY })
    held.set(id, { id, platformUserId, event, version })
    return id
  }
  const end = (id: string): void => {
    if (!held.delete(id)) return
    rows.get(id)!.until = clock()
  }
  const isFull = ({ event, limit }: EventType): boolean =>
    [...held.values()].filter((one) => one.event === event).length >= limit

  const platform: SubscriptionPlatform = {
    name: 'kick',
    capabilities: new Set(['event-subscriptions']),
    liveBatchSize: 1,
    profileBatchSize: 1,
    held,
    lagMs: 0,
    faults,
    calls,
    addStray: (platformUserId, event, version = 1) => void add(platformUserId, event, version),
    drop: (ids) => ids.forEach(end),
    resolveHandle: () => Promise.reject(new Error('not asked')),
    fetchLive: () => Promise.reject(new Error('not asked')),
    fetchProfiles: () => Promise.reject(new Error('not asked')),
    eventSubscriptions: {
      types,
      removeBatchSize,
      list: async () => {
        calls.push('list')
        const fault = faults.shift() ?? 'none'
        if (fault === 'refused') return failed('rate-limited')
        if (fault === 'lost' || fault === 'silent') return failed('timeout')
        const seenAt = clock() - platform.lagMs
        const seen = [...rows.values()].filter(({ from, until }) => from <= seenAt && seenAt < until)
        return answered(seen.map(({ from: _from, until: _until, ...row }) => row))
      },
      create: async (platformUserId, asked) => {
        calls.push(`create ${platformUserId} ${asked.map(({ event }) => event)}`)
        const fault = faults.shift() ?? 'none'
        if (fault === 'refused') return failed('rate-limited')
        if (fault === 'silent') return failed('timeout')
        const outcomes = new Map<string, CreatedSubscription>()
        for (const type of asked) {
          if (isFull(type)) {
            if (refusesWholeRequests) return answered({ kind: 'limit' as const })
            outcomes.set(type.event, { ok: false, reason: 'limit', message: 'limit reached' })
          } else if (fault === 'item') outcomes.set(type.event, { ok: false, reason: 'failed', message: 'oops' })
          else {
            const id = add(platformUserId, type.event, type.version)
            const stray = { ok: false, reason: 'failed', message: 'oops' } as const
            outcomes.set(type.event, fault === 'stray' ? stray : { ok: true, id })
          }
        }
        return fault === 'lost' ? failed('timeout') : answered({ kind: 'answered' as const, outcomes })
      },
      remove: async (ids) => {
        calls.push(`remove ${ids}`)
        const fault = faults.shift() ?? 'none'
        if (fault === 'refused' || fault === 'item') return failed('rate-limited')
        if (fault === 'silent') return failed('timeout')
        if (refusesUnknownIds && ids.some((id) => !held.has(id))) return failed('rejected')
        ids.forEach(end)
        return fault === 'lost' || fault === 'stray' ? failed('timeout') : answered(null)
      },
    },
    async [Symbol.asyncDispose]() {},
  }
  return platform
}
