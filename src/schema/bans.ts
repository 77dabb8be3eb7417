import { banListRequest, bans } from '../resolvers/bans.ts'
import { builder } from './builder.ts'
import { channelOfRow } from './channel.ts'
import { connectionOfType, forwardArguments } from './connection.ts'
import { PlatformEnum } from './enums.ts'
import { listOf } from './sql-field.ts'
import { TimeRangeInput } from './time-range.ts'

const BanType = builder.prismaObject('ChannelBan', {
  name: 'Ban',
  description: 'A stretch of time in which the platform did not show a channel any more.',
  fields: (t) => ({
    channel: t.field(channelOfRow),
    bannedAt: t.expose('observedFrom', {
      type: 'DateTime',
      description:
        'When we noticed: several lookups in a row had not found it by then. The platform does not tell when it happened.',
    }),
    returnedAt: t.expose('observedUntil', {
      type: 'DateTime',
      nullable: true,
      description: 'When we saw it again; null while it is banned.',
    }),
  }),
})

const BanInstantEnum = builder.enumType('BanInstant', {
  description: 'Which instant of a ban lies in the range.',
  values: {
    BANNED_AT: { value: 'observedFrom', description: 'The ban: who was banned.' },
    RETURNED_AT: { value: 'observedUntil', description: 'The return: who came back.' },
  } as const,
})

const shownBans = 20

builder.prismaObjectField('Channel', 'bans', (t) =>
  t.relation('bans', {
    description: `When it was banned, as far as we noticed; the newest ${shownBans}, newest first.`,
    query: { orderBy: { observedFrom: 'desc' }, take: shownBans },
    extensions: { listSize: () => shownBans },
  }),
)

builder.queryField('bans', (t) =>
  t.field({
    type: connectionOfType(BanType),
    description: 'Which channels were banned in a range, or came back in it; newest first.',
    args: {
      range: t.arg({ type: TimeRangeInput, required: true }),
      by: t.arg({ type: BanInstantEnum, defaultValue: 'observedFrom' }),
      platform: t.arg({ type: PlatformEnum }),
      ...forwardArguments,
    },
    extensions: { sql: listOf(banListRequest) },
    resolve: (_, args, context) => bans(context, args),
  }),
)
