import type { EventType } from '../platforms/platform.ts'
import type { Removal } from './plan-subscriptions.ts'
import type { StoredSubscription, WatchedChannel } from './subscription.ts'

/** With fewer live channels silence means nothing. */
const fewestLive = 3
/** Other types arrive when one did within this. */
const arrivingMs = 15 * 60_000
/** A watch with a longer gap starts anew: what came meanwhile may never have reached us. */
const longestGapMs = 10 * 60_000
/** A type is renewed at most this often. */
const renewalPauseMs = 6 * 3_600_000

/** For how long a type has been quiet while it was watched. */
export type TypeWatch = { event: string; quietSince: Date; checkedAt: Date; renewedAt: Date | null }

/** The watches as they are now, and the types that have been quiet for too long; these are renewed in the same moment. */
export type SilenceReport = { watches: TypeWatch[]; silent: EventType[] }

const newest = (rows: readonly StoredSubscription[]): number =>
  rows.reduce((latest, { lastEventAt }) => Math.max(latest, lastEventAt?.getTime() ?? 0), 0)

/**
 * Goes on watching. A type is silent when, for as long as it may be quiet, nothing of it arrived although several channels
 * subscribed to it were live and other types kept arriving.
 */
export const watchTypes = (
  types: readonly EventType[],
  before: readonly TypeWatch[],
  stored: readonly StoredSubscription[],
  channels: readonly WatchedChannel[],
  now: number,
): SilenceReport => {
  const live = new Set(channels.filter(({ isLive }) => isLive).map(({ channelId }) => channelId))
  const active = Map.groupBy(
    stored.filter(({ status }) => status === 'active'),
    ({ event }) => event,
  )
  const latest = new Map(types.map(({ event }) => [event, newest(active.get(event) ?? [])]))
  const silent: EventType[] = []
  const watches = types.map((type): TypeWatch => {
    const { event, quietMs } = type
    const watch = before.find((one) => one.event === event)
    const liveOnes = (active.get(event) ?? []).filter(({ channelId }) => live.has(channelId)).length
    const othersArrive = [...latest].some(([other, at]) => other !== event && now - at < arrivingMs)
    const isWatched =
      watch !== undefined &&
      now - watch.checkedAt.getTime() <= longestGapMs &&
      latest.get(event)! <= watch.quietSince.getTime() &&
      liveOnes >= fewestLive &&
      othersArrive
    const quietSince = isWatched ? watch.quietSince : new Date(now)
    const renewedAt = watch?.renewedAt ?? null
    const isSilent = now - quietSince.getTime() >= quietMs
    const mayRenew = renewedAt === null || now - renewedAt.getTime() >= renewalPauseMs
    if (!isSilent || !mayRenew) return { event, quietSince, checkedAt: new Date(now), renewedAt }
    silent.push(type)
    return { event, quietSince, checkedAt: new Date(now), renewedAt: new Date(now) }
  })
  return { watches, silent }
}

/** The subscriptions of silent types that are to be ended and asked for again, those of live channels first. */
export const renewalsOf = (
  silent: readonly EventType[],
  stored: readonly StoredSubscription[],
  channels: readonly WatchedChannel[],
  going: readonly Removal[],
): Removal[] => {
  const events = new Set(silent.map(({ event }) => event))
  const live = new Set(channels.filter(({ isLive }) => isLive).map(({ channelId }) => channelId))
  const ending = new Set(going.map(({ platformSubscriptionId }) => platformSubscriptionId))
  return stored
    .filter(({ event, status }) => status === 'active' && events.has(event))
    .toSorted((a, b) => Number(live.has(b.channelId)) - Number(live.has(a.channelId)))
    .flatMap(({ id: rowId, platformSubscriptionId: id }) =>
      id === null || ending.has(id) ? [] : [{ platformSubscriptionId: id, rowId }],
    )
}
