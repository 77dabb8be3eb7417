import { openAccess } from '../access/access.ts'
import type { Config } from '../config/config.ts'
import { startDemo } from '../demo/demo.ts'
import { simulatedPlatform } from '../demo/simulated-platform.ts'
import { readTrustedOperations, trustedOperationsFile } from '../guard/trusted-operations.ts'
import { listen } from '../http/server/listener.ts'
import { systemClock, systemSteady } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { PlatformRegistry } from '../platforms/platform-definition.ts'
import { builtInPlatforms } from '../platforms/registry.ts'
import { createPageCursors } from '../resolvers/page-cursor.ts'
import { holdDataDirectory } from '../stores/data-directory.ts'
import { type BootstrapKeys, bootstrapKeys } from './bootstrap-keys.ts'
import { openStores } from './open-stores.ts'
import { openTracing } from './open-tracing.ts'
import { lockDemo, prepareDemo } from './prepare-demo.ts'
import { readinessChecks } from './readiness.ts'
import { startApi } from './start-api.ts'
import { startClock } from './start-clock.ts'
import { startIngest } from './start-ingest.ts'
import { startInstantClamping } from './start-instant-clamping.ts'
import { startJobs } from './start-jobs.ts'
import { startLive } from './start-live.ts'
import { startPlatforms } from './start-platforms.ts'
import { startSettings } from './start-settings.ts'
import { startWebhooks } from './start-webhooks.ts'
import { startWorkers } from './start-workers.ts'

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

/** Builds the whole system from its configuration and starts it; a ConfigError says what the operator has to change. */
export const startApp = async (
  config: Config,
  { log, signal = new AbortController().signal, registry = builtInPlatforms }: AppOptions,
): Promise<App> => {
  await using opened = new AsyncDisposableStack()
  if (config.tracing) opened.use(await openTracing({ ...config.tracing, log }))
  const directory = opened.use(holdDataDirectory(config.dataDir))
  const listener = opened.use(await listen(config))
  const keys = bootstrapKeys(config.dataDir, config.keys)
  const manifest = readTrustedOperations(trustedOperationsFile, config.trustedOperations)

  const stores = opened.use(await openStores(config, log, signal))
  const { databases, clickHouse } = stores
  const { dm: db } = databases
  const { environment } = config
  const time = opened.use(await startClock({ db, log, machine: systemClock, steady: systemSteady }))
  const { clock } = time
  opened.use(startInstantClamping({ databases, time, log }))
  const { settings, configuration, ring } = opened.use(
    await startSettings({ config, registry, db: databases.public, log, signal }),
  )
  const ingest = opened.use(await startIngest({ config, stores, clock, log, signal }))
  const { spool, history } = ingest

  if (config.demo) opened.use(await lockDemo(config, db))
  const demo = config.demo ? opened.use(await startDemo({ clock })) : undefined
  const { adapters, ...platforms } = opened.use(startPlatforms({ config, registry, demo, settings, clock, log }))
  if (demo) await prepareDemo({ demo, db, platform: adapters.get(simulatedPlatform)!, spool, environment, log, signal })
  signal.throwIfAborted()

  const cursors = createPageCursors(db)
  const access = opened.use(openAccess({ db: databases.public, tokens: config.tokens, clock, log }))
  const live = opened.use(startLive({ config, db, cursors, log }))
  const webhooks = opened.use(
    startWebhooks({
      sources: platforms.webhookSources,
      env: environment,
      db,
      spool,
      clickHouse,
      onChat: live.publishChat,
      clock,
      log,
    }),
  )
  const workers = opened.use(
    startWorkers({ config, settings, db, registry, platforms: adapters, spool, clock, time, log }),
  )
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
      platforms: adapters,
      keys: access.keys,
      clock,
      time,
      log,
      scheduling: config.workers.has('jobs'),
    }),
  )
  opened.use(
    await startApi({
      listener,
      config,
      keys,
      access,
      manifest,
      services: {
        databases,
        cursors,
        registry,
        platforms: adapters,
        history,
        configuration,
        live: live.hub,
        replayDelivery: webhooks.replayDelivery,
        clock,
        log,
      },
      logins: platforms.logins,
      webhooks: webhooks.routes,
      runCommand: jobs.runCommand,
      checks: readinessChecks({ ...stores, settings, spool, journal: live.journal, registry, platforms: adapters }),
      degraded: [ingest.degraded, webhooks.degraded, jobs.degraded],
      metrics: [stores, time, ingest, platforms, live, webhooks, workers, jobs].flatMap(({ metrics }) => metrics),
    }),
  )
  if (demo) opened.use(demo.deliverTo(`${listener.url}/webhooks/${simulatedPlatform}`))
  directory.announce(listener.url)
  const running = opened.move()
  return { url: listener.url, keys, demoUrl: demo?.kick.url, [Symbol.asyncDispose]: () => running.disposeAsync() }
}
