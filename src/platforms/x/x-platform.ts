import { type AdapterOptions, createApiHost } from '../api-host.ts'
import { answerWithoutCall, readAnswer, unsentCall } from '../call-result.ts'
import { distinctIds } from '../distinct-ids.ts'
import { createFixedToken } from '../fixed-token.ts'
import type { Platform } from '../platform.ts'
import { systemTimer } from '../timer.ts'
import { readUserByUsername, readUsers } from './read-user.ts'
import { readUsername } from './read-username.ts'

const usersPath = '/2/users'
const byPath = '/2/users/by'
const fields = 'user.fields=description,profile_image_url,public_metrics'

const batchSize = 100
const daySeconds = 86_400
/** X allows 300 requests in 15 minutes. */
export const xRequestsPerSecond = 0.3
/** X charges $0.010 for each user it returns, once in a UTC day: ten dollars a day. */
const defaultUsersPerDay = 1_000

/** Where X is and who we are there. */
export type XAccess = { apiUrl: string; bearerToken: string }

/** How much we may ask of it as well. */
export type XOptions = XAccess &
  AdapterOptions & {
    /** Users whose followers may be asked for in one UTC day; each costs money. */
    usersPerDay?: number
    /** The token now, where it may change. */
    token?: () => string
  }

/** X as a platform, by bearer token: who somebody is and how many follow them, and nothing about broadcasts. */
export const createXPlatform = (options: XOptions): Platform => {
  const { apiUrl, usersPerDay = defaultUsersPerDay, clock, log, random, onCall } = options
  const {
    requestsPerSecond = xRequestsPerSecond,
    timeoutMs = 10_000,
    timer = systemTimer,
    token = () => options.bearerToken,
  } = options
  const shared = { platform: 'x', timeoutMs, clock, timer, random, log, onCall } as const
  const authorizer = createFixedToken(token)
  const host = createApiHost({ ...shared, baseUrl: apiUrl, requestsPerSecond, authorizer })

  const fetchProfiles: Platform['fetchProfiles'] = async (platformUserIds, signal) => {
    const ids = distinctIds(platformUserIds, batchSize)
    if (ids.size === 0) return answerWithoutCall('x', usersPath, clock(), new Map(), 'no user ids were given')
    const query = `ids=${[...ids].join(',')}&${fields}`
    return readAnswer(await host.call({ path: usersPath, query }, signal), (body) => readUsers(body, ids))
  }

  return {
    name: 'x',
    capabilities: new Set(['resolve-handle', 'profiles', 'follower-total']),
    liveBatchSize: batchSize,
    profileBatchSize: batchSize,
    refusal: host.refusal,
    pausedForMs: host.pausedForMs,
    followerTotals: { batchSize, everySeconds: daySeconds, usersPerDay, fetch: fetchProfiles },

    resolveHandle: async (handle, signal) => {
      const username = readUsername(handle)
      if (username === undefined)
        return answerWithoutCall('x', byPath, clock(), null, 'no X user can have this username')
      const answer = await host.call({ path: byPath, query: `usernames=${username}&${fields}` }, signal)
      return readAnswer(answer, (body) => readUserByUsername(body, username))
    },

    fetchLive: async () => {
      const message = 'X does not tell who broadcasts'
      return {
        ok: false,
        failure: { kind: 'rejected', status: null, message },
        call: unsentCall('x', usersPath, clock(), message),
      }
    },

    fetchProfiles,

    [Symbol.asyncDispose]: async () => host[Symbol.asyncDispose](),
  }
}
