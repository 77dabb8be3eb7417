import { openAccess } from '../access/access.ts'
import { createSignInCodes } from '../access/sign-in-codes.ts'
import { createCallRecorder } from '../calls/call-recorder.ts'
import type { Config } from '../config/config.ts'
import { startDemo } from '../demo/demo.ts'
import { simulatedPlatform } from '../demo/simulated-platform.ts'
import { readTrustedOperations, trustedOperationsFile } from '../guard/trusted-operations.ts'
import { signInPath } from '../http/routes/sign-in-route.ts'
import { listen } from '../http/server/listener.ts'
import { forgetRows } from '../ingest/forget-rows.ts'
import { systemClock, systemSteady } from '../lib/clock.ts'
import { createGate } from '../lib/gate.ts'
import type { Log } from '../lib/log.ts'
import type { PlatformRegistry } from '../platforms/platform-definition.ts'
import { builtInPlatforms } from '../platforms/registry.ts'
import { createPageCursors } from '../resolvers/page-cursor.ts'
import { holdDataDirectory } from '../stores/data-directory.ts'
import { backupMetrics, backupParts, startBackupAnswers } from './backup-parts.ts'
import { type BootstrapKeys, bootstrapKeys } from './bootstrap-keys.ts'
import { createOperations } from './create-operations.ts'
import { openObjectsOf } from './open-objects-of.ts'
import { openStores } from './open-stores.ts'
import { openTracing } from './open-tracing.ts'
import { lockDemo, prepareDemo } from './prepare-demo.ts'
import { readinessChecks } from './readiness.ts'
import { peopleQueue, startReplayingPeople } from './replay-people.ts'
import { openAlerts, startAlerts } from './start-alerts.ts'
import { startApi } from './start-api.ts'
import { startClock } from './start-clock.ts'
import { startEnvironment } from './start-environment.ts'
import { startErasingOf } from './start-erasing.ts'
import { startIngest } from './start-ingest.ts'
import { startInstantClamping } from './start-instant-clamping.ts'
import { jobScopes, startJobs } from './start-jobs.ts'
import { startLive } from './start-live.ts'
import { runsDemo, startPlatforms } from './start-platforms.ts'
import { startSettings } from './start-settings.ts'
import { startWebhooks } from './start-webhooks.ts'
import { startWorkers } from './start-workers.ts'

