import type { EventType } from '../platforms/platform.ts'
import type { Removal } from './plan-subscriptions.ts'
import type { StoredSubscription, SubscriptionTarget } from './subscription.ts'

/** With fewer live channels the silence of all of them means nothing. */
const fewestLive = 3
/** A watch with a longer gap starts anew: what came meanwhile may never have reached us. */
const longestGapMs = 10 * 60_000
/** A channel is silent when it says nothing for this many times as long as it usually does. */
const usualTimes = 3
/** Deliveries of a change come this much later than it was seen, at most; and they may have been sent this much before. */
const lateMs = 30 * 60_000
const earlyMs = 10 * 60_000
/** A subscription is renewed after its first silence, then after a pause that doubles, and is as good as new after twice the longest. */
const renewalPauseMs = 3_600_000
const longestPauseMs = 24 * 3_600_000
/** Subscriptions that one run renews; and where nothing arrives at all, just enough to find out whether it helps. */
const mostRenewed = 30
const mostTried = 3

/** Also while it is renewed, a subscription is one that should deliver. */
const isWanted = new Set(['active', 'renewing', 'pending'])

/** The name under which everything of a platform together is watched. */
export const everything = '*'

/** What is known of the silence of one type of event, or of `everything`. */
export type EventTypeWatch = {
  event: string
  /** Since when somebody looks without a long pause. */
  watchedSince: Date
  /** Since when nothing of it arrived although several channels were live. */
  quietSince: Date
  checkedAt: Date
  renewedAt: Date | null
  /** Subscriptions that should have delivered something by now, and of these the silent ones. */
  expected: number
  silent: number
}

/** What there is to judge. */
export type SilenceInput = {
  now: number
  types: readonly EventType[]
  before: readonly EventTypeWatch[]
  stored: readonly StoredSubscription[]
  channels: readonly SubscriptionTarget[]
}

/** The watches as they are now, what is silent, and the subscriptions to be ended and asked for again, the most important first. */
export type Silence = {
  watches: EventTypeWatch[]
  silentEvents: string[]
  isEverythingSilent: boolean
  /** What is silent since this look and was not before it: types, or `everything`. */
  begun: string[]
  renewals: Removal[]
}

type Judged = { row: StoredSubscription; channel: SubscriptionTarget; isSilent: boolean }

const ms = (instant: Date | null): number => instant?.getTime() ?? Number.NEGATIVE_INFINITY

/** Whether a subscription is silent although its channel gave it something to tell; null where it gave nothing yet. Pure. */
export const isSilent = (
  { expected, quietMs }: EventType,
  row: StoredSubscription,
  { isLive, statusChangedAt }: SubscriptionTarget,
  watchedSince: number,
  now: number,
): boolean | null => {
  if (expected === undefined || statusChangedAt === null) return null
  const changedAt = statusChangedAt.getTime()
  const heardSince = Math.max(watchedSince, row.since.getTime())
  if (expected === 'while-live') {
    if (!isLive) return null
    const allowedMs = Math.max(quietMs, usualTimes * 1_000 * (row.usualGapSeconds ?? 0))
    const silentSince = Math.max(heardSince, changedAt)
    if (now - silentSince < allowedMs) return ms(row.lastEventAt) >= silentSince ? false : null
    return now - ms(row.lastEventAt) >= allowedMs
  }
  if (expected !== 'start-and-end' && isLive !== (expected === 'start')) return null
  if (changedAt - earlyMs < heardSince || now - changedAt < lateMs) return null
  return ms(row.lastEventAt) < changedAt - earlyMs
}

/** How often it counts as renewed by now. */
const renewalsOf = ({ renewals, renewedAt }: StoredSubscription, now: number): number =>
  now - ms(renewedAt) > 2 * longestPauseMs ? 0 : renewals

const mayRenew = (row: StoredSubscription, now: number): boolean => {
  const renewals = renewalsOf(row, now)
  return renewals === 0 || now - ms(row.renewedAt) >= Math.min(longestPauseMs, renewalPauseMs * 2 ** (renewals - 1))
}

const newestOf = (rows: readonly StoredSubscription[]): number =>
  rows.reduce((latest, { lastEventAt }) => Math.max(latest, ms(lastEventAt)), 0)

