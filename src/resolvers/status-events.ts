import type { StatusEvent } from '../../prisma/generated/client/client.ts'
import { select, tableOf } from '../stores/postgres/model.ts'
import type { TimeRange } from '../telemetry/buckets.ts'
import type { Context } from './context.ts'
import { channelsNamed, type NamedChannels } from './named-channels.ts'
import { type Connection, type PageArguments, type PageRequest, readPage } from './page.ts'
import type { Position } from './page-cursor.ts'
import { byId, paddedIds } from './prisma-selection.ts'
import { type Condition, type ListRequest, pageRowsOfChannel, type RowList, selectPage } from './row-list.ts'
import { requireRange } from './time-range.ts'

export type ChannelEventArguments = Pick<PageArguments, 'first' | 'after'> & {
  type?: 'stream_start' | 'stream_end' | 'connection_test' | null
  range?: TimeRange | null
}

export type StatusEventArguments = ChannelEventArguments & NamedChannels

/** Status events, newest first. The ids of the journal follow the order of commits, so they order every list of events. */
const eventList: RowList<'StatusEvent'> = {
  name: 'status events by number',
  model: 'StatusEvent',
  key: (event) => `${event}.id`,
  type: 'bigint',
  hasTies: false,
  ascending: false,
}

/** Status events of a range, by when they happened: nothing of the journal outside of the range is read for them. */
const eventsOfRange: RowList<'StatusEvent'> = {
  name: 'status events by time',
  model: 'StatusEvent',
  key: (event) => `${event}.event_timestamp`,
  type: 'timestamptz',
  keyText: (event) => `to_char(${event}.event_timestamp, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
  hasTies: true,
  ascending: false,
}

/** The list of status events with these arguments, of all channels or of those named. The range is about when they happened. */
export const eventListRequest = ({ type, range, ...named }: StatusEventArguments): ListRequest<'StatusEvent'> => {
  const { platform } = named
  const among = channelsNamed(named)
  const conditions: Condition[] = []
  if (type != null) conditions.push({ name: 'type', values: [type], sql: (e, [p]) => `${e}.event_type = ${p}::text` })
  if (platform != null)
    conditions.push({
      name: 'platform',
      values: [platform],
      sql: (e, [p]) =>
        `EXISTS (SELECT FROM ${tableOf('Channel')} c WHERE c.id = ${e}.channel_id AND c.platform = ${p}::text)`,
    })
  if (range != null) {
    const { from, to } = requireRange('range', range)
    conditions.push({
      name: 'range',
      values: [from, to],
      // An event is processed after it happened, so the last condition lets Postgres skip the months before.
      sql: (e, [from, to]) =>
        `${e}.event_timestamp >= ${from}::timestamptz AND ${e}.event_timestamp < ${to}::timestamptz AND ${e}.processed_timestamp >= ${from}::timestamptz`,
    })
  }
  return { list: range == null ? eventList : eventsOfRange, conditions, among }
}

const positionIn =
  (list: RowList) =>
  ({ id, eventTimestamp }: StatusEvent): Position => [
    list === eventsOfRange ? eventTimestamp.toISOString() : id.toString(),
    id.toString(),
  ]

/** The events with these ids, in one statement; ids without an event are left out. */
export const findStatusEvents = async (
  { prisma }: Context,
  ids: readonly bigint[],
): Promise<Map<bigint, StatusEvent>> =>
  ids.length === 0 ? new Map() : byId(await prisma.statusEvent.findMany({ where: { id: { in: paddedIds(ids) } } }))

/** A page of all status events, newest first. */
export const statusEvents = async (context: Context, args: StatusEventArguments): Promise<Connection<StatusEvent>> => {
  const asked = eventListRequest(args)
  const columns = select('StatusEvent', undefined, 'r')
  const read = (request: PageRequest) => {
    const { statement, values } = selectPage('status_events', asked, request, columns)
    return context.databases.dm.query(statement, values)
  }
  return readPage(context, asked.list.name, args, read, positionIn(asked.list))
}

/** A page of a channel's status events, newest first; one statement serves all channels with the same arguments. */
export const statusEventsOfChannel = (
  context: Context,
  channelId: bigint,
  args: ChannelEventArguments,
): Promise<Connection<StatusEvent>> => {
  const asked = eventListRequest(args)
  const read = (request: PageRequest) =>
    pageRowsOfChannel(context, 'status_events_of_channels', asked, request, channelId)
  return readPage(context, asked.list.name, args, read, positionIn(asked.list))
}
