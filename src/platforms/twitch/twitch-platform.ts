import { type AdapterOptions, createApiHost } from '../api-host.ts'
import { type AppCredentials, createAppToken } from '../app-token.ts'
import { answerWithoutCall, readAnswer } from '../call-result.ts'
import { distinctIds, repeatedParameter } from '../distinct-ids.ts'
import type { Capability, Platform } from '../platform.ts'
import { readObject } from '../read-fields.ts'
import { systemTimer } from '../timer.ts'
import { createTwitchEventSubscriptions, type TwitchWebhookTarget } from './event-subscriptions.ts'
import { createTwitchFollowerTotals } from './follower-totals.ts'
import { readLogin } from './read-login.ts'
import { readStreams } from './read-stream.ts'
import { readUserByLogin, readUsers } from './read-user.ts'

const streamsPath = '/streams'
const usersPath = '/users'
const tokenPath = '/oauth2/token'

const batchSize = 100
/** Three quarters of the 800 points a minute that Twitch gives an app; a call costs one. */
export const twitchRequestsPerSecond = 10

/** Where Twitch is and who we are there; `apiUrl` with its path. */
export type TwitchAccess = { apiUrl: string; idUrl: string; clientId: string; clientSecret: string }

/** How much we may ask of it as well. */
export type TwitchOptions = TwitchAccess &
  AdapterOptions & {
    /** Where and how events are to be delivered; without it none are asked for. */
    webhooks?: TwitchWebhookTarget
    /** Who we are now, where that may change. */
    credentials?: () => AppCredentials
  }

/** Twitch's answer to a login that it takes for none. */
const isImpossibleLogin = (status: number | null, body: unknown): boolean =>
  status === 400 && /^invalid login names/i.test(String(readObject(body).message))

/** Twitch's Helix API as a platform, by app token. Follower totals are a capability until Twitch refuses them to the app, and again an hour later. */
export const createTwitchPlatform = (options: TwitchOptions): Platform => {
  const { apiUrl, idUrl, webhooks, clock, log, random, onCall, credentials = () => options } = options
  const { requestsPerSecond = twitchRequestsPerSecond, timeoutMs = 10_000, timer = systemTimer } = options
  const shared = { platform: 'twitch', timeoutMs, clock, timer, random, log, onCall } as const
  const authorizer = createAppToken({
    ...shared,
    baseUrl: idUrl,
    path: tokenPath,
    credentials,
    headers: ({ clientId }) => ({ 'client-id': clientId }),
  })
  const host = createApiHost({ ...shared, baseUrl: apiUrl, requestsPerSecond, authorizer })
  const followerTotals = createTwitchFollowerTotals(host, timer)
  const always: readonly Capability[] = ['resolve-handle', 'live-status', 'viewer-count', 'profiles']
  const unasked = <T>(path: string, value: T, why: string) => answerWithoutCall('twitch', path, clock(), value, why)

  return {
    name: 'twitch',
    get capabilities() {
      const known = new Set(always)
      if (followerTotals.allowed) known.add('follower-total')
      if (webhooks) known.add('event-subscriptions')
      return known
    },
    liveBatchSize: batchSize,
    profileBatchSize: batchSize,
    followerTotals,
    refusal: host.refusal,
    pausedForMs: host.pausedForMs,
    eventSubscriptions: webhooks && createTwitchEventSubscriptions(host, webhooks),

    resolveHandle: async (handle, signal) => {
      const login = readLogin(handle)
      if (login === undefined) return unasked(usersPath, null, 'no Twitch user can have this login')
      const answer = await host.call({ path: usersPath, query: `login=${login}` }, signal)
      if (isImpossibleLogin(answer.status, answer.body)) {
        return readAnswer({ ...answer, failure: null }, () => ({ ok: true, value: null, items: 0 }))
      }
      return readAnswer(answer, (body) => readUserByLogin(body, login))
    },

    fetchLive: async (platformUserIds, signal) => {
      const ids = distinctIds(platformUserIds, batchSize)
      if (ids.size === 0) return unasked(streamsPath, new Map(), 'no user ids were given')
      // Without `first` an answer ends after 20 streams, and who is left out would look offline.
      const query = `first=${batchSize}&type=live&${repeatedParameter('user_id', ids)}`
      return readAnswer(await host.call({ path: streamsPath, query }, signal), (body) => readStreams(body, ids))
    },

    fetchProfiles: async (platformUserIds, signal) => {
      const ids = distinctIds(platformUserIds, batchSize)
      if (ids.size === 0) return unasked(usersPath, new Map(), 'no user ids were given')
      const answer = await host.call({ path: usersPath, query: repeatedParameter('id', ids) }, signal)
      return readAnswer(answer, (body) => readUsers(body, ids))
    },

    [Symbol.asyncDispose]: async () => {
      await host[Symbol.asyncDispose]()
      await authorizer[Symbol.asyncDispose]()
    },
  }
}
