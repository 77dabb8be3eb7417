import { openAccess } from '../../../src/access/access.ts'
import type { TokenSettings } from '../../../src/access/token-verifier.ts'
import { createChannelCounts } from '../../../src/channels/channel-counts.ts'
import { createCompiledReads } from '../../../src/compiled/compiled-reads.ts'
import type { TrustMode } from '../../../src/config/access-variables.ts'
import { newKeyText, parseKeyRing } from '../../../src/config/key-ring.ts'
import { createGuard } from '../../../src/guard/guard.ts'
import type { RateLimit } from '../../../src/guard/rate-limit.ts'
import type { TrustedOperations } from '../../../src/guard/trusted-operations.ts'
import { createEndpoint } from '../../../src/http/graphql/endpoint.ts'
import { createLiveOperations } from '../../../src/http/graphql/live-operation.ts'
import { reportOperations } from '../../../src/http/graphql/observe-operation.ts'
import { createAuthenticate } from '../../../src/http/security/authenticate.ts'
import { type Callers, createCallers } from '../../../src/http/security/callers.ts'
import { createAddressOf } from '../../../src/http/security/client-address.ts'
import { createOrigins, type Origins } from '../../../src/http/security/origins.ts'
import { type ConnectionLimits, Connections } from '../../../src/http/server/connections.ts'
import type { ReadinessCheck } from '../../../src/http/server/health.ts'
import { createMetrics, poolMetrics } from '../../../src/http/server/metrics.ts'
import { createHttpServer, type Route } from '../../../src/http/server/server.ts'
import { createWebsocket } from '../../../src/http/websocket/websocket.ts'
import { type Clock, type Steady, systemClock, systemSteady } from '../../../src/lib/clock.ts'
import { type Log, silentLog } from '../../../src/lib/log.ts'
import { createHub } from '../../../src/live/hub.ts'
import { createJournal } from '../../../src/live/journal.ts'
import { createStatusSource } from '../../../src/live/status-source.ts'
import type { Platform } from '../../../src/platforms/platform.ts'
import { builtInPlatforms } from '../../../src/platforms/registry.ts'
import type { Services } from '../../../src/resolvers/context.ts'
import { createPageCursors } from '../../../src/resolvers/page-cursor.ts'
import { buildSchema } from '../../../src/schema/schema.ts'
import { createConfiguration } from '../../../src/settings/configuration.ts'
import type { Postgres } from '../../../src/stores/postgres/postgres.ts'
import { createPrisma } from '../../../src/stores/postgres/prisma.ts'
import { knownSettings } from '../settings/known-settings.ts'

export const adminKey = 'canary-of-the-admin-key'
export const operatorKey = 'canary-of-the-operator-key'

/** A request with this header is executed, whatever is compiled otherwise. */
const executedHeader = 'x-executed'

