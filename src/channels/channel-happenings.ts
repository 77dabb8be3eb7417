import type { NewHappening } from '../stores/postgres/happenings.ts'
import type { StoredChannel } from './observation.ts'
import type { UpsertPlan } from './plan-upsert.ts'

/** A channel has a slug again that it had lost: `slug` is the new one. */
type Regained = { channelId: bigint; slug: string; at: Date }

/**
 * What a plan makes happen to channels that are stored: `renamed` from one slug to another or after a collision, `collided` where another
 * channel took the slug, `banned` and `returned`.
 */
export const happeningsOf = (
  stored: readonly StoredChannel[],
  { changes, closePeriods }: Pick<UpsertPlan, 'changes' | 'closePeriods'>,
  regained: readonly Regained[],
): NewHappening[] => {
  const before = new Map(stored.map((channel) => [channel.id, channel]))
  const changedAt = new Map(closePeriods.map(({ channelId, at }) => [channelId, at]))
  const happenings = regained.map(
    ({ channelId, slug, at }): NewHappening => ({ kind: 'renamed', channelId, at, facts: { slug } }),
  )
  for (const { id: channelId, currentSlug: slug, isBanned, profileObservedAt } of changes) {
    const { currentSlug: previousSlug, isBanned: wasBanned } = before.get(channelId)!
    const at = changedAt.get(channelId)
    if (at && slug === null && previousSlug !== null)
      happenings.push({ kind: 'collided', channelId, at, facts: { previousSlug } })
    if (at && typeof slug === 'string' && previousSlug !== null)
      happenings.push({ kind: 'renamed', channelId, at, facts: { slug, previousSlug } })
    if (profileObservedAt && typeof isBanned === 'boolean' && isBanned !== wasBanned)
      happenings.push({ kind: isBanned ? 'banned' : 'returned', channelId, at: profileObservedAt, facts: {} })
  }
  return happenings
}
