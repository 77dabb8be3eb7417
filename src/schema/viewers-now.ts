import { viewersOfChannel, viewersOfSession } from '../resolvers/viewers-now.ts'
import { channelViewers, sessionViewers, type ViewersNow } from '../sessions/viewers-now.ts'
import { builder } from './builder.ts'
import { ChannelType } from './channel.ts'
import { StreamSessionType } from './session.ts'
import { subquery, value } from './sql-field.ts'

export const ViewersNowType = builder.objectRef<ViewersNow>('ViewersNow').implement({
  description: 'How many watched at an instant, as a probe counted them.',
  fields: (t) => ({
    count: t.exposeInt('count', {
      description: 'People, as the platform counts them.',
      extensions: { sql: value((row) => `${row}.count`) },
    }),
    at: t.expose('at', {
      type: 'DateTime',
      description: 'When the probe counted them.',
      extensions: { sql: value((row) => `${row}.at`) },
    }),
  }),
})

const whenNull =
  'Null when the streamer hides them, when the latest probe saw no broadcast, and when it was not probed lately: a count stands for at most two and a half intervals between probes, by the clock of the database.'

builder.prismaObjectField(ChannelType, 'viewersNow', (t) =>
  t.field({
    type: ViewersNowType,
    nullable: true,
    description: `How many watch it, by the latest probe. Null when it is not live. ${whenNull}`,
    extensions: { sql: subquery(channelViewers) },
    resolve: (channel, _, context) => viewersOfChannel(context, channel),
  }),
)

builder.prismaObjectField(StreamSessionType, 'viewersNow', (t) =>
  t.field({
    type: ViewersNowType,
    nullable: true,
    description: `How many watch it, by the latest probe. Null once it is over. ${whenNull}`,
    extensions: { sql: subquery(sessionViewers) },
    resolve: (session, _, context) => viewersOfSession(context, session),
  }),
)
