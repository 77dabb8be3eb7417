/** The poller one writes first: global fetch, and for every live channel an upsert of the channel and of its session by Prisma. */
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../../prisma/generated/client/client.ts'
import { serve } from '../support/rpc.ts'
import type { SimulatedKick } from '../support/simulated-kick.ts'

type Live = {
  id: string
  broadcaster_user: { id: number; username: string; profile_picture: string }
  channel: { slug: string }
  category: { name: string }
  title: string
  language_code: string
  started_at: string
}

const batchSize = 100
let prisma: PrismaClient
let base: string
let authorization: string

const save = async (live: Live): Promise<void> => {
  const platformUserId = String(live.broadcaster_user.id)
  const startedAt = new Date(live.started_at)
  const seen = {
    currentSlug: live.channel.slug,
    displayName: live.broadcaster_user.username,
    avatarUrl: live.broadcaster_user.profile_picture,
    status: 'online',
    lastSeenAt: new Date(),
  }
  const channel = await prisma.channel.upsert({
    where: { platform_platformUserId: { platform: 'kick', platformUserId } },
    update: seen,
    create: { platform: 'kick', platformUserId, externalId: `01${platformUserId.padStart(24, '0')}`, ...seen },
  })
  const stream = {
    platformStreamId: live.id,
    title: live.title,
    category: live.category.name,
    language: live.language_code,
  }
  await prisma.streamSession.upsert({
    where: { channelId_startedAt: { channelId: channel.id, startedAt } },
    update: stream,
    create: { channelId: channel.id, startedAt, ...stream },
  })
}

serve({
  async start({ databaseUrl, kick }: { databaseUrl: string; kick: SimulatedKick }) {
    prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: databaseUrl, options: '-c TimeZone=UTC' }) })
    base = kick.url
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: kick.clientId,
      client_secret: kick.clientSecret,
    })
    const answer = await fetch(`${base}/oauth/token`, { method: 'POST', body })
    authorization = `Bearer ${((await answer.json()) as { access_token: string }).access_token}`
    await prisma.$connect()
  },

  async cycle(channels: number) {
    const startedAt = performance.now()
    for (let first = 1; first <= channels; first += batchSize) {
      const query = Array.from({ length: batchSize }, (_, i) => `user_id=${first + i}`).join('&')
      const answer = await fetch(`${base}/public/v1/users/livestreams?${query}`, { headers: { authorization } })
      const { data } = (await answer.json()) as { data: Live[] }
      await Promise.all(data.map(save))
    }
    return {
      calls: channels / batchSize,
      statements: channels * 2,
      loopDelayMs: Number.NaN,
      wallMs: performance.now() - startedAt,
    }
  },
})