/** A running Channelscope; disposing stops everything in the reverse order of its start and waits for it. */
export type App = AsyncDisposable & {
  readonly url: string
  readonly keys: BootstrapKeys
  /** Where the first administrator signs in without the key; only at the start that made it. */
  readonly signInLink: string | undefined
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
  const signInCodes = createSignInCodes(systemSteady)
  const makeSignInLink = () => `${config.publicUrl ?? listener.url}${signInPath}#code=${signInCodes.make()}`
  const manifest = readTrustedOperations(trustedOperationsFile, config.trustedOperations)

  const stores = opened.use(await openStores(config, log, signal))
  const { databases, clickHouse } = stores
  const { dm: db } = databases
  const { tier } = config
  const environment = opened.use(await startEnvironment({ config, db, log }))
  const time = opened.use(await startClock({ db, log, machine: systemClock, steady: systemSteady }))
  const { clock } = time
  opened.use(startInstantClamping({ databases, time, log }))
  const { settings, configuration, ring } = opened.use(
    await startSettings({ config, registry, databases, log, signal }),
  )
  const ingest = opened.use(await startIngest({ config, stores, clock, log, signal }))
  const { spool, history } = ingest
  const gate = createGate()

  const isDemo = runsDemo({ config, registry, settings })
  if (isDemo) opened.use(await lockDemo(config, db))
  const demo = isDemo ? opened.use(await startDemo({ clock })) : undefined
  const onRecord = opened.use(createCallRecorder(db, log)).record
  const platforms = opened.use(startPlatforms({ config, registry, demo, settings, onRecord, clock, log }))
  const { adapters, attach } = platforms
  const reader = platforms.webhookSources.find((source) => source.platform === simulatedPlatform)!
  if (demo) {
    const platform = adapters.get(simulatedPlatform)!
    const pollIntervalSeconds = settings.get('monitoring.poll.interval.seconds')
    await prepareDemo({ demo, db, platform, reader, spool, tier, pollIntervalSeconds, log, signal })
  } else {
    // A start before may have had the simulated platform, and people of its past that are still to be told.
    await forgetRows(spool, peopleQueue.table)
  }
  signal.throwIfAborted()

  const cursors = createPageCursors(db)
  const access = opened.use(openAccess({ db: databases.public, tokens: config.tokens, clock, log }))
  const live = opened.use(startLive({ config, db, cursors, log }))
  const webhooks = opened.use(
    startWebhooks({
      sources: platforms.webhookSources,
      env: tier,
      db,
      spool,
      clickHouse,
      onChat: live.publishChat,
      gate,
      clock,
      log,
    }),
  )
  const workers = opened.use(
    startWorkers({ config, settings, db, registry, platforms: adapters, attach, spool, gate, clock, time, log }),
  )
  const { alerts, pageUrl } = openAlerts({ config, databases, ring, registry, clock })
  const telling = opened.use(startAlerts({ config, databases, alerts, pageUrl, log }))
  const objects = opened.use(openObjectsOf(config, settings))
  const erasing = opened.use(
    startErasingOf({ config, databases, clickHouse, objects, spool, ring, platforms: adapters, log }),
  )
  opened.use(startBackupAnswers({ config, stores, spool, shipper: ingest.shipper, gate, log }))
  const jobs = opened.use(
    startJobs({
      config,
      configuration,
      ring,
      settings,
      databases,
      clickHouse,
      objects,
      erasing,
      backup: backupParts({ config, settings, ring, stores, spool, shipper: ingest.shipper, gate, objects, clock }),
      append: spool.append,
      history,
      registry,
      platforms: adapters,
      keys: access.keys,
      makeSignInLink,
      testConnection: webhooks.testConnection,
      clock,
      time,
      log,
      scheduling: jobScopes(config),
      problems: platforms.problems,
    }),
  )
  const checks = readinessChecks({ ...stores, settings, spool, journal: live.journal, registry, platforms: adapters })
  const operations = createOperations({
    config,
    settings,
    stores,
    checks,
    ingest,
    registry,
    platforms,
    jobs,
    objects,
    clock,
    log,
  })
  opened.use(
    await startApi({
      listener,
      config,
      keys,
      signInCodes,
      access,
      manifest,
      services: {
        databases,
        cursors,
        registry,
        platforms: adapters,
        history,
        configuration,
        alerts,
        listSettings: jobs.listSettings,
        erasing,
        operations,
        live: live.hub,
        replayDelivery: webhooks.replayDelivery,
        clock,
        log,
      },
      login: platforms.login,
      webhooks: webhooks.routes,
      runCommand: jobs.runCommand,
      checks,
      degraded: [ingest.degraded, webhooks.degraded, jobs.degraded, telling.degraded, environment.degraded],
      metrics: [
        ...[stores, time, ingest, platforms, live, webhooks, workers, telling, jobs].flatMap(({ metrics }) => metrics),
        ...backupMetrics(config, clock),
      ],
    }),
  )
  if (demo) {
    opened.use(demo.deliverTo(`${listener.url}/webhooks/${simulatedPlatform}`))
    opened.use(startReplayingPeople({ demo, db, spool, headerPrefix: reader.headerPrefix, log }))
  }
  directory.announce(listener.url)
  const running = opened.move()
  return {
    url: listener.url,
    keys,
    signInLink: keys.created.includes('admin') ? makeSignInLink() : undefined,
    demoUrl: demo?.kick.url,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}
