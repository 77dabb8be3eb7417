import type { Observed } from '../../prisma/generated/models.ts'
import { factsOf } from '../stores/postgres/model.ts'
import type { ChannelObservation, StoredChannel } from './observation.ts'

/** Columns an observation sets on a stored channel; absent means unchanged. */
type ChannelChange = Observed<'Channel'> & {
  id: bigint
  /** The new slug; null when another channel has taken it. */
  currentSlug?: string | null
  profileObservedAt?: Date
  slugObservedAt?: Date
}

type NewChannel = ChannelObservation & {
  /** Null when another channel was seen with this slug more recently. */
  currentSlug: string | null
  /** False for a placeholder, with which the channel was never seen. */
  slugObserved: boolean
}

type Collision = { slug: string; at: Date; winner: string; loser: string }

/** Everything a batch of observations changes. */
export type UpsertPlan = {
  inserts: NewChannel[]
  changes: ChannelChange[]
  /** Channels whose slug must be released before others take it. */
  releases: bigint[]
  closePeriods: { channelId: bigint; at: Date }[]
  openPeriods: { channelId: bigint; slug: string; at: Date }[]
  /** Platform user ids whose slug is not known any more, and which must be looked up. */
  lookups: string[]
  collisions: Collision[]
}

/** The slug of a channel that was seen without one. */
const placeholderSlug = (platformUserId: string): string => `unknown-${platformUserId}`.toLowerCase()

/** The profile columns that differ, if the observation is newer than what is stored. */
const profileChange = (stored: StoredChannel, seen: ChannelObservation): Partial<ChannelChange> => {
  if (seen.observedAt <= stored.profileObservedAt) return {}
  const change: Partial<ChannelChange> = {}
  for (const field of factsOf('Channel')) {
    const value = seen[field]
    if (value !== undefined && value !== stored[field]) Object.assign(change, { [field]: value })
  }
  return change
}

type SlugHolding = { userId: string; slug: string; at: Date; holderNow: boolean }

/** Newest holding first. At equal instants the present holder comes first, then the lower user id, so that the order of rows never decides. */
const byStrength = (a: SlugHolding, b: SlugHolding): number =>
  b.at.getTime() - a.at.getTime() || Number(b.holderNow) - Number(a.holderNow) || (a.userId < b.userId ? -1 : 1)

/** The strongest holding of every slug that is stored or was observed. */
const strongestHoldings = (
  stored: readonly StoredChannel[],
  fresh: readonly ChannelObservation[],
): Map<string, SlugHolding> => {
  const holdings = new Map<string, SlugHolding>()
  const add = (holding: SlugHolding) => {
    const other = holdings.get(holding.slug)
    if (!other || byStrength(holding, other) < 0) holdings.set(holding.slug, holding)
  }
  for (const channel of stored) {
    // This includes a holder that now has another slug: before its last instant nobody else had this one.
    if (channel.currentSlug === null) continue
    add({ userId: channel.platformUserId, slug: channel.currentSlug, at: channel.slugObservedAt, holderNow: true })
  }
  const storedById = new Map(stored.map((channel) => [channel.platformUserId, channel]))
  for (const seen of fresh) {
    const holderNow = storedById.get(seen.platformUserId)?.currentSlug === seen.slug
    add({ userId: seen.platformUserId, slug: seen.slug!, at: seen.observedAt, holderNow })
  }
  return holdings
}

/**
 * Decides what a batch with at most one observation of each user changes. `stored` has the observed channels and every channel
 * that holds an observed slug. With `recordUnchanged`, the instants of observations that change nothing are stored too.
 */
export const planUpsert = (
  stored: readonly StoredChannel[],
  observations: readonly ChannelObservation[],
  { recordUnchanged = true }: { recordUnchanged?: boolean } = {},
): UpsertPlan => {
  const plan: UpsertPlan = {
    inserts: [],
    changes: [],
    releases: [],
    closePeriods: [],
    openPeriods: [],
    lookups: [],
    collisions: [],
  }
  const storedById = new Map(stored.map((channel) => [channel.platformUserId, channel]))
  const seenById = new Map(observations.map((seen) => [seen.platformUserId, seen]))
  const named = observations.map((seen) =>
    seen.slug === undefined && !storedById.has(seen.platformUserId)
      ? { ...seen, slug: placeholderSlug(seen.platformUserId), placeholder: true }
      : seen,
  )
  // A placeholder is the weakest holding: a channel that was seen with that slug is stronger.
  const fresh = named
    .filter(
      (seen) =>
        seen.slug !== undefined &&
        seen.observedAt > (storedById.get(seen.platformUserId)?.slugObservedAt ?? new Date(-1)),
    )
    .map((seen) => ('placeholder' in seen ? { ...seen, observedAt: new Date(0) } : seen))
  const holdings = strongestHoldings(stored, fresh)
  const freshById = new Map(fresh.map((seen) => [seen.platformUserId, seen]))

  const wins = (userId: string, slug: string): boolean => holdings.get(slug)?.userId === userId
  const lose = (userId: string, slug: string) => {
    plan.lookups.push(userId)
    const winner = holdings.get(slug)!
    plan.collisions.push({ slug, at: winner.at, winner: winner.userId, loser: userId })
  }

  for (const seen of named) {
    if (storedById.has(seen.platformUserId)) continue
    const slug = seen.slug!
    const placeholder = 'placeholder' in seen
    const won = wins(seen.platformUserId, slug)
    if (!won && !placeholder) lose(seen.platformUserId, slug)
    plan.inserts.push({ ...seen, currentSlug: won ? slug : null, slugObserved: !placeholder })
  }

  for (const channel of stored) {
    const seen = seenById.get(channel.platformUserId)
    const holding = freshById.get(channel.platformUserId)
    const change: ChannelChange = { id: channel.id, ...(seen ? profileChange(channel, seen) : {}) }
    const isRecorded = recordUnchanged || Object.keys(change).length > 1
    if (isRecorded && seen && seen.observedAt > channel.profileObservedAt) change.profileObservedAt = seen.observedAt
    if (holding) {
      const next = wins(channel.platformUserId, holding.slug!) ? holding.slug! : null
      if (next === null && channel.currentSlug !== null) lose(channel.platformUserId, holding.slug!)
      if (next !== channel.currentSlug) {
        change.currentSlug = next
        plan.closePeriods.push({ channelId: channel.id, at: holding.observedAt })
        if (next !== null) plan.openPeriods.push({ channelId: channel.id, slug: next, at: holding.observedAt })
      }
      if (next !== channel.currentSlug || recordUnchanged) change.slugObservedAt = holding.observedAt
    } else if (channel.currentSlug !== null && !wins(channel.platformUserId, channel.currentSlug)) {
      const winner = holdings.get(channel.currentSlug)!
      lose(channel.platformUserId, channel.currentSlug)
      change.currentSlug = null
      plan.closePeriods.push({ channelId: channel.id, at: winner.at })
    }
    if (change.currentSlug !== undefined && channel.currentSlug !== null) plan.releases.push(channel.id)
    if (Object.keys(change).length > 1) plan.changes.push(change)
  }
  return plan
}

/** Whether there is nothing to write. */
export const isEmptyPlan = (plan: UpsertPlan): boolean => plan.inserts.length === 0 && plan.changes.length === 0
