import path from 'node:path'
import { appMetrics } from './app-metrics.ts'
import { type BootstrapKeys, bootstrapKeys } from './bootstrap-keys.ts'
import type { Config } from './config.ts'
import { type Demo, startDemo } from './demo/demo.ts'
import { createAuthenticate } from './http/authenticate.ts'
import { createEndpoint } from './http/endpoint.ts'
import { createGuard } from './http/guard.ts'
import { createLiveOperations } from './http/live-operation.ts'
import { createMetrics, poolMetrics } from './http/metrics.ts'
import { createHttpServer } from './http/server.ts'
import { createWebsocket } from './http/websocket.ts'
import { startShipper } from './ingest/shipper.ts'
import { openSpool } from './ingest/spool.ts'
import { type Clock, systemClock } from './lib/clock.ts'
import type { Log } from './lib/log.ts'
import { listenFailure, requireListenable } from './listen-failure.ts'
import { createHub } from './live/hub.ts'
import { createJournal } from './live/journal.ts'
import { createStatusSource } from './live/status-source.ts'
import { openStores } from './open-stores.ts'
import { createKickPlatform } from './platforms/kick/kick-platform.ts'
import type { Platform, PlatformName } from './platforms/platform.ts'
import { createTwitchPlatform } from './platforms/twitch/twitch-platform.ts'
import { webhookSecret } from './platforms/twitch/webhook-secret.ts'
import { createXPlatform } from './platforms/x/x-platform.ts'
import { prepareDemo } from './prepare-demo.ts'
import { readinessChecks } from './readiness.ts'
import type { Services } from './resolvers/context.ts'
import { createCursors } from './resolvers/cursor.ts'
import { buildSchema } from './schema/schema.ts'
import { startWorkers } from './start-workers.ts'
import { holdDataDirectory } from './stores/data-directory.ts'
import { createPrisma } from './stores/postgres/prisma.ts'
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

const createPlatforms = (
  config: Config,
  demo: Demo | undefined,
  clock: Clock,
  log: Log,
): Map<PlatformName, Platform> => {
  const platforms = new Map<PlatformName, Platform>()
  const access = config.kick ?? (demo && { apiUrl: demo.kick.url, idUrl: demo.kick.url, ...demo.kick.credentials })
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
  const platforms = createPlatforms(config, demo, clock, log)
  for (const platform of platforms.values()) opened.use(platform)
  if (demo) await prepareDemo(demo, dm, probeAppender(spool, config.environment), log, signal)
  signal.throwIfAborted()

  const journal = opened.use(createJournal({ postgres: dm, log, clock }))
  const live = opened.use(
    createHub({ journal, source: createStatusSource((statement, values) => dm.query(statement, values)), log }),
  )
  const services: Services = {
    databases,
    prisma,
    platforms,
    cursors: createCursors(dm),
    history: {
      store: clickHouse,
      env: config.environment,
      completeThrough: () => new Date(spool.oldestPendingAt(probeTable) ?? clock()),
    },
    live,
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
  const metrics = createMetrics([
    ...poolMetrics(databases.public === dm ? { main: dm } : { dm, public: databases.public }),
    ...appMetrics({ spool, clickHouse, live, websocket, workers, journal, clock }),
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
  await live.opened(journalPatienceMs).catch(() => undefined)
  const server = await createHttpServer({
    host: config.host,
    port: config.port,
    allowedOrigins: config.allowedOrigins,
    endpoint,
    guard,
    authenticate,
    metrics,
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
  directory.announce(server.url)
  const stack = opened.move()
  return { url: server.url, keys, demoUrl: demo?.kick.url, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}
