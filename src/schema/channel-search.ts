import { type ChannelMatch, maxMatches } from '../channels/channel-search.ts'
import { findMatches } from '../resolvers/channel-search.ts'
import { builder } from './builder.ts'
import { channelOfRow } from './channel.ts'
import { PlatformEnum } from './enums.ts'

const MatchedByEnum = builder.enumType('MatchedBy', {
  description: 'What of a channel a search found.',
  values: {
    ID: { value: 'id', description: 'The user id of its platform, channelId, externalId or id.' },
    SLUG: { value: 'slug', description: 'The slug that it has now.' },
    DISPLAY_NAME: { value: 'displayName', description: 'The name as the platform shows it now.' },
    OLD_SLUG: { value: 'oldSlug', description: 'A slug that it had; until says when it lost it.' },
  } as const,
})

const ChannelMatchType = builder.objectRef<ChannelMatch>('ChannelMatch').implement({
  description: 'A channel that a search found.',
  fields: (t) => ({
    channel: t.field(channelOfRow),
    by: t.expose('by', { type: MatchedByEnum, description: 'The best of what was found of it.' }),
    slug: t.exposeString('slug', {
      nullable: true,
      description:
        'The slug that was found; where by is ID or DISPLAY_NAME the one that it has now, null where it has none.',
    }),
    until: t.expose('until', {
      type: 'DateTime',
      nullable: true,
      description: 'When we saw that it had lost the slug that was found; null where by is not OLD_SLUG.',
    }),
  }),
})

builder.queryField('findChannels', (t) =>
  t.field({
    type: [ChannelMatchType],
    description:
      'Channels by whatever somebody types: the beginning of a slug that they have or had or of the name that they have, in any case, with or without @; a whole id; or the address of a stream, which finds who has that slug and who had it. Whole texts first, then what channels are called now, then slugs that they had; among equals those that are live first, then by the alphabet. Each channel once. An empty text finds nothing.',
    args: {
      text: t.arg.string({
        required: true,
        description: 'At most 100 characters, without control characters; an address may be longer.',
      }),
      platform: t.arg({ type: PlatformEnum }),
      first: t.arg.int({ required: true, defaultValue: 10, description: `At most ${maxMatches}.` }),
    },
    extensions: { listSize: ({ first }: { first: number }) => Math.min(Math.max(first, 0), maxMatches) },
    resolve: (_, args, context) => findMatches(context, args),
  }),
)
