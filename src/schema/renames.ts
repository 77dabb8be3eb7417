import type { Rename } from '../channels/renames.ts'
import { renames } from '../resolvers/renames.ts'
import { builder } from './builder.ts'
import { channelOfRow } from './channel.ts'
import { connectionOfType, forwardArguments } from './connection.ts'
import { PlatformEnum } from './enums.ts'
import { TimeRangeInput } from './time-range.ts'

const RenameType = builder.objectRef<Rename>('Rename').implement({
  description: 'A change of the slug of a channel. The first slug of a channel is no rename.',
  fields: (t) => ({
    channel: t.field(channelOfRow),
    from: t.exposeString('from', {
      nullable: true,
      description: 'The slug until then; null where it had lost its slug to another channel before.',
    }),
    to: t.exposeString('to', {
      nullable: true,
      description: 'The slug from then on; null where another channel was seen under its slug.',
    }),
    observedAt: t.expose('observedAt', {
      type: 'DateTime',
      description: 'When we saw it. The platform does not tell when it happened.',
    }),
  }),
})

builder.queryField('renames', (t) =>
  t.field({
    type: connectionOfType(RenameType),
    description: 'Which channels changed their slugs, newest first; the range is about observedAt.',
    args: {
      range: t.arg({ type: TimeRangeInput, required: true }),
      platform: t.arg({ type: PlatformEnum }),
      ...forwardArguments,
    },
    resolve: (_, args, context) => renames(context, args),
  }),
)
