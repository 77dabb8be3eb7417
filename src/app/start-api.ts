import type { Access } from '../access/access.ts'
import type { SignInCodes } from '../access/sign-in-codes.ts'
import { type ChannelCounts, createChannelCounts } from '../channels/channel-counts.ts'
import { createCompiledReads } from '../compiled/compiled-reads.ts'
import type { Config } from '../config/config.ts'
import { createGuard } from '../guard/guard.ts'
import { createRateLimit, type RateLimit } from '../guard/rate-limit.ts'
import type { TrustedOperations } from '../guard/trusted-operations.ts'
import { createEndpoint } from '../http/graphql/endpoint.ts'
import { createLiveOperations } from '../http/graphql/live-operation.ts'
import { reportOperations } from '../http/graphql/observe-operation.ts'
import { traceResolvers } from '../http/graphql/trace-resolvers.ts'
import { commandPath, createCommandRoute, type RunCommand } from '../http/routes/command-route.ts'
import { createExportRoutes, type ExportLimits } from '../http/routes/export-route.ts'
import { createGraphqlRoutes } from '../http/routes/graphql-route.ts'
import { createOauthRoutes, linkStartPath } from '../http/routes/oauth-route.ts'
import { createPanel } from '../http/routes/panel.ts'
import { createSignInRoute, signInPath } from '../http/routes/sign-in-route.ts'
import { createHealthRoutes, createMetricsRoute, type ReadinessCheck } from '../http/routes/status-routes.ts'
import { createAuthenticate } from '../http/security/authenticate.ts'
import { createCallers } from '../http/security/callers.ts'
import { createAddressOf } from '../http/security/client-address.ts'
import { createOrigins } from '../http/security/origins.ts'
import { type ConnectionLimits, Connections } from '../http/server/connections.ts'
import type { Listener } from '../http/server/listener.ts'
import { createMetrics } from '../http/server/metrics.ts'
import type { Routes } from '../http/server/route.ts'
import { serveHttp } from '../http/server/server.ts'
import { createWebsocket, type SocketLimits } from '../http/websocket/websocket.ts'
import { gauge, type MetricSource } from '../lib/metric.ts'
import { ownPlace } from '../lib/own-folder.ts'
import { isTracing } from '../lib/tracing.ts'
import type { AccountLogin } from '../platforms/account-login.ts'
import type { PlatformName } from '../platforms/platform.ts'
import { loginPlatform } from '../platforms/platform-definition.ts'
import type { Services } from '../resolvers/context.ts'
import { createHeavyCallers } from '../resolvers/heavy-callers.ts'
import type { OperationsSource } from '../resolvers/operations-source.ts'
import { buildSchema } from '../schema/schema.ts'
import { createPrisma } from '../stores/postgres/prisma.ts'

const panelFolder = ownPlace('admin/dist')

export type ApiOptions = {
  listener: Listener
  config: Omit<Config, 'platforms'>
  /** The bootstrap keys. */
  keys: { admin: string; operator: string }
  /** Those that were given out for the admin key. */
  signInCodes: SignInCodes
  /** Where the panel was built. */
  panelDirectory?: string
  access: Access
  /** The documents that clients of ours send. */
  manifest: TrustedOperations
  services: Omit<Services, 'prisma' | 'linkUrl' | 'access' | 'operations' | 'heavyCallers'> &
    Partial<Pick<Services, 'prisma'>> & { operations: Omit<OperationsSource, 'degraded'> }
  /** How streamers link their accounts now; null where the platform is not set up. */
  login: (platform: PlatformName) => AccountLogin | null
  /** Paths that prove by themselves who asks. */
  webhooks: Routes
  runCommand: RunCommand
  /** What must hold for this process to serve. */
  checks: readonly ReadinessCheck[]
  /** What is wrong although it serves: one sentence each, without any secret. */
  degraded: readonly (() => readonly string[])[]
  /** The numbers of all other parts. */
  metrics: readonly MetricSource[]
  /** Those of the configuration, unless another one counts. */
  rateLimit?: RateLimit
  channels?: ChannelCounts
  /** Where they differ from what anybody may do. */
  limits?: { connections?: Partial<ConnectionLimits>; sockets?: Partial<SocketLimits>; exports?: Partial<ExportLimits> }
  /** False: every query is executed. */
  compiled?: boolean
  /** How long the start waits for live status, in milliseconds. */
  patienceMs?: number
  /** How long the end waits for requests under way, in milliseconds. */
  drainMs?: number
}

/**
 * Makes the services, what guards them and what serves them, and begins to answer at the listener. Disposing answers what is under way
 * and says goodbye to those who stay.
 */
