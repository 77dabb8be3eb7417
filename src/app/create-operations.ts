import { createArchiveVerifier } from '../archive/archive-verifier.ts'
import type { Config } from '../config/config.ts'
import { askCheck, type ReadinessCheck } from '../http/routes/status-routes.ts'
import { knownNodes } from '../ingest/node-backlogs.ts'
import type { Shipper } from '../ingest/shipper.ts'
import type { Spool } from '../ingest/spool.ts'
import { cacheBriefly } from '../lib/cache-briefly.ts'
import { type Clock, systemSteady } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { ownVersion } from '../lib/own-version.ts'
import type { Platform, PlatformName } from '../platforms/platform.ts'
import type { PlatformRegistry } from '../platforms/platform-definition.ts'
import type { Notice, OperationsSource, SpoolTable, StoreLook } from '../resolvers/operations-source.ts'
import type { Settings } from '../settings/settings.ts'
import type { SettingObjects } from '../stores/objects/open-objects.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import type { JobScope } from '../workers/job-scope.ts'
import { readJobRuns } from '../workers/jobs/job-runs.ts'
import { allowedLateness, readPolling } from '../workers/polling-state.ts'
import { archiveBehind } from './job-metrics.ts'
import type { Stores } from './open-stores.ts'
import type { PartCheck } from './readiness.ts'
import { peopleQueue } from './replay-people.ts'
import { isStaged } from './stage-rows.ts'
import { nodeOf } from './start-completeness.ts'
import type { startJobs } from './start-jobs.ts'
import { type KnownLosses, noticeOf } from './start-known-losses.ts'
import type { Platforms } from './start-platforms.ts'
import { polledPlatforms } from './start-workers.ts'

export type OperationsOptions = {
  config: Config
  settings: Settings
  stores: Pick<Stores, 'databases' | 'clickHouse'>
  checks: readonly PartCheck[]
  ingest: {
    spool: Pick<Spool, 'stats'>
    shipper: Pick<Shipper, 'stats' | 'degraded'>
    losses: Pick<KnownLosses, 'all'>
  }
  registry: PlatformRegistry
  platforms: { adapters: ReadonlyMap<PlatformName, Platform> } & Pick<Platforms, 'budgets'>
  jobs: Pick<ReturnType<typeof startJobs>, 'runner' | 'lag'>
  objects: SettingObjects
  clock: Clock
  log: Log
}

/** Objects are asked for a folder that nobody has, which is the least that a bucket can be asked for. */
const emptyFolder = 'is-it-there/'

/** Asks a check, and measures how long its answer takes. */
const look = async (part: StoreLook['part'], check: ReadinessCheck, log: Log): Promise<StoreLook> => {
  const began = performance.now()
  const sentence = await askCheck(check, log)
  return { part, sentence, latencyMs: performance.now() - began }
}

const tablesOf = ({ spool, shipper }: OperationsOptions['ingest'], now: number): SpoolTable[] => {
  const shipped = shipper.stats()
  // The past of the demo comes once: nothing comes into an empty stage, or into an empty queue of its people, again.
  const isOver = (target: string): boolean => isStaged(target) || target === peopleQueue.table
  const tables = Object.entries(spool.stats().tables).filter(([target, { rows }]) => rows > 0 || !isOver(target))
  return tables.map(([target, { rows, bytes, oldestAgeMs }]) => {
    const { rows: shippedRows = 0, lastSuccessAt = null, failures = 0, lastError = null } = shipped[target] ?? {}
    return {
      target,
      rows,
      bytes,
      oldestAt: rows > 0 ? new Date(now - oldestAgeMs) : null,
      shippedRows,
      lastShippedAt: lastSuccessAt === null ? null : new Date(lastSuccessAt),
      failures,
      lastFailedAt: lastError && new Date(lastError.at),
    }
  })
}

/** What the view of operations is read from: the parts of this process, and what the stores know of the others. */
export const createOperations = (options: OperationsOptions): Omit<OperationsSource, 'degraded'> => {
  const { config, settings, stores, checks, ingest, registry, platforms, jobs, objects, clock, log } = options
  const { databases, clickHouse } = stores
  const { dm: db } = databases
  const env = config.tier
  const startedAt = new Date(clock())
  const version = ownVersion()
  const lookAtObjects = cacheBriefly(systemSteady, () =>
    look(
      'objects',
      {
        name: 'The store of objects',
        async check() {
          await objects.list(emptyFolder, AbortSignal.timeout(2_000))
          return objects.problem()
        },
      },
      log,
    ),
  )
  const storeChecks = checks.flatMap(({ part, ...check }) => (part === 'poller' ? [] : [{ part, check }]))
  const pollInterval = () => settings.get('monitoring.poll.interval.seconds')
  return {
    stores: () => Promise.all([...storeChecks.map(({ part, check }) => look(part, check, log)), lookAtObjects()]),
    pollingSettings: () => ({
      intervalSeconds: pollInterval(),
      allowedSeconds: allowedLateness(pollInterval()),
      platforms: polledPlatforms(registry, platforms.adapters).map((platform) => ({
        platform,
        isOn: settings.get(`monitoring.${platform}.polling`),
      })),
    }),
    polling: (names) => readPolling(db, names),
    thisNode() {
      const { bytes, maxBytes, deadLetters } = ingest.spool.stats()
      const tables = tablesOf(ingest, clock())
      return {
        name: nodeOf(config),
        version,
        startedAt,
        workers: [...config.workers],
        spool: { bytes, maxBytes, deadLetters, tables },
      }
    },
    nodes: () => knownNodes(db, env),
    jobs: jobs.runner.jobs,
    async jobRuns() {
      const runsOf = (scope: JobScope, side: Postgres) =>
        readJobRuns(
          side,
          scope,
          jobs.runner.jobs.filter((job) => job.scope === scope).map(({ name }) => name),
        )
      return (await Promise.all([runsOf('tier', db), runsOf('environment', databases.public)])).flat()
    },
    // The runner ends it when the process stops.
    runJob: (name) => jobs.runner.run(name, new AbortController().signal),
    budgets: platforms.budgets,
    losses: () => ingest.losses.all().map((loss) => ({ ...loss, sentence: noticeOf(loss) })),
    archive: () => ({ lagSeconds: jobs.lag.lagSeconds(), alarmSeconds: jobs.lag.alarmSeconds() }),
    notices() {
      const behind = archiveBehind(jobs.lag)
      const shipping = ingest.shipper
        .degraded()
        .map((sentence): Notice => ({ kind: 'shipping', sentence, since: null }))
      return behind === null ? shipping : [...shipping, { kind: 'archive', sentence: behind, since: null }]
    },
    archives: createArchiveVerifier({ db, env, clickHouse, objects }),
  }
}
