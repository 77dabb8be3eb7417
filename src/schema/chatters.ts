import { queryFromInfo } from '@pothos/plugin-prisma'
import { channelOf } from '../resolvers/channels.ts'
import {
  type BroadcastChatters,
  broadcastChattersOf,
  type ChannelChatters,
  type ChatterOverlap,
  type ChattersElsewhere,
  channelsElsewhere,
  defaultElsewhere,
  defaultHoursAround,
  elsewhereListSize,
  maxHoursAround,
  type SharedChatters,
  sharedChattersOf,
  sharedListSize,
} from '../resolvers/chatters.ts'
import { maxPageSize } from '../resolvers/page.ts'
import { broadcastScanCost, wholeScanCost } from '../resolvers/scan-cost.ts'
import { maxSharingChannels } from '../telemetry/chatters.ts'
import { builder } from './builder.ts'
import { ChannelType, channelOfRow } from './channel.ts'
import { StreamSessionType } from './session.ts'
import { TimeRangeInput } from './time-range.ts'

const ChannelChattersType = builder.objectRef<ChannelChatters>('ChannelChatters').implement({
  description: 'How many different people wrote in a channel.',
  fields: (t) => ({
    channel: t.field({ type: ChannelType, resolve: channelOfRow.resolve }),
    chatters: t.exposeInt('chatters'),
  }),
})

const ChatterOverlapType = builder.objectRef<ChatterOverlap>('ChatterOverlap').implement({
  description: 'How many different people wrote in every channel of a set, whether or not they wrote in others too.',
  fields: (t) => ({
    channels: t.field({
      type: [ChannelType],
      description: 'Two or more of the channels asked for, in the order in which they were named.',
      extensions: { listSize: () => maxSharingChannels },
      resolve: ({ channelIds }, _, context, info) => {
        const selection = queryFromInfo({ context, info })
        return Promise.all(channelIds.map((channelId) => channelOf(context, { channelId }, selection)))
      },
    }),
    chatters: t.exposeInt('chatters'),
  }),
})

const SharedChattersType = builder.objectRef<SharedChatters>('SharedChatters').implement({
  description: 'The people that channels have in common. Every count is exact.',
  fields: (t) => ({
    channels: t.expose('channels', {
      type: [ChannelChattersType],
      description: 'Each channel with all who wrote there, in the order in which they were named.',
    }),
    overlaps: t.expose('overlaps', {
      type: [ChatterOverlapType],
      description: 'Every set of two or more of the channels, the smallest first: one set of two channels, 57 of six.',
    }),
  }),
})

const ChattersElsewhereType = builder.objectRef<ChattersElsewhere>('ChattersElsewhere').implement({
  description: 'Where the people of a broadcast wrote in the hours before or after it.',
  fields: (t) => ({
    from: t.field({
      type: 'DateTime',
      description: 'The first instant that counts.',
      resolve: ({ range }) => range.from,
    }),
    until: t.field({
      type: 'DateTime',
      description: 'The first instant that does not.',
      resolve: ({ range }) => range.to,
    }),
    nowhereElse: t.exposeInt('nowhereElse', { description: 'How many of them wrote in no other channel then.' }),
    channels: t.field({
      type: [ChannelChattersType],
      description: 'The other channels with how many of them wrote there, most first. Somebody counts in each.',
      args: { first: t.arg.int({ defaultValue: defaultElsewhere, description: `1 to ${maxPageSize}.` }) },
      extensions: { listSize: elsewhereListSize },
      resolve: (side, { first }) => channelsElsewhere(side, first),
    }),
  }),
})

const BroadcastChattersType = builder.objectRef<BroadcastChatters>('BroadcastChatters').implement({
  description: 'Who wrote while a broadcast was on, and where else they wrote. Every count is exact.',
  fields: (t) => ({
    session: t.expose('session', { type: StreamSessionType }),
    chatters: t.exposeInt('chatters', { description: 'Different people who wrote in the channel while it was on.' }),
    before: t.expose('before', { type: ChattersElsewhereType }),
    after: t.expose('after', {
      type: ChattersElsewhereType,
      nullable: true,
      description: 'Up to now where the hours are not over yet; null while the broadcast lasts.',
    }),
  }),
})

builder.queryFields((t) => ({
  sharedChatters: t.field({
    type: SharedChattersType,
    description: `Who wrote in several channels: the size of each, and of every overlap. The channels are 2 to ${maxSharingChannels} different ones.`,
    authScopes: { operator: true },
    args: {
      channels: t.arg.idList({ required: true, description: 'Global ids, ULIDs or decimal channelIds.' }),
      range: t.arg({ type: TimeRangeInput, required: true }),
    },
    extensions: { listSize: sharedListSize, scanCost: wholeScanCost },
    resolve: (_, args, context) => sharedChattersOf(context, args),
  }),
  broadcastChatters: t.field({
    type: BroadcastChattersType,
    nullable: true,
    description:
      'Where the people who wrote during a broadcast were before and after it. Null when there is no such session.',
    authScopes: { operator: true },
    args: {
      session: t.arg.id({ required: true }),
      hours: t.arg.int({
        defaultValue: defaultHoursAround,
        description: `How many hours before its start and after its end count, 1 to ${maxHoursAround}.`,
      }),
    },
    extensions: { scanCost: broadcastScanCost },
    resolve: (_, args, context) => broadcastChattersOf(context, args),
  }),
}))
