import { queryFromInfo } from '@pothos/plugin-prisma'
import type { GraphQLResolveInfo } from 'graphql'
import { titlesWithout } from '../platforms/platform-definition.ts'
import { builtInPlatforms } from '../platforms/registry.ts'
import { type ChannelsArguments, channelListRequest, channels, listOfOrder } from '../resolvers/channel-list.ts'
import { channelOrders } from '../resolvers/channel-order.ts'
import { type ChannelRow, channel, channelLookup, channelOf } from '../resolvers/channels.ts'
import type { Context } from '../resolvers/context.ts'
import { maxPageSize, pageSizeOf, type WholeList } from '../resolvers/page.ts'
import { askedBy } from './argument-scopes.ts'
import { builder } from './builder.ts'
import { connectionOfType, pageArguments, rowPaths, totalCount } from './connection.ts'
import { defaultPlatform, LiveStatusEnum, PlatformEnum, stored } from './enums.ts'
import { idOf, NodeInterface } from './node.ts'
import { listOf, pagePart, relation, rowsBy, value } from './sql-field.ts'

builder.prismaObject('SlugPeriod', {
  description: 'A period in which a channel was seen under a slug.',
  fields: (t) => ({
    slug: t.exposeString('slug'),
    observedFrom: t.expose('observedFrom', { type: 'DateTime' }),
    observedUntil: t.expose('observedUntil', { type: 'DateTime', nullable: true }),
    isCurrent: t.boolean({
      extensions: { sql: value((period) => `${period}.observed_until IS NULL`) },
      resolve: ({ observedUntil }) => observedUntil === null,
    }),
  }),
})

builder.prismaObject('ProbeSchedule', {
  name: 'ChannelMonitoring',
  description: 'How a channel is watched.',
  authScopes: { operator: true },
  fields: (t) => ({
    active: t.exposeBoolean('active'),
    nextProbeAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Null while it is not watched.',
      extensions: { sql: value((schedule) => `CASE WHEN ${schedule}.active THEN ${schedule}.next_probe_at END`) },
      resolve: ({ active, nextProbeAt }) => (active ? nextProbeAt : null),
    }),
    trackedSince: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Since when it is watched without a break. Null while it is not watched.',
      extensions: { sql: value((schedule) => `CASE WHEN ${schedule}.active THEN ${schedule}.switched_at END`) },
      resolve: ({ active, switchedAt }) => (active ? switchedAt : null),
    }),
    lastProbedAt: t.expose('lastProbedAt', { type: 'DateTime', nullable: true }),
    intervalSeconds: t.exposeInt('intervalSeconds', { nullable: true }),
    consecutiveFailures: t.exposeInt('consecutiveFailures'),
  }),
})

export const ChannelType = builder.prismaObject('Channel', {
  description: 'One account on one platform.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.id(idOf('Channel')),
    channelId: t.expose('id', { type: 'BigInt', description: 'The internal key.' }),
    externalId: t.exposeString('externalId', { description: 'A ULID, for references from other systems.' }),
    platform: t.expose('platform', { type: stored(PlatformEnum) }),
    platformUserId: t.exposeString('platformUserId'),
    slug: t.exposeString('currentSlug', {
      nullable: true,
      description: 'Null after another channel was seen under the same slug more recently.',
    }),
    redirectedFrom: t.string({
      nullable: true,
      description: 'The slug it was looked up by, where that is not its current one.',
      extensions: { sql: value((_, { redirectedFrom }) => redirectedFrom) },
      resolve: (row: ChannelRow) => row.redirectedFrom ?? null,
    }),
    displayName: t.exposeString('displayName', { nullable: true }),
    avatarUrl: t.exposeString('avatarUrl', { nullable: true }),
    bio: t.exposeString('bio', { nullable: true }),
    followerCount: t.exposeInt('followerCount', {
      nullable: true,
      description: `Null where the platform did not tell. followerTotals says whether it ever does: ${titlesWithout(builtInPlatforms, 'followers')} does not.`,
    }),
    subscriberCount: t.exposeInt('subscriberCount', {
      nullable: true,
      description:
        'Active subscribers; null where the platform did not tell. subscriberTotals says whether it ever does.',
    }),
    isLive: t.exposeBoolean('isLive'),
    isBanned: t.exposeBoolean('isBanned'),
    status: t.expose('status', { type: stored(LiveStatusEnum) }),
    lastSeenOnlineAt: t.expose('lastSeenOnlineAt', { type: 'DateTime', nullable: true }),
    lastStatusChangeAt: t.expose('lastStatusChangeAt', { type: 'DateTime', nullable: true }),
    firstSeenAt: t.expose('firstSeenAt', { type: 'DateTime' }),
    lastSeenAt: t.expose('lastSeenAt', { type: 'DateTime' }),
    slugHistory: t.relation('slugHistory', {
      description: 'Newest first.',
      query: { orderBy: { observedFrom: 'desc' }, take: 100 },
    }),
    monitoring: t.relation('schedule', {
      nullable: true,
      description: 'Null where it was never watched.',
      authScopes: { operator: true },
    }),
  }),
})

