import path from 'node:path'
import { appMetrics } from './app-metrics.ts'
import { type BootstrapKeys, bootstrapKeys } from './bootstrap-keys.ts'
import type { Config } from './config.ts'
import { type Demo, startDemo } from './demo/demo.ts'
import { createAuthenticate } from './http/authenticate.ts'
import { commandPath, createCommandRoute } from './http/command-route.ts'
import { createEndpoint } from './http/endpoint.ts'
import { createGuard } from './http/guard.ts'
import { createLiveOperations } from './http/live-operation.ts'
import { createMetrics, poolMetrics } from './http/metrics.ts'
import { createOauthRoutes } from './http/oauth-route.ts'
import { createHttpServer } from './http/server.ts'
import { createWebsocket } from './http/websocket.ts'
import { chatFormat } from './ingest/chat-format.ts'
import { startShipper } from './ingest/shipper.ts'
import { openSpool } from './ingest/spool.ts'
import { type Clock, systemClock } from './lib/clock.ts'
import type { Log } from './lib/log.ts'
import { listenFailure, requireListenable } from './listen-failure.ts'
import { createHub, type Hub } from './live/hub.ts'
import { createJournal } from './live/journal.ts'
import { createStatusSource } from './live/status-source.ts'
import { openStores } from './open-stores.ts'
import { createKickLogin } from './platforms/kick/account-login.ts'
import { createKickPlatform } from './platforms/kick/kick-platform.ts'
import type { Platform, PlatformName } from './platforms/platform.ts'
import { createTwitchPlatform } from './platforms/twitch/twitch-platform.ts'
import { webhookSecret } from './platforms/twitch/webhook-secret.ts'
import { createXPlatform } from './platforms/x/x-platform.ts'
import { prepareDemo } from './prepare-demo.ts'
import { readinessChecks } from './readiness.ts'
import type { HistoryKind, Services } from './resolvers/context.ts'
import { createCursors } from './resolvers/cursor.ts'
import { buildSchema } from './schema/schema.ts'
import { startJobs } from './start-jobs.ts'
import { startWebhooks } from './start-webhooks.ts'
import { startWorkers } from './start-workers.ts'
import { holdDataDirectory } from './stores/data-directory.ts'
import { createPrisma } from './stores/postgres/prisma.ts'
import { deliveryQueue, encodeDelivery } from './webhooks/delivery-row.ts'
import { probeAppender, probeTable } from './workers/probe-rows.ts'

/** A running Channelscope; disposing stops everything in the reverse order of its start and waits for it. */
export type App = AsyncDisposable & {
  readonly url: string
  readonly keys: BootstrapKeys
  /** Where the simulated platform listens, if it runs. */
  readonly demoUrl: string | undefined
}

export type AppOptions = {
  log: Log
  clock?: Clock
  /** Gives up a start that waits for a store. */
  signal?: AbortSignal
}

const spoolBytes = 4 * 1024 ** 3
const flushMs = 5_000
const journalPatienceMs = 5_000

/** What has to be shipped or projected before a kind of history is complete. */
const waitingFor: Record<HistoryKind, readonly string[]> = {
  probes: [probeTable],
  chat: [chatFormat.table, deliveryQueue.table],
  follows: [deliveryQueue.table],
}

/** Who we are on Kick and where it is: the real one, the simulated one, or neither. */
const kickAccess = (config: Config, demo: Demo | undefined): Config['kick'] =>
  config.kick ?? (demo && { apiUrl: demo.kick.url, idUrl: demo.kick.url, ...demo.kick.credentials })

const createPlatforms = (
  config: Config,
  access: Config['kick'],
  clock: Clock,
  log: Log,
): Map<PlatformName, Platform> => {
  const platforms = new Map<PlatformName, Platform>()
  if (access)
    platforms.set(
      'kick',
      createKickPlatform({ ...access, requestsPerSecond: config.kickRequestsPerSecond, clock, log }),
    )
  if (config.twitch) {
    const webhooks = config.publicUrl && {
      callbackUrl: `${config.publicUrl}/webhooks/twitch`,
      secret: webhookSecret(config.twitch.clientSecret),
    }
    platforms.set('twitch', createTwitchPlatform({ ...config.twitch, ...(webhooks && { webhooks }), clock, log }))
  }
  if (config.x) platforms.set('x', createXPlatform({ ...config.x, clock, log }))
  return platforms
}

