import type { Clock } from '../../../../src/lib/clock.ts'
import type { Log } from '../../../../src/lib/log.ts'
import { type ApiHost, createApiHost } from '../../../../src/platforms/api-host.ts'
import { readAnswer } from '../../../../src/platforms/call-result.ts'
import { createFixedToken } from '../../../../src/platforms/fixed-token.ts'
import type { HttpRequest, OnCall } from '../../../../src/platforms/http.ts'
import type { AdjustableRate } from '../../../../src/platforms/pace.ts'
import type {
  EventSubscriptions,
  EventType,
  LiveObservation,
  Platform,
  ProfileObservation,
} from '../../../../src/platforms/platform.ts'
import { readCount, readInstant, readObject, readText, readUserId } from '../../../../src/platforms/read-fields.ts'
import { readRows } from '../../../../src/platforms/read-rows.ts'
import { systemTimer } from '../../../../src/platforms/timer.ts'

/** Where Stage is and who we are there. */
export type StageAccess = { apiUrl: string; token: string }

type StageOptions = Pick<StageAccess, 'apiUrl'> & {
  token: () => string
  requestsPerSecond: AdjustableRate
  clock: Clock
  log: Log
  onCall: OnCall
}

const userIdOf = (row: unknown): string | undefined => readUserId(readObject(row).id)

const readProfile = (row: unknown, platformUserId: string): ProfileObservation => {
  const name = readText(readObject(row).name)
  return { platformUserId, slug: name?.toLowerCase(), displayName: name }
}

const readBroadcast = (row: unknown, platformUserId: string): LiveObservation | undefined => {
  const { since, viewers } = readObject(row)
  const startedAt = readInstant(since)
  return (
    startedAt && { profile: { platformUserId }, startedAt, viewerCount: readCount(viewers) ?? null, row: () => row }
  )
}

/** The one event that Stage delivers. */
const types: readonly EventType[] = [{ event: 'line.said', version: 1, limit: 100, quietMs: 3_600_000 }]

/** Subscriptions to what is said on a channel. */
const createSubscriptions = (host: ApiHost): EventSubscriptions => {
  const call = async (request: Omit<HttpRequest, 'path'>, signal: AbortSignal | undefined) =>
    readAnswer(await host.call({ path: '/subscriptions', ...request }, signal), (answer) => {
      const rows = readObject(answer).data as { id: string; channel: string }[]
      return { ok: true, value: rows, items: rows.length }
    })
  return {
    types,
    removeBatchSize: 1,
    list: async (signal) => {
      const listed = await call({}, signal)
      if (!listed.ok) return listed
      const value = listed.value.map(({ id, channel }) => ({
        id,
        platformUserId: channel,
        event: 'line.said',
        version: 1,
      }))
      return { ...listed, value }
    },
    create: async (platformUserId, _, signal) => {
      const made = await call({ method: 'POST', body: platformUserId }, signal)
      if (!made.ok) return made
      return {
        ...made,
        value: { kind: 'answered', outcomes: new Map([['line.said', { ok: true, id: made.value[0]!.id }]]) },
      }
    },
    remove: async () => Promise.reject(new Error('nothing is removed')),
  }
}

/** Stage's API as a platform. */
export const createStagePlatform = (options: StageOptions): Platform => {
  const { apiUrl, token, ...others } = options
  const host = createApiHost({
    ...others,
    platform: 'stage',
    baseUrl: apiUrl,
    timeoutMs: 5_000,
    timer: systemTimer,
    authorizer: createFixedToken(token),
  })
  const askFor =
    <T>(path: string, read: (row: unknown, userId: string) => T | undefined) =>
    async (ids: readonly string[], signal?: AbortSignal) =>
      readAnswer(await host.call({ path, query: `ids=${ids.join(',')}` }, signal), (body) =>
        readRows(body, new Set(ids), { userIdOf, read }),
      )
  return {
    name: 'stage',
    refusal: host.refusal,
    capabilities: new Set(['resolve-handle', 'live-status', 'viewer-count', 'profiles', 'event-subscriptions']),
    liveBatchSize: 50,
    profileBatchSize: 50,
    resolveHandle: async (slug, signal) =>
      readAnswer(await host.call({ path: '/users', query: `name=${slug}` }, signal), (body) => {
        const [row] = readObject(body).data as unknown[]
        const id = userIdOf(row)
        return { ok: true, value: id ? readProfile(row, id) : null, items: id ? 1 : 0 }
      }),
    fetchLive: askFor('/broadcasts', readBroadcast),
    fetchProfiles: askFor('/users', readProfile),
    eventSubscriptions: createSubscriptions(host),
    [Symbol.asyncDispose]: async () => {
      await host[Symbol.asyncDispose]()
    },
  }
}
