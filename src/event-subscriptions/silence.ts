import type { ModelRows } from '../../prisma/generated/models.ts'
import type { EventType } from '../platforms/platform.ts'
import { expressions, select } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import type { Removal } from './plan-subscriptions.ts'
import type { StoredSubscription, SubscriptionTarget } from './subscription.ts'

const readSilences = statement(
  'subscriptions_quiet',
  sql`SELECT ${select('EventTypeWatch', ['platform', 'event', 'expected', 'silent'])},
     ${expressions<{ quietSeconds: number }>({ quietSeconds: 'greatest(0, extract(epoch FROM checked_at - quiet_since))::float8' })}
   FROM dm.event_type_watch ORDER BY platform, event`,
)

/** How silent a type of event, or `everything` of a platform, was at the last reconciliation. */
export type EventSilence = {
  platform: string
  event: string
  /** For how long nothing arrived although several channels were live. */
  quietSeconds: number
  /** Subscriptions that should have delivered something by now, and of these the silent ones. */
  expected: number
  silent: number
}

/** The silence of every type. */
export const eventSilences = (db: Transaction): Promise<EventSilence[]> => db.query(readSilences)

/** With fewer live channels the silence of all of them means nothing. */
const fewestLive = 3
/** After a longer gap between checks a watch starts again: deliveries of that time may never have reached us. */
const longestGapMs = 10 * 60_000
/** A channel is silent after this many times its usual gap between events. */
const usualTimes = 3
/** How long after a change was seen its delivery may arrive. */
const lateMs = 30 * 60_000
/** How long before a change was seen its delivery may have been sent. */
const earlyMs = 10 * 60_000
/** The pause between two renewals of a subscription. It doubles up to the longest; after twice the longest the count starts again. */
const renewalPauseMs = 3_600_000
const longestPauseMs = 24 * 3_600_000
/** How many subscriptions one run renews. */
const mostRenewed = 30
/** The same where nothing arrives at all: just enough to find out whether renewing helps. */
const mostTried = 3

/** The states in which a subscription should deliver. */
const isWanted = new Set(['active', 'renewing', 'pending'])

/** The event that stands for all types of a platform together. */
export const everything = '*'

/** What is known of the silence of one type of event, or of `everything`. */
export type EventTypeWatch = Omit<ModelRows['EventTypeWatch'], 'platform'>

type SilenceInput = {
  now: number
  types: readonly EventType[]
  before: readonly EventTypeWatch[]
  stored: readonly StoredSubscription[]
  channels: readonly SubscriptionTarget[]
}

type Silence = {
  watches: EventTypeWatch[]
  silentEvents: string[]
  isEverythingSilent: boolean
  /** Types, or `everything`, that became silent since the last check. */
  begun: string[]
  /** Subscriptions to end and to ask for again, the most important first. */
  renewals: Removal[]
}

type Judged = { row: StoredSubscription; channel: SubscriptionTarget; isSilent: boolean }

const ms = (instant: Date | null): number => instant?.getTime() ?? Number.NEGATIVE_INFINITY

/** Whether a subscription is silent although its channel did something that it should report; null when the channel did not. */
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

/** How often in a row a subscription was renewed; 0 once the last renewal is long ago. */
const renewalsOf = ({ renewals, renewedAt }: StoredSubscription, now: number): number =>
  now - ms(renewedAt) > 2 * longestPauseMs ? 0 : renewals

const mayRenew = (row: StoredSubscription, now: number): boolean => {
  const renewals = renewalsOf(row, now)
  return renewals === 0 || now - ms(row.renewedAt) >= Math.min(longestPauseMs, renewalPauseMs * 2 ** (renewals - 1))
}

const newestOf = (rows: readonly StoredSubscription[]): number =>
  rows.reduce((latest, { lastEventAt }) => Math.max(latest, ms(lastEventAt)), 0)

/**
 * Judges what arrives: each subscription by what its channel did; each type over all channels, if other types arrive; and
 * everything together. Silent subscriptions are renewed, a bounded number in a run, each after a pause that doubles. Where
 * nothing arrives at all the fault is probably elsewhere, and only a few are renewed to find out.
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
      const silence = isSilent(type, row, channel, watch.watchedSince.getTime(), now)
      if (isTypeSilent && channel.isLive) return [{ row, channel, isSilent: true }]
      return silence === null ? [] : [{ row, channel, isSilent: silence }]
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
