import { promisify } from 'node:util'
import { openAccess } from '../../../src/access/access.ts'
import { createSignInCodes } from '../../../src/access/sign-in-codes.ts'
import type { TokenSettings } from '../../../src/access/token-verifier.ts'
import { openAlerts } from '../../../src/app/start-alerts.ts'
import { type ApiOptions, startApi } from '../../../src/app/start-api.ts'
import { type LiveOptions, startLive } from '../../../src/app/start-live.ts'
import { poolMetrics } from '../../../src/app/store-metrics.ts'
import { type ChannelCounts, createChannelCounts } from '../../../src/channels/channel-counts.ts'
import { type Config, readConfig } from '../../../src/config/config.ts'
import { newKeyText, parseKeyRing } from '../../../src/config/key-ring.ts'
import { createErasing } from '../../../src/erasing/erasing.ts'
import { type Listener, listen } from '../../../src/http/server/listener.ts'
import { type Clock, type Steady, systemClock, systemSteady } from '../../../src/lib/clock.ts'
import { type Log, silentLog } from '../../../src/lib/log.ts'
import type { Platform } from '../../../src/platforms/platform.ts'
import { builtInPlatforms } from '../../../src/platforms/registry.ts'
import type { Services } from '../../../src/resolvers/context.ts'
import { createPageCursors } from '../../../src/resolvers/page-cursor.ts'
import { createConfiguration } from '../../../src/settings/configuration.ts'
import { listSettings } from '../../../src/settings/list-settings.ts'
import { createSettings } from '../../../src/settings/settings.ts'
import type { Postgres } from '../../../src/stores/postgres/postgres.ts'
import { knownSettings } from '../settings/known-settings.ts'
import { sidesOf } from '../stores/split-postgres.ts'
import { calmOperations } from './calm-operations.ts'

export const adminKey = 'canary-of-the-admin-key'
export const operatorKey = 'canary-of-the-operator-key'

/** What a test composes differently: the settings of the program, and some of its parts. */
export type TestApiOptions = Partial<ApiOptions['config']> &
  Pick<LiveOptions, 'journal' | 'capacity'> &
  Partial<Omit<ApiOptions, 'config' | 'listener' | 'services' | 'degraded' | 'access'>> & {
    db: Postgres
    clock?: Clock
    steady?: Steady
    log?: Log
    platforms?: readonly Platform[]
    tokens?: TokenSettings
    /** How old what is known of a key may be. */
    freshMs?: number
    degraded?: () => readonly string[]
    services?: Partial<Services>
    redisUrl?: Config['redisUrl']
    /** Connections that may wait to be accepted. */
    backlog?: number
    /** Any that is free unless told. */
    port?: number
    /** Nothing answers at `db`, so nothing waits for it. */
    unreachable?: boolean
  }

// biome-ignore lint/suspicious/noExplicitAny: answers are as different as the documents
type Shape = any

/** The body of an answer. */
export type Answer = {
  data?: Shape
  errors?: { message: string; path?: (string | number)[]; extensions: Shape }[]
  extensions: Shape
}

/** The API as the program composes it, on a port of its own, over a test database. */
export const startTestApi = async (options: TestApiOptions) => {
  const { db, clock = systemClock, steady = systemSteady, log = silentLog, platforms = [] } = options
  await using opened = new AsyncDisposableStack()
  const config = { ...readConfig({ INTROSPECTION: 'on', ENVIRONMENT: 'test' }), ...options }
  const listener = opened.use(await listen({ host: config.host, port: options.port ?? 0, backlog: options.backlog }))
  const databases = sidesOf(db)
  const cursors = createPageCursors(databases.dm)
  const live = opened.use(startLive({ ...options, db: databases.dm, config, cursors, log }))
  const access = opened.use(
    openAccess({ db: databases.public, tokens: options.tokens, clock, steady, log, freshMs: options.freshMs }),
  )
  const ring = parseKeyRing(newKeyText())!
  const configuration = createConfiguration({
    db: databases.public,
    ring,
    environment: { name: 'test' },
    settings: knownSettings,
  })
  const { alerts } = openAlerts({
    config: { environment: { name: 'test' }, alertPrivateNetworks: ['127.0.0.0/8'] },
    ...{ databases, ring, registry: builtInPlatforms, clock },
  })
  const erasing = createErasing({ databases, ring })
  const parts = {
    keys: { admin: adminKey, operator: operatorKey },
    signInCodes: createSignInCodes(steady),
    manifest: new Map(),
    login: () => null,
    webhooks: {},
    runCommand: async () => true,
    checks: [],
    metrics: [...poolMetrics({ dm: databases.dm }), ...live.metrics],
    channels: createChannelCounts({ db: databases.dm, log: silentLog, everyMs: 3_600_000 }),
    patienceMs: options.unreachable ? 0 : 5_000,
    drainMs: 1_000,
    ...options,
    listener,
    config,
    access,
    degraded: options.degraded ? [options.degraded] : [],
    services: {
      databases,
      registry: builtInPlatforms,
      platforms: new Map(platforms.map((platform) => [platform.name, platform])),
      cursors,
      configuration,
      alerts,
      async listSettings() {
        const entries = await configuration.list()
        const settings = createSettings(knownSettings, silentLog)
        const stored = entries.filter(({ key }) => knownSettings.has(key))
        settings.update(
          new Map(
            await Promise.all(
              stored.map(async ({ key, value }) => [key, value ?? (await configuration.readSecret(key))] as const),
            ),
          ),
        )
        return listSettings(settings, entries, [])
      },
      history: { store: undefined as never, env: 'test', completeThrough: () => new Date(clock()), lost: () => [] },
      // Nobody works at it here, so nobody waits for it.
      erasing: { ...erasing, settled: (id: string) => erasing.settled(id, 0) },
      operations: calmOperations(clock),
      live: live.hub,
      clock,
      log,
      ...options.services,
    },
  } satisfies ApiOptions
  const api = opened.use(await startApi(parts))
  const running = opened.move()
  let executing: Promise<Listener> | undefined
  /** A second one over the same services, in which nothing is compiled. */
  const startExecuting = async (): Promise<Listener> => {
    const other = running.use(await listen({ host: config.host, port: 0 }))
    // The channels were counted by the first one: a statement now would be one of the test.
    const channels: ChannelCounts = { ...parts.channels, count: async () => undefined }
    running.use(await startApi({ ...parts, channels, listener: other, compiled: false }))
    return other
  }
  const post = async ({ url }: Listener, query: string, variables?: object, key?: string): Promise<Answer> => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Accept: 'application/json',
        ...(key && { Authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify({ query, variables }),
    })
    return (await response.json()) as Answer
  }
  return {
    ...api,
    hub: live.hub,
    journal: live.journal,
    url: listener.url,
    port: listener.port,
    access,
    /** How many connections it has open. */
    openConnections: (): Promise<number> => promisify(listener.server.getConnections.bind(listener.server))(),
    /** Asks with POST, as the role of the key where one is given. */
    ask: (query: string, variables?: object, key?: string) => post(listener, query, variables, key),
    /** The same, and nothing is compiled. */
    async execute(query: string, variables?: object, key?: string): Promise<Answer> {
      executing ??= startExecuting()
      return post(await executing, query, variables, key)
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

export type TestApi = Awaited<ReturnType<typeof startTestApi>>
