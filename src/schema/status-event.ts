import { maxNamed } from '../resolvers/channel-filter.ts'
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
    'One entry of the journal of status changes. It says what was known when it was written: a later correction moves the session, not the entry. Of a broadcast that is learned of after a newer one, previousStatus and newStatus are the same.',
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
    occurredAt: t.expose('eventTimestamp', {
      type: 'DateTime',
      description: 'When it happened on the platform, as far as is known. Never later than receivedAt.',
    }),
    receivedAt: t.expose('receivedTimestamp', {
      type: 'DateTime',
      description:
        'When we received what made it: the delivery, for the first time, or the whole answer to a poll. Never later than processedAt.',
    }),
    processedAt: t.expose('processedTimestamp', {
      type: 'DateTime',
      description: 'When the database was updated, by the clock of the database.',
    }),
    data: t.expose('eventData', {
      type: 'JSON',
      nullable: true,
      description:
        'What made the event, without credentials: the body of the delivery, or the row of the answer to a poll. An inferred end says what it was inferred from (inferredFrom). More than 8 KiB is cut, and truncated is true.',
      authScopes: { operator: true },
    }),
  }),
})

const eventArguments = builder.args((t) => ({
  type: t.field({ type: StatusEventTypeEnum }),
  range: t.field({ type: TimeRangeInput }),
}))

const StatusEventConnection = connectionOfType(StatusEventType)

builder.prismaObjectField('Channel', 'statusEvents', (t) =>
  t.field({
    type: StatusEventConnection,
    description: 'Newest first; with a range those that occurred in it, by when they occurred.',
    args: { ...eventArguments, ...forwardArguments },
    extensions: { sql: listOfChannel(eventListRequest) },
    resolve: ({ id }, args, context) => statusEventsOfChannel(context, id, args),
  }),
)

builder.queryField('statusEvents', (t) =>
  t.field({
    type: StatusEventConnection,
    description:
      'Status changes of all channels, or of those named, newest first; with a range those that occurred in it, by when they occurred.',
    args: {
      channels: t.arg.idList({
        description: `Of these channels only, each by its global id, ULID or channelId; at most ${maxNamed} together with slugs. One that nobody has has no events.`,
      }),
      slugs: t.arg.stringList({
        description:
          'Of the channels that have these slugs, else of those that had them last; on all platforms unless one is given.',
      }),
      platform: t.arg({ type: PlatformEnum }),
      ...eventArguments,
      ...forwardArguments,
    },
    extensions: { sql: listOf(eventListRequest) },
    resolve: (_, args, context) => statusEvents(context, args),
  }),
)
