import path from 'node:path'
import { openAccess } from '../access/access.ts'
import { createChannelCounts } from '../channels/channel-counts.ts'
import { createCompiledReads } from '../compiled/compiled-reads.ts'
import type { Config } from '../config/config.ts'
import { type Demo, startDemo } from '../demo/demo.ts'
import { createGuard } from '../guard/guard.ts'
import { createRateLimit } from '../guard/rate-limit.ts'
import { readTrustedOperations } from '../guard/trusted-operations.ts'
import { createEndpoint } from '../http/graphql/endpoint.ts'
import { createLiveOperations } from '../http/graphql/live-operation.ts'
import { reportOperations } from '../http/graphql/observe-operation.ts'
import { traceResolvers } from '../http/graphql/trace-resolvers.ts'
import { commandPath, createCommandRoute } from '../http/routes/command-route.ts'
import { createExportRoutes } from '../http/routes/export-route.ts'
import { createOauthRoutes, linkStartPath } from '../http/routes/oauth-route.ts'
import { createAuthenticate } from '../http/security/authenticate.ts'
import { createCallers } from '../http/security/callers.ts'
import { createAddressOf } from '../http/security/client-address.ts'
import { createOrigins } from '../http/security/origins.ts'
import { Connections } from '../http/server/connections.ts'
import { createMetrics, poolMetrics } from '../http/server/metrics.ts'
import { createHttpServer } from '../http/server/server.ts'
import { createWebsocket } from '../http/websocket/websocket.ts'
import { lossOfSpool } from '../ingest/known-losses.ts'
import { lostWithSpool } from '../ingest/node-backlogs.ts'
import { type Shipper, startShipper } from '../ingest/shipper.ts'
import { openSpool } from '../ingest/spool.ts'
import { type Clock, systemClock, systemSteady } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { isTracing } from '../lib/tracing.ts'
import { chatLostError, type PublishedChatLine } from '../live/chat-feed.ts'
import { createHub, type Hub } from '../live/hub.ts'
import { createJournal } from '../live/journal.ts'
import { createStatusSource } from '../live/status-source.ts'
import type { OnCall } from '../platforms/http.ts'
import { createKickLogin } from '../platforms/kick/account-login.ts'
import { createKickPlatform } from '../platforms/kick/kick-platform.ts'
import type { Platform, PlatformName } from '../platforms/platform.ts'
import type { PlatformRegistry } from '../platforms/platform-definition.ts'
import { builtInPlatforms } from '../platforms/registry.ts'
import { createTwitchPlatform } from '../platforms/twitch/twitch-platform.ts'
import { webhookSecret } from '../platforms/twitch/webhook-secret.ts'
import { createXPlatform } from '../platforms/x/x-platform.ts'
import type { Services } from '../resolvers/context.ts'
import { createPageCursors } from '../resolvers/page-cursor.ts'
import { buildSchema } from '../schema/schema.ts'
import { requestRate } from '../settings/request-rate.ts'
import type { Settings } from '../settings/settings.ts'
import { holdDataDirectory } from '../stores/data-directory.ts'
import { createPrisma } from '../stores/postgres/prisma.ts'
import { appMetrics } from './app-metrics.ts'
import { type BootstrapKeys, bootstrapKeys } from './bootstrap-keys.ts'
import { degradedNow } from './degraded.ts'
import { listenFailure, requireListenable } from './listen-failure.ts'
import { lockDemo } from './lock-demo.ts'
import { openStores } from './open-stores.ts'
import { openTracing } from './open-tracing.ts'
import { createPlatformMetrics } from './platform-metrics.ts'
import { prepareDemo } from './prepare-demo.ts'
import { polledPlatforms, readinessChecks } from './readiness.ts'
import { startChatSharing } from './start-chat-sharing.ts'
import { startClock } from './start-clock.ts'
import { nodeOf, startCompleteness } from './start-completeness.ts'
import { startInstantClamping } from './start-instant-clamping.ts'
import { startJobs } from './start-jobs.ts'
import { startKnownLosses } from './start-known-losses.ts'
import { startPartWatch } from './start-part-watch.ts'
import { startSettings } from './start-settings.ts'
import { startWebhooks } from './start-webhooks.ts'
import { startWorkers } from './start-workers.ts'
import { trustedOperationsFile } from './trusted-operations-file.ts'

/** A running Channelscope; disposing stops everything in the reverse order of its start and waits for it. */
export type App = AsyncDisposable & {
  readonly url: string
  readonly keys: BootstrapKeys
  /** Where the simulated platform listens, if it runs. */
  readonly demoUrl: string | undefined
}

export type AppOptions = {
  log: Log
  /** Gives up a start that waits for a store. */
  signal?: AbortSignal
  /** The platforms that there are. */
  registry?: PlatformRegistry
}

const spoolBytes = 4 * 1024 ** 3
const flushMs = 5_000
const journalPatienceMs = 5_000

/** Who we are on Kick and where it is: the real one, the simulated one, or neither. */
const kickAccess = (config: Config, demo: Demo | undefined): Config['kick'] =>
  config.kick ?? (demo && { apiUrl: demo.kick.url, idUrl: demo.kick.url, ...demo.kick.credentials })