export type TestApiOptions = {
  db: Postgres
  clock?: Clock
  steady?: Steady
  log?: Log
  platforms?: readonly Platform[]
  publicAccess?: 'read' | 'none'
  tokens?: TokenSettings
  /** How old what is known of a key may be. */
  freshMs?: number
  introspection?: 'on' | 'admin' | 'off'
  trust?: TrustMode
  operations?: TrustedOperations
  rateLimit?: RateLimit
  trustedProxies?: readonly string[]
  https?: boolean
  allowedOrigins?: readonly string[]
  publicUrl?: string
  /** Further paths, of what the server identifies callers and pages by. */
  routes?: (parts: { callers: Callers; origins: Origins }) => Readonly<Record<string, Route>>
  checks?: readonly ReadinessCheck[]
  degraded?: () => readonly string[]
  services?: Partial<Services>
  connections?: Partial<ConnectionLimits>
  drainMs?: number
  /** False: Yoga answers everything, also what is compiled otherwise. */
  compiled?: boolean
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

/** The API on a port of its own, over a test database. */
export const startTestApi = async (options: TestApiOptions) => {
  const { db, clock = systemClock, steady = systemSteady, log = silentLog, platforms = [], checks = [] } = options
  const journal = createJournal({ postgres: db, log })
  const source = createStatusSource((statement, values) => db.query(statement, values))
  const live = createHub({ journal, source, log })
  if (!options.unreachable) await live.opened(5_000)
  const access = openAccess({ db, tokens: options.tokens, clock, steady, log, freshMs: options.freshMs })
  const services: Services = {
    databases: { dm: db, public: db },
    prisma: createPrisma(db),
    registry: builtInPlatforms,
    platforms: new Map(platforms.map((platform) => [platform.name, platform])),
    cursors: createPageCursors(db),
    configuration: createConfiguration({ db, ring: parseKeyRing(newKeyText())!, env: 'test', settings: knownSettings }),
    access,
    history: undefined as never,
    live,
    linkUrl: (ticket) => `http://127.0.0.1/oauth/kick/start?ticket=${ticket}`,
    clock,
    log,
    ...options.services,
  }
  const { introspection = 'on', trust, operations: trusted, rateLimit } = options
  const channels = createChannelCounts({ db, log: silentLog, everyMs: 3_600_000 })
  if (!options.unreachable) await channels.look()
  const schema = buildSchema()
  const guard = createGuard({
    schema,
    introspection,
    trust,
    operations: trusted,
    rateLimit,
    channels: channels.of,
  })
  const { publicAccess = 'read', allowedOrigins, publicUrl } = options
  const callers = createCallers({
    authenticate: createAuthenticate({ adminKey, operatorKey, publicAccess, access }),
    addressOf: createAddressOf(options.trustedProxies, log),
    rateLimit,
  })
  const origins = createOrigins({ listeningOn: '127.0.0.1', publicUrl, allowedOrigins, log })
  const metrics = createMetrics(poolMetrics({ dm: db }))
  const operations = createLiveOperations({ services, guard, log })
  const observers = { onOperation: reportOperations(metrics.observeOperation, log), onError: metrics.observeError }
  const connections = new Connections(options.connections)
  const executing = { services, guard, callers, live: operations, connections, log, ...observers }
  const compiled = options.compiled === false ? undefined : createCompiledReads({ schema: guard.schema, services })
  const shared = { ...executing, compiled }
  if (compiled) metrics.add(compiled.metrics)
  const websocket = createWebsocket({ ...shared, origins })
  const endpoint = createEndpoint(shared)
  const executingEndpoint = createEndpoint(executing)
  const server = await createHttpServer({
    host: '127.0.0.1',
    port: 0,
    origins,
    careful: introspection !== 'on',
    https: options.https,
    endpoint: {
      ...endpoint,
      handle: (request, response) =>
        (request.headers[executedHeader] ? executingEndpoint : endpoint).handle(request, response),
    },
    guard,
    callers,
    publicAccess,
    metrics,
    ...(options.routes && { routes: options.routes({ callers, origins }) }),
    checks,
    degraded: options.degraded ?? (() => []),
    stalledMs: connections.limits.stalledMs,
    clock,
    log,
    drainMs: options.drainMs ?? 1_000,
    onUpgrade: websocket.upgrade,
  })
  const post = async (more: object, query: string, variables?: object, key?: string): Promise<Answer> => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Accept: 'application/json',
        ...more,
        ...(key && { Authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify({ query, variables }),
    })
    return (await response.json()) as Answer
  }
  return {
    url: server.url,
    schema: guard.schema,
    access,
    services,
    connections,
    channels,
    /** Asks with POST, as the role of the key where one is given. */
    ask: (query: string, variables?: object, key?: string) => post({}, query, variables, key),
    /** The same of an endpoint for which nothing is compiled. */
    execute: (query: string, variables?: object, key?: string) =>
      post({ [executedHeader]: '1' }, query, variables, key),
    async [Symbol.asyncDispose]() {
      await websocket[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
      await endpoint[Symbol.asyncDispose]()
      await executingEndpoint[Symbol.asyncDispose]()
      await live[Symbol.asyncDispose]()
      await access[Symbol.asyncDispose]()
      connections[Symbol.dispose]()
      await channels[Symbol.asyncDispose]()
    },
  }
}

export type TestApi = Awaited<ReturnType<typeof startTestApi>>