/** The options of a field that is the channel of its row. */
export const channelOfRow = {
  type: ChannelType,
  extensions: { sql: relation('channel') },
  resolve: (row: { channelId: bigint }, _: object, context: Context, info: GraphQLResolveInfo) =>
    channelOf(context, row, queryFromInfo({ context, info })),
}

const ChannelConnection = connectionOfType(ChannelType)
builder.objectField(ChannelConnection, 'totalCount', (t) =>
  t.int(totalCount('with filter.slugs, category, language or status ONLINE')),
)
builder.objectField(ChannelConnection, 'asOf', (t) =>
  t.field({
    type: 'DateTime',
    description:
      'When the page was read, by the clock of the database: its order and its viewersNow are right for this instant.',
    extensions: pagePart('asOf'),
    resolve: (page) => (page as WholeList).asOf!,
  }),
)

/** Which channels of a list. */
export const ChannelFilterInput = builder.inputType('ChannelFilter', {
  fields: (t) => ({
    platform: t.field({ type: PlatformEnum }),
    status: t.field({ type: LiveStatusEnum }),
    search: t.string({
      description: 'A part of the current slug or the display name, in any case; at most 100 characters.',
    }),
    handle: t.string({
      description:
        'The beginning of a slug that it has or ever had or of its display name, a whole id, or the address of a stream: what findChannels finds, in the order of the list. Empty, all channels.',
    }),
    active: t.boolean({ description: 'Whether it is being watched.', extensions: askedBy('operator') }),
    slugs: t.stringList({
      description:
        'At most 100. Of each name the channel that has it now, else the one that had it last: on platform, or without it on every platform. A name that nobody had finds nothing.',
    }),
    category: t.string({
      description:
        'The category of the broadcast that is on, in any case. In rankings and totals: of what was broadcast in the range.',
    }),
    language: t.string({
      description:
        'The language of the broadcast that is on, as the platform writes it, in any case. In rankings and totals: of what was broadcast in the range.',
    }),
    trackedSince: t.field({
      type: 'DateTime',
      description: 'Only channels that are watched, and have been without a break since this instant or longer.',
      extensions: askedBy('operator'),
    }),
    claimed: t.boolean({
      description: 'Whether any streamer claims it, verified or not.',
      extensions: askedBy('operator'),
    }),
  }),
})

const pageSizes = `At most ${maxPageSize}, in the order VIEWERS_DESC at most ${channelOrders.viewers_desc.maxPageSize}`

const ChannelOrderEnum = builder.enumType('ChannelOrder', {
  values: {
    LAST_SEEN_DESC: { value: 'last_seen_desc' },
    FOLLOWERS_DESC: {
      value: 'followers_desc',
      description: `Most followers first. Where they are not known, channels come last, the newest here first. ${titlesWithout(builtInPlatforms, 'followers')} tells them of no channel: with a filter for such a platform this order is BAD_USER_INPUT.`,
    },
    SLUG_ASC: { value: 'slug_asc', description: 'Channels without a slug last.' },
    FIRST_SEEN_DESC: { value: 'first_seen_desc' },
    VIEWERS_DESC: {
      value: 'viewers_desc',
      description:
        'Most viewersNow first, then channels without, the newest here first. Pages of up to 500. Counts move while a list is read: each page is right for its asOf, and shows no channel of the page whose endCursor or startCursor it was asked with. A channel that rises past the place where a page ended is missing from the pages behind it.',
    },
    TRUST_SCORE_DESC: { value: 'trust_score_desc', description: 'Channels without a score last.' },
  } as const,
})

builder.queryFields((t) => ({
  channel: t.field({
    type: ChannelType,
    nullable: true,
    description:
      'Exactly one of id, slug and platformUserId. id takes a global id, a ULID or a decimal channelId. slug finds the current holder, else the last one; with at, whoever held it at that instant. Null when there is none.',
    args: {
      id: t.arg.id(),
      slug: t.arg.string(),
      platformUserId: t.arg.string(),
      platform: t.arg({ type: PlatformEnum, required: true, defaultValue: defaultPlatform }),
      at: t.arg({ type: 'DateTime' }),
    },
    extensions: { sql: rowsBy(channelLookup) },
    resolve: (_, args, context, info) => channel(context, args, queryFromInfo({ context, info })),
  }),
  channels: t.field({
    type: ChannelConnection,
    args: {
      filter: t.arg({ type: ChannelFilterInput }),
      orderBy: t.arg({ type: ChannelOrderEnum, defaultValue: 'last_seen_desc' }),
      ...pageArguments,
      first: t.arg.int({ description: `${pageSizes}; goes with after.` }),
      last: t.arg.int({ description: `${pageSizes}; goes with before.` }),
    },
    extensions: {
      sql: listOf(channelListRequest),
      listSize: (args: ChannelsArguments) => pageSizeOf(args, listOfOrder(args.orderBy).maxPageSize),
    },
    resolve: (_, args, context, info) => channels(context, args, queryFromInfo({ context, info, paths: rowPaths })),
  }),
}))
