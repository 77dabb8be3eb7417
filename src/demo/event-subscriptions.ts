import type { Clock } from '../lib/clock.ts'
import { createRandom, ulid } from './random.ts'

/** One subscription: one type of event of one channel; times in epoch milliseconds. */
export type EventSubscription = {
  /** ULID. */
  readonly id: string
  readonly broadcasterUserId: number
  readonly event: string
  readonly version: number
  readonly createdAt: number
}

/** How the platform treats subscriptions; it can be changed while it runs. */
type SubscriptionSwitches = {
  /** Whether asking twice for the same makes two subscriptions, each with deliveries of its own. */
  allowsDuplicates: boolean
  /** How long the list is behind, 0 to 300,000. */
  listLagMs: number
  /** Status of an answer to POST. */
  createdStatus: 200 | 201
  /** Whether a reached limit is an error of the item, or a 400 for the rest of the request. */
  limitRefuses: 'item' | 'request'
  /** The most subscriptions of one type of event. */
  maxPerEvent: number
  /** The most subscriptions of chat messages. */
  maxChat: number
}

/** The types of events that can be subscribed to, all in version 1. */
const eventTypes = [
  'chat.message.sent',
  'channel.followed',
  'channel.subscription.new',
  'channel.subscription.renewal',
  'channel.subscription.gifts',
  'channel.reward.redemption.updated',
  'livestream.status.updated',
  'livestream.metadata.updated',
  'moderation.banned',
  'kicks.gifted',
] as const

/** The name of a type of event. */
export type EventType = (typeof eventTypes)[number]

/** Whether something with this name can be subscribed to. */
export const isEventType = (name: string): name is EventType => (eventTypes as readonly string[]).includes(name)

/** The subscriptions of the app. */
export type EventSubscriptions = {
  readonly switches: SubscriptionSwitches
  readonly count: number
  /** A new subscription, or the existing one when duplicates are not allowed; null when the limit of the type is reached. */
  create(broadcasterUserId: number, event: EventType): EventSubscription | null
  /** Adds a subscription from before a restart of the platform. */
  restore(id: string, broadcasterUserId: number, event: EventType): void
  /** Unknown ids change nothing. */
  remove(ids: readonly string[]): void
  /** Removes those that match; returns how many. */
  removeWhere(matches: (subscription: EventSubscription) => boolean): number
  /** The active subscriptions of this type and channel. */
  of(broadcasterUserId: number, event: string): readonly EventSubscription[]
  /** The platform's list, in the order of creation and behind by the lag. */
  list(): EventSubscription[]
}

const key = (broadcasterUserId: number, event: string): string => `${broadcasterUserId} ${event}`

/** Starts without subscriptions; their ids follow from seed, clock and order. */
export const createEventSubscriptions = (clock: Clock, seed: number): EventSubscriptions => {
  const switches: SubscriptionSwitches = {
    allowsDuplicates: true,
    listLagMs: 0,
    createdStatus: 200,
    limitRefuses: 'item',
    maxPerEvent: 10_000,
    maxChat: 1_000,
  }
  const random = createRandom(seed)
  const active = new Map<string, EventSubscription>()
  const byKey = new Map<string, EventSubscription[]>()
  const counts = new Map<string, number>()
  /** Deleted subscriptions that a lagging list still shows. */
  const deleted = new Map<string, { row: EventSubscription; at: number }>()

  const put = (id: string, broadcasterUserId: number, event: EventType): EventSubscription => {
    const row = { id, broadcasterUserId, event, version: 1, createdAt: clock() }
    const name = key(broadcasterUserId, event)
    active.set(id, row)
    counts.set(event, (counts.get(event) ?? 0) + 1)
    byKey.set(name, [...(byKey.get(name) ?? []), row])
    return row
  }

  const drop = (row: EventSubscription): void => {
    active.delete(row.id)
    counts.set(row.event, counts.get(row.event)! - 1)
    const name = key(row.broadcasterUserId, row.event)
    const rest = byKey.get(name)!.filter(({ id }) => id !== row.id)
    if (rest.length > 0) byKey.set(name, rest)
    else byKey.delete(name)
    if (switches.listLagMs > 0) deleted.set(row.id, { row, at: clock() })
  }

  const removeWhere = (matches: (row: EventSubscription) => boolean): number => {
    const rows = [...active.values()].filter(matches)
    rows.forEach(drop)
    return rows.length
  }

  return {
    switches,
    get count() {
      return active.size
    },
    create(broadcasterUserId, event) {
      const same = byKey.get(key(broadcasterUserId, event))
      if (same && !switches.allowsDuplicates) return same[0]!
      const most = event === 'chat.message.sent' ? switches.maxChat : switches.maxPerEvent
      return (counts.get(event) ?? 0) < most ? put(ulid(clock(), random), broadcasterUserId, event) : null
    },
    restore(id, broadcasterUserId, event) {
      if (!active.has(id)) put(id, broadcasterUserId, event)
    },
    remove(ids) {
      for (const id of ids) {
        const row = active.get(id)
        if (row) drop(row)
      }
    },
    removeWhere,
    of: (broadcasterUserId, event) => byKey.get(key(broadcasterUserId, event)) ?? [],
    list() {
      const before = clock() - switches.listLagMs
      for (const [id, { at }] of deleted) if (at <= before) deleted.delete(id)
      const gone = [...deleted.values()].map(({ row }) => row)
      return [...gone, ...active.values()]
        .filter(({ createdAt }) => createdAt <= before)
        .sort((a, b) => a.createdAt - b.createdAt)
    },
  }
}
