/**
 * The stock stack that our schema is made with: Yoga, Pothos and its Prisma plugin as their manuals have them, statements without
 * names, fields read as relations. Answers the fields of our schema that the benchmark asks for.
 */
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import SchemaBuilder from '@pothos/core'
import PrismaPlugin from '@pothos/plugin-prisma'
import { PrismaPg } from '@prisma/adapter-pg'
import { type Channel, PrismaClient } from '../../prisma/generated/client/client.ts'
import type PrismaTypes from '../../prisma/generated/pothos-types.ts'
import { getDatamodel } from '../../prisma/generated/pothos-types.ts'
import { serve } from '../support/rpc.ts'

// Of the same copy of graphql that Pothos has, which is the project's.
const { createYoga } = createRequire(new URL('../../package.json', import.meta.url))(
  'graphql-yoga',
) as typeof import('graphql-yoga')

const stockSchema = (prisma: PrismaClient) => {
  const builder = new SchemaBuilder<{
    PrismaTypes: PrismaTypes
    Scalars: { DateTime: { Input: Date; Output: Date } }
    DefaultFieldNullability: false
    // The project's own plugins add options to this type that nobody gives here.
  }>({
    plugins: [PrismaPlugin],
    defaultFieldNullability: false,
    prisma: { client: prisma, dmmf: getDatamodel() },
  } as never)
  builder.scalarType('DateTime', {
    serialize: (value) => value.toISOString(),
    parseValue: (value) => new Date(String(value)),
  })
  const LiveStatus = builder.enumType('LiveStatus', {
    values: { ONLINE: { value: 'online' }, OFFLINE: { value: 'offline' }, UNKNOWN: { value: 'unknown' } } as const,
  })
  builder.prismaObject('SlugPeriod', {
    fields: (t) => ({
      slug: t.exposeString('slug'),
      observedFrom: t.expose('observedFrom', { type: 'DateTime' }),
      observedUntil: t.expose('observedUntil', { type: 'DateTime', nullable: true }),
      isCurrent: t.boolean({ resolve: ({ observedUntil }) => observedUntil === null }),
    }),
  })
  const Session = builder.prismaObject('StreamSession', {
    fields: (t) => ({
      startedAt: t.expose('startedAt', { type: 'DateTime' }),
      endedAt: t.expose('endedAt', { type: 'DateTime', nullable: true }),
      isLive: t.boolean({ resolve: ({ endedAt }) => endedAt === null }),
      title: t.exposeString('title', { nullable: true }),
      category: t.exposeString('category', { nullable: true }),
      language: t.exposeString('language', { nullable: true }),
    }),
  })
  const Sessions = builder
    .objectRef<{ nodes: (typeof Session)['$inferType'][] }>('Sessions')
    .implement({ fields: (t) => ({ nodes: t.field({ type: [Session], resolve: ({ nodes }) => nodes }) }) })
  const TrustScore = builder.prismaObject('StreamerTrustScore', {
    name: 'TrustScore',
    fields: (t) => ({ score: t.exposeFloat('score'), algorithm: t.exposeString('algorithm') }),
  })
  const ChannelType = builder.prismaObject('Channel', {
    fields: (t) => ({
      externalId: t.exposeString('externalId'),
      slug: t.exposeString('currentSlug', { nullable: true }),
      displayName: t.exposeString('displayName', { nullable: true }),
      avatarUrl: t.exposeString('avatarUrl', { nullable: true }),
      followerCount: t.exposeInt('followerCount', { nullable: true }),
      isLive: t.exposeBoolean('isLive'),
      status: t.field({ type: LiveStatus, resolve: ({ status }) => status as 'online' }),
      lastSeenOnlineAt: t.expose('lastSeenOnlineAt', { type: 'DateTime', nullable: true }),
      slugHistory: t.relation('slugHistory', { query: { orderBy: { observedFrom: 'desc' } } }),
      sessions: t.field({
        type: Sessions,
        args: { first: t.arg.int({ required: true }) },
        select: ({ first }, _, nested) => ({
          sessions: nested({ take: first, orderBy: { startedAt: 'desc' } }, ['nodes']),
        }),
        resolve: ({ sessions }) => ({ nodes: sessions }),
      }),
      trustScore: t.field({
        type: TrustScore,
        nullable: true,
        resolve: ({ id }) => prisma.streamerTrustScore.findUnique({ where: { channelId: id } }),
      }),
    }),
  })
  const Channels = builder.objectRef<{ after: string; first: number }>('Channels').implement({
    fields: (t) => ({
      nodes: t.prismaField({
        type: [ChannelType],
        resolve: (query, { after, first }): Promise<Channel[]> => {
          const [seen = '', id = '0'] = after.split('|')
          const lastSeenAt = new Date(seen)
          return prisma.channel.findMany({
            ...query,
            where: { OR: [{ lastSeenAt: { lt: lastSeenAt } }, { lastSeenAt, id: { lt: BigInt(id) } }] },
            orderBy: [{ lastSeenAt: 'desc' }, { id: 'desc' }],
            take: first,
          })
        },
      }),
    }),
  })
  builder.queryType({
    fields: (t) => ({
      channel: t.prismaField({
        type: ChannelType,
        nullable: true,
        args: { slug: t.arg.string({ required: true }) },
        resolve: (query, _, { slug }) =>
          prisma.channel.findUnique({
            ...query,
            where: { platform_currentSlug: { platform: 'kick', currentSlug: slug } },
          }),
      }),
      channels: t.field({
        type: Channels,
        args: { first: t.arg.int({ required: true }), after: t.arg.string({ required: true }) },
        resolve: (_, args) => args,
      }),
    }),
  })
  return builder.toSchema()
}

serve({
  async start({ databaseUrl, connections }: { databaseUrl: string; connections: number }): Promise<number> {
    const prisma = new PrismaClient({
      adapter: new PrismaPg({ connectionString: databaseUrl, max: connections, options: '-c TimeZone=UTC' }),
    })
    const yoga = createYoga({ schema: stockSchema(prisma), logging: false, graphiql: false })
    const server = createServer(yoga)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return (server.address() as AddressInfo).port
  },
})
