import { queryFromInfo } from '@pothos/plugin-prisma'
import { channelOf } from '../resolvers/channels.ts'
import { eventCursor, statusEvents, statusEventsOfChannel } from '../resolvers/status-events.ts'
import { builder } from './builder.ts'
import { ChannelType } from './channel.ts'
import { connectionOfType, forwardArguments } from './connection.ts'
import { LiveStatusEnum, PlatformEnum, StatusEventTypeEnum, StatusSourceEnum } from './enums.ts'
import { idOf, NodeInterface } from './node.ts'
import { TimeRangeInput } from './time-range.ts'

export const StatusEventType = builder.prismaObject('StatusEvent', {
  description:
    'One entry of the journal of status changes. Of a broadcast that is learned of after a newer one, previousStatus and newStatus are the same.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.id({ resolve: idOf('StatusEvent') }),
    cursor: t.string({
      description: 'The value that channelStatus(after:) resumes from.',
      resolve: (event, _, context) => eventCursor(context, event),
    }),
    channel: t.field({
      type: ChannelType,
      resolve: (event, _, context, info) => channelOf(context, event, queryFromInfo({ context, info })),
    }),
    type: t.field({ type: StatusEventTypeEnum, resolve: ({ eventType }) => eventType as never }),
    previousStatus: t.field({ type: LiveStatusEnum, resolve: ({ previousStatus }) => previousStatus as never }),
    newStatus: t.field({ type: LiveStatusEnum, resolve: ({ newStatus }) => newStatus as never }),
    source: t.field({ type: StatusSourceEnum, resolve: ({ source }) => source as never }),
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
    resolve: (_, args, context) => statusEvents(context, args),
  }),
)
