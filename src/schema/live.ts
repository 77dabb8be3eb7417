import type { SessionChapterChange, StatusChange, StatusGap, StatusSnapshot, ViewerSample } from '../live/message.ts'
import type { PlatformName } from '../platforms/platform.ts'
import {
  type ChannelStatusMessage,
  channelStatus,
  chat,
  type LiveArguments,
  type SessionChapterMessage,
  sessionChapters,
  viewerCount,
} from '../resolvers/live.ts'
import { builder } from './builder.ts'
import { ChannelType } from './channel.ts'
import { ChatMessageType } from './chat.ts'
import { defaultPlatform, LiveStatusEnum, PlatformEnum, platformValue } from './enums.ts'
import { SessionChapterType, StreamSessionType } from './session.ts'
import { StatusEventType } from './status-event.ts'

const StatusSnapshotType = builder.objectRef<StatusSnapshot>('StatusSnapshot').implement({
  description: 'State of a channel at the start of a subscription.',
  fields: (t) => ({
    channel: t.expose('channel', { type: ChannelType }),
    status: t.field({ type: LiveStatusEnum, resolve: ({ channel }) => channel.status as never }),
    session: t.expose('session', {
      type: StreamSessionType,
      nullable: true,
      description: 'The broadcast that lasts; null when the channel is not live.',
    }),
    cursor: t.exposeString('cursor', { description: 'Give it as after to go on from here.' }),
    asOf: t.expose('asOf', { type: 'DateTime', description: 'When the channel was in this state.' }),
    isLast: t.exposeBoolean('isLast', {
      description:
        'True for the last snapshot. Until it has come, a client that loses its connection begins anew instead of going on from the cursor, because snapshots are missing.',
    }),
  }),
})

const StatusChangeType = builder.objectRef<StatusChange>('StatusChange').implement({
  description: 'One event of the journal, in order.',
  fields: (t) => ({
    event: t.expose('event', { type: StatusEventType }),
    channel: t.expose('channel', { type: ChannelType, description: 'As it is when the event is sent.' }),
    session: t.expose('session', {
      type: StreamSessionType,
      nullable: true,
      description: 'The broadcast that began or ended.',
    }),
    cursor: t.exposeString('cursor', { description: 'Give it as after to go on from here.' }),
  }),
})

const StatusGapType = builder.objectRef<StatusGap>('StatusGap').implement({
  description: 'Events after `after` and up to `cursor` were not delivered; what follows is complete again.',
  fields: (t) => ({
    after: t.exposeString('after', { nullable: true, description: 'The last cursor before the gap.' }),
    cursor: t.exposeString('cursor'),
    reason: t.exposeString('reason'),
  }),
})

const ChannelStatusMessageType = builder.unionType('ChannelStatusMessage', {
  types: [StatusSnapshotType, StatusChangeType, StatusGapType],
  resolveType: ({ kind }: ChannelStatusMessage) => kind,
})

const SessionChapterChangeType = builder.objectRef<SessionChapterChange>('SessionChapterChange').implement({
  description: 'Something that was said about a broadcast, and that changed its chapters.',
  fields: (t) => ({
    channel: t.expose('channel', { type: ChannelType }),
    session: t.expose('session', {
      type: StreamSessionType,
      description: 'The broadcast. Its chapters may have changed again when they are read.',
    }),
    chapter: t.expose('chapter', {
      type: SessionChapterType,
      description: 'The chapter at `at`, as it was after this change.',
    }),
    at: t.expose('at', { type: 'DateTime', description: 'The instant that it speaks of; it may arrive late.' }),
    cursor: t.exposeString('cursor', { description: 'Give it as after to go on from here.' }),
  }),
})

const SessionChapterMessageType = builder.unionType('SessionChapterMessage', {
  types: [SessionChapterChangeType, StatusGapType],
  resolveType: ({ kind }: SessionChapterMessage) => kind,
})

const ViewerSampleType = builder.objectRef<ViewerSample>('ViewerSample').implement({
  description: 'Viewers of a channel at an instant.',
  fields: (t) => ({
    channel: t.expose('channel', { type: ChannelType }),
    viewers: t.exposeInt('viewers', { nullable: true, description: 'Null where the streamer hides them.' }),
    at: t.expose('at', { type: 'DateTime' }),
  }),
})

const which = `At most 500 channels by id or slug (of platform, ${platformValue(defaultPlatform)} by default); without both all channels of platform.`

/** A subscription begins with a snapshot of each channel, or with what happened to them. */
const startSize = (
  { ids, slugs, platform }: LiveArguments,
  channels: (platform: PlatformName | null) => number,
): number => (ids == null && slugs == null ? channels(platform ?? null) : (ids?.length ?? 0) + (slugs?.length ?? 0))

builder.subscriptionType({})

builder.subscriptionFields((t) => {
  const channels = {
    ids: t.arg.idList(),
    slugs: t.arg.stringList(),
    platform: t.arg({ type: PlatformEnum }),
  }
  return {
    channelStatus: t.field({
      type: ChannelStatusMessageType,
      description: `First a StatusSnapshot for every channel, then each StatusChange in order. With after every event since that cursor instead of the snapshots. A StatusGap says where events could not be delivered. ${which}`,
      args: { ...channels, after: t.arg.string({ description: 'The cursor of a message or of a StatusEvent.' }) },
      extensions: { startSize },
      subscribe: (_, args, context) => channelStatus(context, args),
      resolve: (message) => message,
    }),
    sessionChapters: t.field({
      type: SessionChapterMessageType,
      description: `A SessionChapterChange for each new word about title, category, language or mature flag of a broadcast, in the order in which it was learned of, from now on; with after since that cursor. A StatusGap says where changes could not be delivered. ${which}`,
      args: { ...channels, after: t.arg.string({ description: 'The cursor of a message of sessionChapters.' }) },
      subscribe: (_, args, context) => sessionChapters(context, args),
      resolve: (message) => message,
    }),
    viewerCount: t.field({
      type: ViewerSampleType,
      description: `First the latest sample of each channel that is live, as far as it was probed lately (see Channel.viewersNow; viewers is null where the streamer hides them); then one message per new sample, under pressure only the latest of each channel. ${which}`,
      args: channels,
      extensions: { startSize },
      subscribe: (_, args, context) => viewerCount(context, args),
      resolve: (sample) => sample,
    }),
    chat: t.field({
      type: ChatMessageType,
      description:
        'The chat of one channel, by id or slug (of platform), as it comes. A subscriber who does not keep up is ended with an error that says so: no message is left out silently.',
      authScopes: { operator: true },
      args: {
        id: t.arg.id(),
        slug: t.arg.string(),
        platform: t.arg({ type: PlatformEnum, required: true, defaultValue: defaultPlatform }),
      },
      subscribe: (_, args, context) => chat(context, args),
      resolve: (message) => message,
    }),
  }
})
