import type { SubscriptionTarget } from './subscription.ts'

const recentMs = 48 * 3_600_000
/** Larger than the logarithm of any size. */
const step = 64
/** A channel loses its slot to one of the same kind only if that is more than twice its size. */
const holderBonus = 1

/** How important a channel is: live ones first, then those live in the last two days, then by the logarithm of their size. */
const importance = ({ isLive, lastSeenOnlineAt, size }: SubscriptionTarget, now: number): number => {
  const isRecent = lastSeenOnlineAt !== null && now - lastSeenOnlineAt.getTime() < recentMs
  return (isLive ? 2 : isRecent ? 1 : 0) * step + Math.log2(1 + Math.max(0, size))
}

/** Most important first; equals in the order of their ids. */
export const byImportance = (channels: readonly SubscriptionTarget[], now: number): SubscriptionTarget[] =>
  channels
    .map((channel) => ({ channel, value: importance(channel, now) }))
    .sort((a, b) => b.value - a.value || Number(a.channel.channelId - b.channel.channelId))
    .map(({ channel }) => channel)

/**
 * The channels that get one of `slots`. Among nearly equal channels the one that has a slot keeps it, so that choosing again
 * from the same channels changes nothing.
 */
export const chooseChannels = (
  channels: readonly SubscriptionTarget[],
  slots: number,
  holds: (channel: SubscriptionTarget) => boolean,
  now: number,
): Set<bigint> => {
  if (channels.length <= slots) return new Set(channels.map(({ channelId }) => channelId))
  return new Set(
    channels
      .map((channel) => {
        const isHolder = holds(channel)
        return { channel, isHolder, value: importance(channel, now) + (isHolder ? holderBonus : 0) }
      })
      .sort(
        (a, b) =>
          b.value - a.value ||
          Number(b.isHolder) - Number(a.isHolder) ||
          Number(a.channel.channelId - b.channel.channelId),
      )
      .slice(0, Math.max(0, slots))
      .map(({ channel }) => channel.channelId),
  )
}