const createPlatforms = (
  config: Config,
  access: Config['kick'],
  settings: Settings,
  shared: { clock: Clock; log: Log; onCall: OnCall },
): Map<PlatformName, Platform> => {
  const platforms = new Map<PlatformName, Platform>()
  if (access)
    platforms.set(
      'kick',
      createKickPlatform({ ...access, requestsPerSecond: requestRate(settings, 'kick'), ...shared }),
    )
  if (config.twitch) {
    const webhooks = config.publicUrl && {
      callbackUrl: `${config.publicUrl}/webhooks/twitch`,
      secret: webhookSecret(config.twitch.clientSecret),
    }
    const requestsPerSecond = requestRate(settings, 'twitch')
    platforms.set(
      'twitch',
      createTwitchPlatform({ ...config.twitch, ...(webhooks && { webhooks }), requestsPerSecond, ...shared }),
    )
  }
  if (config.x)
    platforms.set('x', createXPlatform({ ...config.x, requestsPerSecond: requestRate(settings, 'x'), ...shared }))
  return platforms
}

/** Builds the whole system from its configuration and starts it; a ConfigError says what the operator has to change. */
export const startApp = async (
  config: Config,
  { log, signal = new AbortController().signal, registry = builtInPlatforms }: AppOptions,
): Promise<App> => {
  await using opened = new AsyncDisposableStack()
  if (config.tracing) opened.use(await openTracing({ ...config.tracing, log }))
  const directory = opened.use(holdDataDirectory(config.dataDir))
  await requireListenable(config)
  const keys = bootstrapKeys(config.dataDir, config.keys)
  const trustedOperations = readTrustedOperations(trustedOperationsFile, config.trustedOperations)
  const stores = opened.use(await openStores(config, log, signal))
  const { databases, clickHouse } = stores
  const { dm } = databases
  const time = opened.use(await startClock({ db: dm, log, machine: systemClock, steady: systemSteady }))
  const { clock } = time
  opened.use(startInstantClamping({ databases, time, log }))
  const { settings, configuration, ring } = opened.use(
    await startSettings({ config, registry, db: databases.public, log, signal }),
  )
  const prisma = createPrisma(dm)
  opened.defer(() => prisma.$disconnect())

  const spool = opened.use(
    await openSpool({ directory: path.join(config.dataDir, 'spool'), maxBytes: spoolBytes, log, clock }),
  )
  const losses = opened.use(await startKnownLosses({ config, db: dm, log }))
  if (!clickHouse.isServer)
    opened.use(await startPartWatch({ directory: config.dataDir, clickHouse, losses, clock, log }))
  if (spool.isNew)
    await losses.tell(await lostWithSpool(dm, { env: config.environment, node: nodeOf(config) }).catch(() => []))
  await losses.tell(spool.losses.map(lossOfSpool))
  if (spool.losses.length > 0) await spool.lossesTold()
  const completeness = opened.use(await startCompleteness({ config, db: dm, spool, losses, clock, log, signal }))
  let shipper: Shipper | undefined
  const shipping = stores.clickHouseReady.then(() => {
    shipper = startShipper({ spool, sink: clickHouse, log, clock })
    return shipper
  })
  opened.defer(async () => {
    const shipper = await shipping
    await shipper.flush(flushMs)
    await shipper[Symbol.asyncDispose]()
  })

  if (config.demo) opened.use(await lockDemo(config, dm))
  const demo = config.demo ? opened.use(await startDemo({ clock })) : undefined
  const access = kickAccess(config, demo)
  const platformMetrics = createPlatformMetrics()
  const platforms = createPlatforms(config, access, settings, { clock, log, onCall: platformMetrics.onCall })
  for (const platform of platforms.values()) opened.use(platform)
  let live: Hub | undefined
  const cursors = createPageCursors(dm)
  const keyHolders = opened.use(openAccess({ db: databases.public, tokens: config.tokens, clock, log }))
  const tellChat = async (lines: readonly PublishedChatLine[]): Promise<void> => live?.publishChat(lines)
  const chatCutBefore = (instant: number): void => live?.endChat(chatLostError, instant)
  const chatSharing = opened.use(startChatSharing({ config, cursors, tell: tellChat, missed: chatCutBefore, log }))
  const webhooks = opened.use(
    startWebhooks({
      config,
      kickApiUrl: access?.apiUrl,
      db: dm,
      spool,
      clickHouse,
      onChat: (lines) => {
        void tellChat(lines)
        chatSharing.publish(lines)
      },
      clock,
      log,
    }),
  )
  if (demo)
    await prepareDemo({
      demo,
      db: dm,
      platform: platforms.get('kick')!,
      spool,
      environment: config.environment,
      log,
      signal,
    })
  signal.throwIfAborted()

  const journal = opened.use(createJournal({ postgres: dm, log }))
  const hub = opened.use(createHub({ journal, source: createStatusSource(dm.query), log }))
  live = hub
  let serverUrl = ''
  const services: Services = {
    databases,
    prisma,
    registry,
    platforms,
    cursors,
    access: keyHolders,
    history: {
      store: clickHouse,
      env: config.environment,
      completeThrough: completeness.completeThrough,
      lost: completeness.lost,
    },
    configuration,
    live: hub,
    replayDelivery: webhooks.replayDelivery,
    linkUrl: (ticket) => `${config.publicUrl ?? serverUrl}${linkStartPath}?ticket=${ticket}`,
    clock,
    log,
  }
  const schema = buildSchema(registry)
  if (isTracing()) traceResolvers(schema)
  const rateLimit = createRateLimit(config.rates)
  const channels = opened.use(createChannelCounts({ db: dm, log }))
  const guard = createGuard({
    schema,
    channels: channels.of,
    introspection: config.introspection,
    trust: config.trustedOperations,
    operations: trustedOperations,
    rateLimit,
  })
  const { publicUrl, publicAccess, allowedOrigins } = config
  const origins = createOrigins({ listeningOn: config.host, publicUrl, allowedOrigins, log })
  const callers = createCallers({
    authenticate: createAuthenticate({
      adminKey: keys.admin,
      operatorKey: keys.operator,
      publicAccess,
      access: keyHolders,
    }),
    addressOf: createAddressOf(config.trustedProxies, log),
    rateLimit,
  })
  const operations = createLiveOperations({ services, guard, log })
  const exports = opened.use(createExportRoutes({ services, callers, origins, rateLimit, log }))
  const metrics = createMetrics([], { documents: trustedOperations.values(), log })
  const observers = { onOperation: reportOperations(metrics.observeOperation, log), onError: metrics.observeError }
  const connections = opened.use(new Connections())
  const compiled = createCompiledReads({ schema, services })
  const websocket = createWebsocket({
    connections,
    services,
    guard,
    callers,
    live: operations,
    compiled,
    origins,
    log,
    ...observers,
  })
  const workers = opened.use(startWorkers({ config, settings, db: dm, platforms, spool, clock, time, log }))
  const jobs = opened.use(
    startJobs({
      config,
      configuration,
      ring,
      settings,
      databases,
      clickHouse,
      append: spool.append,
      registry,
      platforms,
      keys: keyHolders.keys,
      clock,
      time,
      log,
      scheduling: config.workers.has('jobs'),
    }),
  )
  const login = access ? opened.use(createKickLogin({ ...access, clock, log })) : null
  metrics.add([
    ...poolMetrics(databases.public === dm ? { main: dm } : { dm, public: databases.public }),
    ...appMetrics({
      db: dm,
      watched: polledPlatforms(registry, platforms),
      spool,
      shipper: () => shipper,
      clickHouse,
      live: hub,
      connections,
      workers,
      journal,
    }),
    ...time.metrics,
    ...platformMetrics.metrics,
    ...webhooks.metrics,
    ...chatSharing.metrics,
    ...jobs.metrics,
    ...exports.metrics,
    ...compiled.metrics,
    ...losses.metrics,
  ])
  const endpoint = opened.use(
    createEndpoint({
      services,
      guard,
      callers,
      live: operations,
      connections,
      compiled,
      log,
      ...observers,
    }),
  )
  opened.use(websocket)
  await channels.look().catch(() => undefined)
  // Whoever comes first finds live status as well; where the database has gone again, it comes with the database.
  await hub.opened(journalPatienceMs).catch(() => undefined)
  const server = await createHttpServer({
    host: config.host,
    port: config.port,
    origins,
    careful: config.introspection !== 'on',
    https: publicUrl?.startsWith('https:') ?? false,
    endpoint,
    guard,
    callers,
    publicAccess,
    metrics,
    routes: { ...exports.routes, [commandPath]: createCommandRoute({ callers, run: jobs.runCommand, log }) },
    openRoutes: {
      ...webhooks.routes,
      ...createOauthRoutes({
        databases,
        login,
        publicUrl,
        origins,
        callers,
        secret: access?.clientSecret ?? '',
        clock,
        log,
      }),
    },
    checks: readinessChecks({
      settings,
      databases,
      clickHouse,
      isPrepared: stores.isPrepared,
      migrations: stores.migrations,
      spool,
      journal,
      registry,
      platforms,
    }),
    degraded: degradedNow({
      shipper: () => shipper,
      parts: [losses.notices, webhooks.degraded, jobs.degraded, exports.degraded, connections.degraded],
    }),
    clock,
    log,
    onUpgrade: (request, socket, head) => websocket.upgrade(request, socket, head),
  }).catch((error: unknown) => {
    throw listenFailure(error, config)
  })
  opened.defer(async () => {
    await Promise.all([server[Symbol.asyncDispose](), websocket[Symbol.asyncDispose]()])
  })
  if (demo) {
    demo.kick.webhooks.url = `${server.url}/webhooks/kick`
    opened.defer(() => {
      demo.kick.webhooks.url = null
    })
  }
  serverUrl = server.url
  directory.announce(server.url)
  const stack = opened.move()
  return { url: server.url, keys, demoUrl: demo?.kick.url, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}
