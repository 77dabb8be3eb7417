import { type AdapterOptions, createApiHost } from '../api-host.ts'
import { type AppCredentials, createAppToken } from '../app-token.ts'
import { createBisectingFetch } from '../bisecting-fetch.ts'
import { answerWithoutCall, readAnswer } from '../call-result.ts'
import { distinctIds, repeatedParameter } from '../distinct-ids.ts'
import type { Platform } from '../platform.ts'
import { readObject } from '../read-fields.ts'
import { systemTimer } from '../timer.ts'
import { createKickEventSubscriptions } from './event-subscriptions.ts'
import { readChannelBySlug, readChannels, readUsers } from './read-channel.ts'
import { readLivestreams } from './read-livestream.ts'
import { readSlug } from './read-slug.ts'

const livestreamsPath = '/public/v1/users/livestreams'
const channelsPath = '/public/v1/channels'
const usersPath = '/public/v1/users'
const tokenPath = '/oauth/token'

const liveBatchSize = 100
/** The list of subscriptions comes in one answer, about 250 bytes for each: nine of every channel. */
const maxResponseBytes = 32 * 1024 * 1024
/** Half of what Kick allows: answers to full batches of channels have been reported wrong. */
const profileBatchSize = 25

/** Where Kick is and who we are there. */
export type KickAccess = { apiUrl: string; idUrl: string; clientId: string; clientSecret: string }

/** How much we may ask of it as well. */
export type KickOptions = KickAccess &
  AdapterOptions &
  Required<Pick<AdapterOptions, 'requestsPerSecond'>> & {
    /** Who we are now, where that may change. */
    credentials?: () => AppCredentials
  }

/** Kick's answer for a handle it does not know, where it does not simply leave the row out; it has no error codes to go by. */
const isUnknownSlug = (status: number | null, body: unknown): boolean =>
  status === 400 && /^invalid request$/i.test(String(readObject(body).message))

/** Kick's public API as a platform, by app token. It tells no follower totals, so `followerCount` is never set. */
export const createKickPlatform = (options: KickOptions): Platform => {
  const { apiUrl, idUrl, requestsPerSecond, clock, log, random, onCall } = options
  const { timeoutMs = 10_000, timer = systemTimer, credentials = () => options } = options
  const shared = { platform: 'kick', timeoutMs, clock, timer, random, log, onCall } as const
  const authorizer = createAppToken({ ...shared, baseUrl: idUrl, path: tokenPath, credentials })
  const host = createApiHost({ ...shared, baseUrl: apiUrl, maxResponseBytes, requestsPerSecond, authorizer })

  const unasked = <T>(path: string, value: T, why: string) => answerWithoutCall('kick', path, clock(), value, why)

  const askUsers = createBisectingFetch({
    platform: 'kick',
    ask: async (ids, signal) => {
      const shown = new Set(ids)
      const answer = await host.call({ path: usersPath, query: repeatedParameter('id', shown) }, signal)
      return readAnswer(answer, (body) => readUsers(body, shown))
    },
    clock,
    log,
    timer,
    random,
  })

  return {
    name: 'kick',
    capabilities: new Set(['resolve-handle', 'live-status', 'viewer-count', 'profiles', 'event-subscriptions']),
    liveBatchSize,
    profileBatchSize,

    resolveHandle: async (handle, signal) => {
      const slug = readSlug(handle)
      if (slug === undefined) return unasked(channelsPath, null, 'no Kick channel can have this handle')
      const answer = await host.call({ path: channelsPath, query: `slug=${slug}` }, signal)
      if (isUnknownSlug(answer.status, answer.body)) {
        return readAnswer({ ...answer, failure: null }, () => ({ ok: true, value: null, items: 0 }))
      }
      return readAnswer(answer, (body) => readChannelBySlug(body, slug))
    },

    fetchLive: async (platformUserIds, signal) => {
      const ids = distinctIds(platformUserIds, liveBatchSize)
      if (ids.size === 0) return unasked(livestreamsPath, new Map(), 'no user ids were given')
      const answer = await host.call({ path: livestreamsPath, query: repeatedParameter('user_id', ids) }, signal)
      return readAnswer(answer, (body) => readLivestreams(body, ids))
    },

    fetchProfiles: async (platformUserIds, signal) => {
      const ids = distinctIds(platformUserIds, profileBatchSize)
      if (ids.size === 0) return unasked(channelsPath, new Map(), 'no user ids were given')
      const answer = await host.call(
        { path: channelsPath, query: repeatedParameter('broadcaster_user_id', ids) },
        signal,
      )
      const channels = readAnswer(answer, (body) => readChannels(body, ids))
      if (!channels.ok || channels.value.size === 0) return channels
      // Names and avatars come from a second endpoint. Its failure leaves them unknown and takes nothing from the rest.
      const value = new Map(channels.value)
      const otherCalls = [...(channels.otherCalls ?? [])]
      for await (const { result } of askUsers([...value.keys()], signal)) {
        otherCalls.push(...(result.otherCalls ?? []), result.call)
        if (result.ok) for (const [id, user] of result.value) value.set(id, { ...value.get(id)!, ...user })
      }
      return { ...channels, value, otherCalls }
    },

    eventSubscriptions: createKickEventSubscriptions(host),
    refusal: host.refusal,
    pausedForMs: host.pausedForMs,

    [Symbol.asyncDispose]: async () => {
      await host[Symbol.asyncDispose]()
      await authorizer[Symbol.asyncDispose]()
    },
  }
}
