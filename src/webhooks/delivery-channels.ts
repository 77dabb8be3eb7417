import { columnsOfRows } from '../lib/json-rows.ts'
import type { PlatformName } from '../platforms/platform.ts'
import type { DeliveredFact } from '../platforms/webhook-source.ts'
import { expressions } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import type { Delivery } from './delivery.ts'

/** A delivery and the fact in it. */
export type DeliveryReading = { delivery: Delivery; fact: DeliveredFact }

/** The channel that a delivery is about, and the subscription that would deliver this event of it. */
export type DeliveryChannel = {
  channelId: bigint
  slug: string | null
  subscription: {
    id: bigint
    platformId: string | null
    /** Requested, and its id is not known yet. */
    isPending: boolean
  } | null
}

type KnownRow = {
  platform: PlatformName
  platformUserId: string
  event: string
  channelId: bigint
  slug: string | null
  subscriptionId: bigint | null
  platformSubscriptionId: string | null
  status: string
}

const readKnown = statement(
  'webhook_read_known',
  sql`SELECT ${expressions<KnownRow>({
    platform: 'v.platform',
    platformUserId: 'v.user_id',
    event: 'v.event',
    channelId: 'c.id',
    slug: 'c.current_slug',
    subscriptionId: 's.id',
    platformSubscriptionId: 's.platform_subscription_id',
    status: 's.status',
  })}
   FROM unnest($1::text[], $2::text[], $3::text[]) AS v(platform, user_id, event)
   JOIN dm.streamer_channel c ON c.platform = v.platform AND c.platform_user_id = v.user_id
   LEFT JOIN dm.event_subscription s ON s.channel_id = c.id AND s.event = v.event`,
)

const keyOf = (platform: string, userId: string, event: string): string => `${platform} ${userId} ${event}`

const broadcasterId = (fact: DeliveredFact): string | null =>
  'broadcaster' in fact ? (fact.broadcaster?.platformUserId ?? null) : null

/** The channel of each reading, null for one that is not tracked; one statement. */
export const readDeliveryChannels = async (
  db: Transaction,
  readings: readonly DeliveryReading[],
): Promise<(DeliveryChannel | null)[]> => {
  const keys = readings.map(({ delivery: { source, eventType }, fact }) => {
    const userId = broadcasterId(fact)
    return userId === null ? null : { source, userId, eventType, key: keyOf(source, userId, eventType) }
  })
  const asked = [...new Map(keys.flatMap((one) => (one ? [[one.key, one] as const] : []))).values()]
  const columns = columnsOfRows(asked, 'source', 'userId', 'eventType')
  const rows = asked.length > 0 ? await db.query(readKnown, columns) : []
  const known = new Map(
    rows.map((row): [string, DeliveryChannel] => [
      keyOf(row.platform, row.platformUserId, row.event),
      {
        channelId: row.channelId,
        slug: row.slug,
        subscription:
          row.subscriptionId === null
            ? null
            : {
                id: row.subscriptionId,
                platformId: row.platformSubscriptionId,
                isPending: row.status === 'pending' || row.status === 'renewing',
              },
      },
    ]),
  )
  return keys.map((one) => (one && known.get(one.key)) ?? null)
}
