import type { StatusEvent } from '../../prisma/generated/client/client.ts'
import type { PlatformName } from '../platforms/platform.ts'
import { statement } from '../stores/postgres/statement.ts'
import type { TimeRange } from '../telemetry/buckets.ts'
import type { Context } from './context.ts'
import { type Connection, connectionOf, type PageArguments, pageOf, pageRequest } from './page.ts'
import { byId, paddedIds } from './prisma-selection.ts'
import { requireRange } from './time-range.ts'

export type StatusEventArguments = Pick<PageArguments, 'first' | 'after'> & {
  platform?: PlatformName | null
  type?: 'stream_start' | 'stream_end' | 'connection_test' | null
  range?: TimeRange | null
}

/**
 * The list that cursors of status events are signed for. Numbers of the journal are given in the order of commits, so one order
 * serves every list of events.
 */
export const eventList = 'status events by number'

const eventsOfChannels = statement(
  'status_events_of_channels',
  `SELECT e.id, e.channel_id AS "channelId", e.session_started_at AS "sessionStartedAt", e.event_type AS "eventType",
     e.previous_status AS "previousStatus", e.new_status AS "newStatus", e.source, e.platform_event_id AS "platformEventId",
     e.event_timestamp AS "eventTimestamp", e.received_timestamp AS "receivedTimestamp",
     e.processed_timestamp AS "processedTimestamp", e.event_data AS "eventData"
   FROM unnest($1::bigint[]) AS c (id)
   CROSS JOIN LATERAL (
     SELECT * FROM dm.status_event e WHERE e.channel_id = c.id AND e.id < coalesce($3::bigint, 9223372036854775807)
     ORDER BY e.id DESC LIMIT $2) e`,
)

const connection = async (
  context: Context,
  found: readonly StatusEvent[],
  request: Parameters<typeof pageOf>[1],
): Promise<Connection<StatusEvent>> =>
  connectionOf(pageOf(found, request), await context.cursors.known(), eventList, ({ id }) => [
    id.toString(),
    id.toString(),
  ])

/** The events with these numbers, in one statement; numbers without an event are left out. */
export const findStatusEvents = async (
  { prisma }: Context,
  ids: readonly bigint[],
): Promise<Map<bigint, StatusEvent>> =>
  ids.length === 0 ? new Map() : byId(await prisma.statusEvent.findMany({ where: { id: { in: paddedIds(ids) } } }))

/** A page of all status events, newest first. */
export const statusEvents = async (
  context: Context,
  { platform, type, range, ...page }: StatusEventArguments,
): Promise<Connection<StatusEvent>> => {
  const span = range == null ? null : requireRange('range', range)
  const request = await pageRequest(context, eventList, page)
  const found = await context.prisma.statusEvent.findMany({
    where: {
      ...(request.beyond && { id: { lt: BigInt(request.beyond[0]) } }),
      ...(type != null && { eventType: type }),
      ...(platform != null && { channel: { platform } }),
      // An event is processed after it happened: the second condition lets Postgres skip the months before.
      ...(span && { eventTimestamp: { gte: span.from, lt: span.to }, processedTimestamp: { gte: span.from } }),
    },
    orderBy: { id: 'desc' },
    take: request.limit + 1,
  })
  return connection(context, found, request)
}

/** A page of a channel's status events, newest first; one statement serves every channel that asks for the same page. */
export const statusEventsOfChannel = async (
  context: Context,
  channelId: bigint,
  page: Pick<PageArguments, 'first' | 'after'>,
): Promise<Connection<StatusEvent>> => {
  const request = await pageRequest(context, eventList, page)
  const rows = await context.loaders.load(eventList, request, channelId, async (channelIds) =>
    Map.groupBy(
      await context.databases.dm.query<StatusEvent>(eventsOfChannels, [
        channelIds,
        request.limit + 1,
        request.beyond?.[0] ?? null,
      ]),
      (row) => row.channelId,
    ),
  )
  return connection(context, rows ?? [], request)
}

/** The cursor from which a subscription resumes after this event; UNAVAILABLE before the journal was first reached. */
export const eventCursor = ({ live }: Context, { id }: StatusEvent): string => live.cursorOf(id)
