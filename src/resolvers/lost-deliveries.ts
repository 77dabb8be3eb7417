import type { StreamSession } from '../../prisma/generated/client/client.ts'
import {
  listUntoldChanges,
  tellingEvents,
  tellingMs,
  type UntoldChange,
} from '../event-subscriptions/untold-changes.ts'
import type { PlatformName } from '../platforms/platform.ts'
import type { TimeRange } from '../telemetry/buckets.ts'
import { parseChannelReference } from './channel-reference.ts'
import { channelIdOf } from './channels.ts'
import type { Context } from './context.ts'
import { type Connection, type PageArguments, type PageRequest, readPage } from './page.ts'
import type { Position } from './page-cursor.ts'
import { findSessions } from './sessions.ts'
import { requireRange } from './time-range.ts'
import { checkedType } from './webhook-statistics.ts'

export type LostDeliveryArguments = Pick<PageArguments, 'first' | 'after'> & {
  range: TimeRange
  channel?: string | null
  platform?: PlatformName | null
  eventType?: string | null
}

const positionOf = ({ at, sessionId, change, event }: UntoldChange): Position => [
  at.toISOString(),
  JSON.stringify([sessionId.toString(), change, event]),
]

const placeOf = ([at, rest]: Position) => {
  const [sessionId, change, event] = JSON.parse(rest) as [string, UntoldChange['change'], string]
  return { at: new Date(at), sessionId: BigInt(sessionId), change, event }
}

/** A page of the starts and ends of broadcasts that no delivery told although one should have, newest first; none of a channel that is not known. */
export const lostDeliveries = async (
  context: Context,
  { range, channel, platform, eventType, ...page }: LostDeliveryArguments,
): Promise<Connection<UntoldChange>> => {
  const { from, to } = requireRange('range', range)
  const event = eventType == null ? null : checkedType(eventType)
  const channelId = channel == null ? null : await channelIdOf(context, parseChannelReference('channel', channel))
  const isNowhere = channel != null && channelId === null
  const now = context.clock()
  const read = async ({ beyond, limit }: PageRequest) => {
    if (isNowhere) return []
    return listUntoldChanges(context.databases.dm, {
      ...tellingEvents(context.platforms.values()),
      ...{ from: from.getTime(), to: Math.min(to.getTime(), now - tellingMs) },
      ...{ channelId, platform: platform ?? null, event },
      ...{ beyond: beyond && placeOf(beyond), limit },
    })
  }
  return readPage(context, 'lost deliveries by change', page, read, positionOf)
}

/** The broadcast that began or ended; null where it is gone since. One statement for all of an operation. */
export const sessionOfLost = async (context: Context, { sessionId }: UntoldChange): Promise<StreamSession | null> =>
  (await context.loaders.load('session', null, sessionId, (ids) => findSessions(context, ids))) ?? null