/** Builds the whole system from its configuration and starts it; a ConfigError says what the operator has to change. */
export const startApp = async (
  config: Config,
  { log, clock = systemClock, signal = new AbortController().signal }: AppOptions,
): Promise<App> => {
  await using opened = new AsyncDisposableStack()
  const directory = opened.use(holdDataDirectory(config.dataDir))
  await requireListenable(config)
  const keys = bootstrapKeys(config.dataDir, config.keys)
  const stores = opened.use(await openStores(config, log, signal))
  const { databases, clickHouse } = stores
  const { dm } = databases
  const prisma = createPrisma(dm)
  opened.defer(() => prisma.$disconnect())

  const spool = opened.use(
    await openSpool({ directory: path.join(config.dataDir, 'spool'), maxBytes: spoolBytes, log, clock }),
  )
  const shipping = stores.clickHouseReady.then(() => startShipper({ spool, sink: clickHouse, log, clock }))
  opened.defer(async () => {
    const shipper = await shipping
    await shipper.flush(flushMs)
    await shipper[Symbol.asyncDispose]()
  })

  const demo = config.demo ? opened.use(await startDemo({ clock })) : undefined
  const access = kickAccess(config, demo)
  const platforms = createPlatforms(config, access, clock, log)
  for (const platform of platforms.values()) opened.use(platform)
  let live: Hub | undefined
  const webhooks = opened.use(
    startWebhooks({
      config,
      kickApiUrl: access?.apiUrl,
      db: dm,
      spool,
      clickHouse,
      onChat: (lines) => void live?.publishChat(lines),
      clock,
      log,
    }),
  )
  if (demo)
    await prepareDemo({
      demo,
      db: dm,
      platform: platforms.get('kick')!,
      appendProbes: probeAppender(spool, config.environment),
      appendDeliveries: (past) => spool.append(deliveryQueue, past.map(encodeDelivery)),
      log,
      signal,
    })
  signal.throwIfAborted()

  const journal = opened.use(createJournal({ postgres: dm, log, clock }))
  const hub = opened.use(
    createHub({ journal, source: createStatusSource((statement, values) => dm.query(statement, values)), log }),
  )
  live = hub
  const services: Services = {
    databases,
    prisma,
    platforms,
    cursors: createCursors(dm),
    history: {
      store: clickHouse,
      env: config.environment,
      completeThrough: (kind) =>
        new Date(Math.min(...waitingFor[kind].map((table) => spool.oldestPendingAt(table) ?? clock()))),
    },
    live: hub,
    replayDelivery: webhooks.replayDelivery,
    clock,
    log,
  }
  const guard = createGuard({ schema: buildSchema(), introspection: config.introspection })
  const authenticate = createAuthenticate({
    adminKey: keys.admin,
    operatorKey: keys.operator,
    publicAccess: config.publicAccess,
  })
  const operations = createLiveOperations({ services, guard, log })
  const websocket = createWebsocket({
    services,
    guard,
    authenticate,
    live: operations,
    allowedOrigins: config.allowedOrigins,
    log,
  })
  const workers = opened.use(startWorkers({ config, db: dm, platforms, spool, clock, log }))
  const jobs = opened.use(
    startJobs({
      config,
      databases,
      clickHouse,
      append: spool.append,
      platforms,
      clock,
      log,
      scheduling: config.workers.has('jobs'),
    }),
  )
  const login = access ? opened.use(createKickLogin({ ...access, clock, log })) : null
  const metrics = createMetrics([
    ...poolMetrics(databases.public === dm ? { main: dm } : { dm, public: databases.public }),
    ...appMetrics({ spool, clickHouse, live: hub, websocket, workers, journal, clock }),
    ...webhooks.metrics,
    ...jobs.metrics,
  ])
  const endpoint = opened.use(
    createEndpoint({
      services,
      guard,
      authenticate,
      live: operations,
      log,
      onOperation: metrics.observeOperation,
    }),
  )
  opened.use(websocket)
  // Whoever comes first finds live status as well; where the database has gone again, it comes with the database.
  await hub.opened(journalPatienceMs).catch(() => undefined)
  const server = await createHttpServer({
    host: config.host,
    port: config.port,
    allowedOrigins: config.allowedOrigins,
    endpoint,
    guard,
    authenticate,
    metrics,
    routes: {
      ...webhooks.routes,
      ...createOauthRoutes({
        databases,
        login,
        publicUrl: config.publicUrl,
        secret: access?.clientSecret ?? '',
        clock,
        log,
      }),
      [commandPath]: createCommandRoute({ authenticate, run: jobs.runCommand, log }),
    },
    checks: readinessChecks({
      config,
      databases,
      clickHouse,
      isPrepared: stores.isPrepared,
      journal,
      platforms,
      clock,
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
  directory.announce(server.url)
  const stack = opened.move()
  return { url: server.url, keys, demoUrl: demo?.kick.url, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}
