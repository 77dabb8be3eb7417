import { queryFromInfo } from '@pothos/plugin-prisma'
import type { ScrapeLog } from '../../prisma/generated/client/client.ts'
import { channelOf } from '../resolvers/channels.ts'
import { scrapeLog } from '../resolvers/scrape-log.ts'
import { builder } from './builder.ts'
import { ChannelType } from './channel.ts'
import { connectionOfType, forwardArguments } from './connection.ts'
import { PlatformEnum, stored } from './enums.ts'
import { TimeRangeInput } from './time-range.ts'

const PlatformCallType = builder.objectRef<ScrapeLog>('PlatformCall').implement({
  description: 'One call to a platform, as it was logged. The newest 50,000 are kept.',
  authScopes: { operator: true },
  fields: (t) => ({
    id: t.id({ description: 'A later call has a greater id.', resolve: ({ id }) => id.toString() }),
    platform: t.expose('platform', { type: stored(PlatformEnum) }),
    endpoint: t.exposeString('endpoint', { description: 'The path that was asked, without its query.' }),
    channel: t.field({
      type: ChannelType,
      nullable: true,
      description: 'Null of a call about several channels, about none, or about one that was deleted.',
      resolve: ({ channelId }, _, context, info) =>
        channelId === null ? null : channelOf(context, { channelId }, queryFromInfo({ context, info })),
    }),
    requestedAt: t.expose('requestedAt', { type: 'DateTime' }),
    durationMs: t.exposeInt('durationMs', { description: 'Zero where nothing was sent.' }),
    status: t.exposeInt('status', {
      nullable: true,
      description: 'The HTTP status; null where no answer came or nothing was sent.',
    }),
    items: t.exposeInt('items', { description: 'How many things the answer held.' }),
    error: t.exposeString('error', {
      nullable: true,
      description: 'Why it failed, or what could not be used of the answer; null where all is well.',
    }),
    body: t.exposeString('body', {
      nullable: true,
      description:
        'The first 2,048 characters of a failed answer, without secrets. Null of a success, of calls for tokens and logins, and where no answer came.',
    }),
  }),
})

builder.queryField('scrapeLog', (t) =>
  t.field({
    type: connectionOfType(PlatformCallType, { operator: true }),
    description: 'Calls to platforms, newest first; range is about requestedAt.',
    authScopes: { operator: true },
    args: {
      platform: t.arg({ type: PlatformEnum }),
      channel: t.arg.id({ description: 'A global id, a ULID or a decimal channelId.' }),
      failed: t.arg.boolean({ description: 'Whether there is an error; left out, both.' }),
      range: t.arg({ type: TimeRangeInput }),
      ...forwardArguments,
    },
    resolve: (_, args, context) => scrapeLog(context, args),
  }),
)