export const startApi = async (options: ApiOptions) => {
  const { listener, config, keys, access, manifest, limits = {}, patienceMs = 5_000 } = options
  const { publicUrl, publicAccess, allowedOrigins, introspection } = config
  const { databases, live, clock, log } = options.services
  await using opened = new AsyncDisposableStack()
  const prisma = createPrisma(databases.dm)
  opened.defer(() => prisma.$disconnect())
  const services: Services = {
    prisma,
    linkUrl: (ticket) =>
      `${publicUrl ?? listener.url}${linkStartPath(loginPlatform(options.services.registry).name)}?ticket=${ticket}`,
    access,
    heavyCallers: createHeavyCallers(),
    ...options.services,
    operations: { ...options.services.operations, degraded: () => degraded.flatMap((part) => part()) },
  }

  const schema = buildSchema(services.registry)
  if (isTracing()) traceResolvers(schema)
  const rateLimit = options.rateLimit ?? createRateLimit(config.rates)
  const channels = opened.use(options.channels ?? createChannelCounts({ db: databases.dm, log }))
  const guard = createGuard({
    schema,
    channels: channels.of,
    clock: services.clock,
    introspection,
    trust: config.trustedOperations,
    operations: manifest,
    rateLimit,
  })
  const origins = createOrigins({ listeningOn: config.host, publicUrl, allowedOrigins, log })
  const callers = createCallers({
    authenticate: createAuthenticate({ adminKey: keys.admin, operatorKey: keys.operator, publicAccess, access }),
    addressOf: createAddressOf(config.trustedProxies, log),
    rateLimit,
  })

  const exports = opened.use(createExportRoutes({ services, callers, origins, rateLimit, limits: limits.exports, log }))
  const connections = opened.use(new Connections(limits.connections))
  const compiled = options.compiled === false ? undefined : createCompiledReads({ schema, services })
  const degraded = [...options.degraded, exports.degraded, connections.degraded]
  const reasons = gauge(
    'degraded_reasons',
    'How many things /ready calls degraded: what is wrong although this process serves.',
    () => degraded.flatMap((part) => part()).length,
  )
  const metrics = createMetrics(
    [reasons, ...options.metrics, ...connections.metrics, ...exports.metrics, ...(compiled?.metrics ?? [])],
    { documents: manifest.values(), log },
  )
  const onOperation = reportOperations(metrics.observeOperation, log)
  const transport = {
    services,
    guard,
    callers,
    live: createLiveOperations({ services, guard, log, onOperation }),
    connections,
    compiled,
    log,
    onOperation,
    onError: metrics.observeError,
  }
  const endpoint = opened.use(createEndpoint(transport))
  const websocket = createWebsocket({ ...transport, origins, limits: limits.sockets })
  const logins = services.registry
    .filter(({ createLogin }) => createLogin)
    .map((platform) => {
      const login = () => options.login(platform.name)
      return createOauthRoutes({ databases, platform, login, publicUrl, origins, callers, clock, log })
    })
  const panel = createPanel({ directory: options.panelDirectory ?? panelFolder, origins })
  const signIn = createSignInRoute({ codes: options.signInCodes, adminKey: keys.admin, callers, origins, log })

  await channels.count().catch(() => undefined)
  // Whoever comes first finds live status as well; where the database has gone again, it comes with the database.
  await live.opened(patienceMs).catch(() => undefined)
  const server = serveHttp({
    listener,
    origins,
    https: publicUrl?.startsWith('https:') ?? false,
    routes: {
      ...exports.routes,
      ...createGraphqlRoutes({ endpoint, guard, callers, origins, careful: introspection !== 'on', clock }),
      [commandPath]: createCommandRoute({ callers, run: options.runCommand, log }),
      '/metrics': createMetricsRoute({ metrics, callers, access: config.metricsAccess }),
      [signInPath]: (request, response) =>
        request.method === 'GET' || request.method === 'HEAD' ? panel(request, response) : signIn(request, response),
    },
    openRoutes: {
      ...options.webhooks,
      ...Object.assign({}, ...logins),
      ...createHealthRoutes({
        checks: options.checks,
        degraded: services.operations.degraded,
        isStopping: () => !listener.server.listening,
        log,
      }),
    },
    rest: panel,
    metrics,
    log,
    onUpgrade: websocket.upgrade,
    stalledMs: connections.limits.stalledMs,
    drainMs: options.drainMs,
  })
  opened.defer(async () => {
    await Promise.all([server[Symbol.asyncDispose](), websocket[Symbol.asyncDispose]()])
  })
  const running = opened.move()
  return {
    schema,
    services,
    channels,
    connections,
    websocket,
    metrics,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}
