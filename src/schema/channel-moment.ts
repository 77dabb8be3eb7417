import {
  type ChannelMoment,
  channelMoment,
  chapterOfMoment,
  followersAt,
  sessionAt,
  slugAt,
  statusAt,
  viewersAt,
} from '../resolvers/channel-moment.ts'
import { probedChannels } from '../resolvers/probed-rows.ts'
import { builder } from './builder.ts'
import { LiveStatusEnum } from './enums.ts'
import { SessionChapterType, StreamSessionType } from './session.ts'
import { delegated } from './sql-field.ts'
import { ViewersNowType } from './viewers-now.ts'

const ChannelMomentType = builder.objectRef<ChannelMoment>('ChannelMoment').implement({
  description: 'What was true of a channel at an instant, as far as is known now. What comes late can still change it.',
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'The instant that was asked for.' }),
    slug: t.string({
      nullable: true,
      description:
        'The slug under which it was seen then; null before it was first seen, and while it had lost its slug to another channel. Display names of the past are not kept.',
      resolve: (moment, _, context) => slugAt(context, moment),
    }),
    status: t.field({
      type: LiveStatusEnum,
      description:
        'ONLINE in a session. OFFLINE where a probe that stood for the instant saw none. UNKNOWN before it was first probed, in an outage, where its probes are not kept any more, and on a platform that tells no status.',
      resolve: (moment, _, context) => statusAt(context, moment),
    }),
    session: t.field({
      type: StreamSessionType,
      nullable: true,
      description: 'The broadcast that was on, from its start to before its end; null when none was.',
      resolve: (moment, _, context) => sessionAt(context, moment),
    }),
    chapter: t.field({
      type: SessionChapterType,
      nullable: true,
      description: 'The chapter of that broadcast; null when none was on, and where nothing was reported of it.',
      resolve: (moment, _, context) => chapterOfMoment(context, moment),
    }),
    viewers: t.field({
      type: ViewersNowType,
      nullable: true,
      description:
        'The newest count of that broadcast by then; null when none was on, before its first probe, where the platform hides it, in an outage, and where its probes are not kept any more.',
      resolve: (moment, _, context) => viewersAt(context, moment),
    }),
    followerCount: t.int({
      nullable: true,
      description: 'The total that the platform told last by then; null where it told none in the 31 days before.',
      resolve: (moment, _, context) => followersAt(context, moment),
    }),
  }),
})

builder.prismaObjectField('Channel', 'asOf', (t) =>
  t.field({
    type: ChannelMomentType,
    description:
      'What was true of it at an instant; one in the future is BAD_USER_INPUT. channel(slug, at) finds who had a slug then.',
    args: { at: t.arg({ type: 'DateTime', required: true }) },
    extensions: { sql: delegated({ told: probedChannels }) },
    resolve: ({ id }, { at }, context) => channelMoment(context, id, at),
  }),
)