/**
 * Judges what arrives: each subscription against what its channel should make the platform deliver; each type over all channels, where
 * others arrive; and everything together. A silent subscription is renewed, a bounded number in a run, each after a pause that doubles.
 * Where nothing arrives at all the fault is likely to lie elsewhere, and only a few are renewed, to find out.
 */
export const judgeSilence = ({ now, types, before, stored, channels }: SilenceInput): Silence => {
  const channelOf = new Map(channels.map((channel) => [channel.channelId, channel]))
  const rowsOf = Map.groupBy(
    stored.filter(({ status, channelId }) => isWanted.has(status) && channelOf.has(channelId)),
    ({ event }) => event,
  )
  const latest = new Map(types.map(({ event }) => [event, newestOf(rowsOf.get(event) ?? [])]))
  const liveOf = (event: string): number =>
    (rowsOf.get(event) ?? []).filter(({ channelId }) => channelOf.get(channelId)!.isLive).length

  const watchOf = (event: string, newest: number, live: number): EventTypeWatch => {
    const watch = before.find((one) => one.event === event)
    const isContinued = watch !== undefined && now - watch.checkedAt.getTime() <= longestGapMs
    const watchedSince = isContinued ? watch.watchedSince : new Date(now)
    const isQuiet = isContinued && newest <= watch.quietSince.getTime() && live >= fewestLive
    const quietSince = isQuiet ? watch.quietSince : new Date(now)
    const renewedAt = watch?.renewedAt ?? null
    return { event, watchedSince, quietSince, checkedAt: new Date(now), renewedAt, expected: 0, silent: 0 }
  }

  const wasSilent = (event: string, quietMs: number): boolean =>
    before.some((one) => one.event === event && one.checkedAt.getTime() - one.quietSince.getTime() >= quietMs)

  const shortestMs = Math.min(...types.map(({ quietMs }) => quietMs))
  const most = Math.max(0, ...types.map(({ event }) => liveOf(event)))
  const whole = watchOf(everything, Math.max(0, ...latest.values()), most)
  const isEverythingSilent = now - whole.quietSince.getTime() >= shortestMs

  const silentEvents: string[] = []
  const silentRows: Judged[] = []
  const watches = types.map((type): EventTypeWatch => {
    const { event, quietMs } = type
    const watch = watchOf(event, latest.get(event)!, liveOf(event))
    const rows = (rowsOf.get(event) ?? []).filter((one) => one.status === 'active')
    const othersArrive = [...latest].some(
      ([other, at]) => other !== event && at > now - Math.max(shortestMs, quietMs / 2),
    )
    const isTypeSilent = now - watch.quietSince.getTime() >= quietMs && othersArrive
    if (isTypeSilent) silentEvents.push(event)
    const judged = rows.flatMap((row): Judged[] => {
      const channel = channelOf.get(row.channelId)!
      const told = isSilent(type, row, channel, watch.watchedSince.getTime(), now)
      if (isTypeSilent && channel.isLive) return [{ row, channel, isSilent: true }]
      return told === null ? [] : [{ row, channel, isSilent: told }]
    })
    const silent = judged.filter((one) => one.isSilent)
    silentRows.push(...silent)
    return { ...watch, expected: judged.length, silent: silent.length }
  })

  const renewals = silentRows
    .filter(({ row }) => row.platformSubscriptionId !== null && row.missingSince === null && mayRenew(row, now))
    .toSorted((a, b) => Number(b.channel.isLive) - Number(a.channel.isLive) || b.channel.size - a.channel.size)
    .slice(0, isEverythingSilent ? mostTried : mostRenewed)
    .map(({ row }) => ({ row, renewals: renewalsOf(row, now) + 1 }))
  const renewed = new Set(renewals.map(({ row }) => row.event))
  return {
    watches: [
      ...watches.map((watch) => (renewed.has(watch.event) ? { ...watch, renewedAt: new Date(now) } : watch)),
      { ...whole, expected: most >= fewestLive ? 1 : 0, silent: isEverythingSilent ? 1 : 0 },
    ],
    silentEvents,
    isEverythingSilent,
    begun: [
      ...types
        .filter(({ event, quietMs }) => silentEvents.includes(event) && !wasSilent(event, quietMs))
        .map((type) => type.event),
      ...(isEverythingSilent && !wasSilent(everything, shortestMs) ? [everything] : []),
    ],
    renewals: renewals.map(({ row, renewals }) => ({
      platformSubscriptionId: row.platformSubscriptionId!,
      rowId: row.id,
      renewals,
    })),
  }
}
