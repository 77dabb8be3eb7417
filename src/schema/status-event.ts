import { eventListRequest, statusEvents, statusEventsOfChannel } from '../resolvers/status-events.ts'
import { builder } from './builder.ts'
import { channelOfRow } from './channel.ts'
import { connectionOfType, forwardArguments } from './connection.ts'
import { LiveStatusEnum, PlatformEnum, StatusEventTypeEnum, StatusSourceEnum, stored } from './enums.ts'
import { idOf, NodeInterface } from './node.ts'
import { listOf, listOfChannel, value } from './sql-field.ts'
import { TimeRangeInput } from './time-range.ts'

export const StatusEventType = builder.prismaObject('StatusEvent', {
  description:
    'One entry of the journal of status changes. Of a broadcast that is learned of after a newer one, previousStatus and newStatus are the same.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.id(idOf('StatusEvent')),
    cursor: t.string({
      description: 'The value that channelStatus(after:) resumes from.',
      extensions: { sql: value((event) => `${event}.id::text`, 'eventCursor') },
      resolve: ({ id }, _, { live }) => live.cursorOf(id),
    }),
    channel: t.field(channelOfRow),
    type: t.expose('eventType', { type: stored(StatusEventTypeEnum) }),
    previousStatus: t.expose('previousStatus', { type: stored(LiveStatusEnum) }),
    newStatus: t.expose('newStatus', { type: stored(LiveStatusEnum) }),
    source: t.expose('source', { type: stored(StatusSourceEnum) }),
    platformEventId: t.exposeString('platformEventId', { nullable: true }),
    occurredAt: t.expose('eventTimestamp', { type: 'DateTime' }),
    receivedAt: t.expose('receivedTimestamp', { type: 'DateTime' }),
    processedAt: t.expose('processedTimestamp', { type: 'DateTime' }),
    data: t.expose('eventData', { type: 'JSON', nullable: true, authScopes: { operator: true } }),
  }),
})

const StatusEventConnection = connectionOfType(StatusEventType)

builder.prismaObjectField('Channel', 'statusEvents', (t) =>
  t.field({
    type: StatusEventConnection,
    description: 'Newest first.',
    args: { ...forwardArguments },
    extensions: { sql: listOfChannel(eventListRequest) },
    resolve: ({ id }, args, context) => statusEventsOfChannel(context, id, args),
  }),
)

builder.queryField('statusEvents', (t) =>
  t.field({
    type: StatusEventConnection,
    description: 'Status changes of all channels, newest first; range is about occurredAt.',
    args: {
      platform: t.arg({ type: PlatformEnum }),
      type: t.arg({ type: StatusEventTypeEnum }),
      range: t.arg({ type: TimeRangeInput }),
      ...forwardArguments,
    },
    extensions: { sql: listOf(eventListRequest) },
    resolve: (_, args, context) => statusEvents(context, args),
  }),
)
