import type { Platform, PlatformName } from '../platforms/platform.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { statement } from '../stores/postgres/statement.ts'
import type { Waits } from './erasure-outcome.ts'
import type { ChannelSubject } from './subject.ts'

const noteRemoved = statement(
  'channel_delete_subscriptions_removed',
  `INSERT INTO dm.event_subscription_removal (platform, platform_subscription_id, removed_at) SELECT $1, unnest($2::text[]), now()
   ON CONFLICT (platform, platform_subscription_id) DO UPDATE SET removed_at = excluded.removed_at`,
)

/** Ends what the platform would still deliver of a deleted channel; null when there is nothing any more, else what is waited for. */
export const endDeliveries = async (
  db: Transaction,
  platforms: ReadonlyMap<PlatformName, Platform> | null,
  { platform, platformUserId, isSubscribed }: ChannelSubject,
  signal: AbortSignal,
): Promise<Waits | null> => {
  if (platforms === null) {
    if (!isSubscribed) return null
    return {
      kind: 'waits',
      forWhat: `A running server has to end the event subscriptions of the channel with ${platform}.`,
      seconds: 60,
    }
  }
  const api = platforms.get(platform)?.eventSubscriptions
  if (!api) return null
  const silent = {
    kind: 'waits',
    forWhat: `${platform} does not end its event subscriptions now.`,
    seconds: 15,
  } as const
  const listed = await api.list(signal)
  if (!listed.ok) return silent
  const ids = listed.value.filter((one) => one.platformUserId === platformUserId).map(({ id }) => id)
  for (let start = 0; start < ids.length; start += api.removeBatchSize) {
    const batch = ids.slice(start, start + api.removeBatchSize)
    const removed = await api.remove(batch, signal)
    // One that is refused is gone already; if it is not, the list shows it again.
    if (!removed.ok && removed.failure.kind !== 'rejected') return silent
    await db.query(noteRemoved, [platform, batch])
  }
  return null
}
