import { builtInPlatforms } from '../platforms/registry.ts'
import { streamSessionByUrl, submissionGraceMinutes } from '../resolvers/session-by-url.ts'
import { builder } from './builder.ts'
import { StreamSessionType } from './session.ts'

const hosts = builtInPlatforms.flatMap(({ streamAddresses }) => streamAddresses?.hosts[0] ?? [])

builder.queryField('streamSessionByUrl', (t) =>
  t.field({
    type: StreamSessionType,
    nullable: true,
    description:
      `The broadcast that a submitted stream URL meant at an instant: of whoever held the slug then, begun by then and last seen at most ${submissionGraceMinutes} minutes before. ` +
      `Addresses on ${hosts.join(' and ')}, also of recordings and clips below a channel. Null when there is none, and for an address that names no channel.`,
    args: { url: t.arg.string({ required: true }), at: t.arg({ type: 'DateTime', required: true }) },
    resolve: (_, args, context) => streamSessionByUrl(context, args),
  }),
)
