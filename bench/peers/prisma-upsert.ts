/** The upsert one writes first: one Prisma upsert a channel, all at once. */
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../../prisma/generated/client/client.ts'
import { type BatchRequest, channelBatch } from '../support/channel-batch.ts'
import { serve } from '../support/rpc.ts'

let prisma: PrismaClient

serve({
  async start(databaseUrl: string) {
    prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: databaseUrl, options: '-c TimeZone=UTC' }) })
    await prisma.$connect()
  },
  async upsert(request: BatchRequest): Promise<number> {
    const batch = channelBatch(request)
    const startedAt = performance.now()
    await Promise.all(
      batch.map(({ platformUserId, slug, displayName, avatarUrl, followerCount, observedAt }) => {
        const seen = {
          currentSlug: slug,
          displayName,
          avatarUrl,
          followerCount,
          lastSeenAt: observedAt,
          profileObservedAt: observedAt,
        }
        return prisma.channel.upsert({
          where: { platform_platformUserId: { platform: 'kick', platformUserId } },
          update: seen,
          create: { platform: 'kick', platformUserId, externalId: `01${platformUserId.padStart(24, '0')}`, ...seen },
        })
      }),
    )
    return performance.now() - startedAt
  },
})
